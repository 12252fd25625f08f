// Doing what was planned. Whatever happens, the answer says what is known to exist.
import type { WritingCall } from '../provider/call.ts'
import { identityOf, naturalKey, scopeOf } from '../provider/collection.ts'
import { createObject, deleteObject, updateObject } from '../provider/lifecycle.ts'
import { completePartial } from '../provider/partial.ts'
import type { Resource } from '../provider/resource.ts'
import type { ObjectValue } from '../schema/value.ts'
import * as messages from './messages.ts'
import { attributesOf, getKind, method, readValue, type Scene, writeIdentity, writeValue } from './method.ts'

export const applyResourceChange = method(messages.applyResourceChange, {
  attributes: (provider, { typeName }) => attributesOf(provider.resources, typeName),
  async handle(request, scene) {
    const resource = getKind(scene.provider.resources, request.typeName, 'resource')
    const { schema } = resource
    const prior = readValue(schema, request.priorState)
    const planned = readValue(schema, request.plannedState)
    const config = readValue(schema, request.config) ?? {}
    let known = prior ?? null
    const call: WritingCall<ObjectValue> = {
      ...scene.writing,
      // The host keeps state, and only sees it with the answer: until then, this is where it is.
      checkpoint: async (state) => {
        known = completePartial(schema, state, prior) ?? known
      },
    }
    try {
      known = await carryOut({ resource, prior, planned, config, call }, scene)
    } catch (error) {
      scene.fail(error)
    }
    return {
      newState: writeValue(schema, known),
      newIdentity: writeIdentity(resource, known),
      private: request.plannedPrivate,
    }
  },
})

async function carryOut(
  change: {
    readonly resource: Resource
    readonly prior: ObjectValue | undefined
    readonly planned: ObjectValue | undefined
    readonly config: ObjectValue
    readonly call: WritingCall<ObjectValue>
  },
  scene: Scene,
): Promise<ObjectValue | null> {
  const { resource, prior, planned, config } = change
  const call = { ...change.call, resource, client: scene.session.client('write') }
  if (planned === undefined) {
    if (prior !== undefined) await deleteObject({ ...call, prior })
    return null
  }
  if (prior !== undefined) return await updateObject({ ...call, config, prior, planned })
  const existing = await existingLike(resource, planned, scene)
  return await createObject({ ...call, config, planned, existing })
}

/**
 * Identities of objects with the natural key of a new one, from one look at its collection for each connection. A
 * create whose answer is lost must not take any of them for its own.
 */
async function existingLike(
  resource: Resource,
  planned: ObjectValue,
  { session, writing }: Scene,
): Promise<readonly string[]> {
  const { collection } = resource
  const scope = collection && scopeOf(collection, planned)
  const key = collection && naturalKey(collection, planned)
  if (collection === undefined || scope === undefined || key === undefined) return []
  const entry = (value: ObjectValue) =>
    `${naturalKey(collection, value)} ${identityOf(collection, value) ?? ''}`
  const entries = await session.once(scope, async () => {
    const client = session.client('write')
    // A collection that cannot be looked at now, such as in an environment that is just being made, is no obstacle.
    const listed = await collection.list({ ...writing, client, scope: planned }).catch(() => undefined)
    return (listed ?? []).map(({ value }) => entry(value as ObjectValue))
  })
  return entries.filter((text) => text.startsWith(`${key} `)).map((text) => text.slice(key.length + 1))
}
