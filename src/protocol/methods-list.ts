// Listing what is there: each object of a collection with its identity, so that it can be imported.
import { fail, warning } from '../diagnostics.ts'
import { findByImportId, validateObject } from '../provider/lifecycle.ts'
import { normalize } from '../provider/normalize.ts'
import type { Resource } from '../provider/resource.ts'
import { identityValue, importIdOf, listAttributes } from '../provider/resource-identity.ts'
import { schema } from '../schema/attribute.ts'
import { field, type ObjectValue } from '../schema/value.ts'
import * as messages from './messages.ts'
import { getKind, readWhole, type Scene, writeIdentity, writeValue } from './method.ts'
import { listKinds } from './schema-answer.ts'
import { streaming } from './streaming.ts'
import type { Encodable } from './wire.ts'

type Event = Encodable<typeof messages.listResource.response>

export const listResource = streaming(messages.listResource, {
  attributes: (provider, { typeName }) => listKinds(provider)[typeName]?.schema.attributes,
  async *handle({ typeName, config, wantsObjects, limit }, scene): AsyncGenerator<Event> {
    const resource = getKind(scene.provider.resources, typeName, 'resource')
    const wanted = schema(listAttributes(resource) ?? {})
    const { config: scope, diagnostics } = validateObject(
      { schema: wanted },
      readWhole(wanted, config),
      typeName,
    )
    scene.report(diagnostics)
    if (diagnostics.length > 0) return
    let count = 0
    for (const { value, whole, identity } of await identified(resource, scope, scene)) {
      if (limit > 0 && count >= limit) return
      const object = wantsObjects ? await objectOf(resource, { value, whole, identity }, scene) : undefined
      // One that was deleted since it was listed.
      if (wantsObjects && object === undefined) continue
      count += 1
      yield {
        identity: writeIdentity(resource, identity),
        displayName: nameOf(resource, value),
        ...(object && { object: writeValue(resource.schema, object) }),
      }
    }
  },
})

interface Found {
  readonly value: ObjectValue
  readonly whole: boolean
  readonly identity: ObjectValue
}

async function identified(resource: Resource, scope: ObjectValue, scene: Scene): Promise<readonly Found[]> {
  const client = scene.session.lookUpClient()
  const listed = await resource.collection?.list({ ...scene.reading, client, scope })
  if (listed === undefined)
    return fail(
      'Objects cannot be listed',
      `The service does not list what a ${resource.type} stands for, or not with all that is needed to tell one from another. Import what you know by its import id, ${resource.importId ?? 'its id'}.`,
    )
  const found = listed.flatMap(({ value: partial, whole }) => {
    const value = { ...scope, ...(partial as ObjectValue) }
    const identity = identityValue(resource, value)
    return identity === undefined ? [] : [{ value, whole, identity }]
  })
  const unnamed = listed.length - found.length
  if (unnamed > 0)
    scene.report([
      warning(
        'Objects without identity',
        `The service lists ${unnamed} more of ${resource.type} without telling what identifies them. They are left out.`,
      ),
    ])
  return found
}

/** As importing gives it, which knows what the service does not tell; as listed where there is no importing. */
async function objectOf(
  resource: Resource,
  { value, whole, identity }: Found,
  { reading, session }: Scene,
): Promise<ObjectValue | undefined> {
  if (resource.import === undefined)
    return whole ? normalize(resource.type, resource.schema, value, undefined) : undefined
  const id = importIdOf(resource, identity)
  return await findByImportId({ ...reading, resource, client: session.lookUpClient(), id })
}

/** What people call it: its natural key, or if that is not told, what names it for certain. */
function nameOf(resource: Resource, value: ObjectValue): string {
  const { key = [], identity = [] } = resource.collection ?? {}
  const words = (names: readonly string[]) =>
    names.map((name) => field(value, name) ?? null).filter((part) => part !== null)
  const own = words(key)
  return (own.length === key.length ? own : words(identity)).map(String).join(' ')
}
