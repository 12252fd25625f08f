// Finding out what became of a create that an earlier run died over.
import { formatAddress } from '../address.ts'
import { type AnyCollection, identityOf } from '../provider/collection.ts'
import { readObject } from '../provider/lifecycle.ts'
import { type ObjectValue, objectOf } from '../schema/value.ts'
import type { Intent } from '../state/journal.ts'
import type { ResourceRecord } from '../state/state.ts'
import { differences } from './found-different.ts'
import type { Live, Source } from './live.ts'
import { schemaSensitive, toRecord } from './recorded.ts'

/** What became of a create that nobody lived to tell of. */
export type Recovery =
  | { readonly kind: 'made'; readonly record: ResourceRecord }
  /** Or there is no way to tell, which a warning says. */
  | { readonly kind: 'absent' }
  /** There is an object with that natural key, and it is not what was planned. In words. */
  | { readonly kind: 'different'; readonly detail: string }

const absent: Recovery = { kind: 'absent' }

/**
 * Looks for the object that an intended create may have made.
 *
 * An object that was there before, or that another address has, is never taken. What cannot be told is a warning, and
 * then the plan says what it would do next, which a person has to look at.
 */
export async function recoverRecord(
  intent: Intent,
  source: Source,
  live: Live,
  owned: (identity: string) => boolean,
): Promise<Recovery> {
  const { resource, call } = source
  const { collection } = resource
  const address = formatAddress(intent.record.address)
  const ours =
    collection === undefined ? undefined : await lookForOurs(intent, { ...source, collection }, live, owned)
  if (ours === undefined) {
    call.warn(
      'Outcome of create unknown',
      `An earlier run stopped while it created ${address}, and there is no way to find out whether it did. Look in the service: if the object is there, import it.`,
    )
    return absent
  }
  if (ours.length > 1) {
    call.warn(
      'Outcome of create unknown',
      `An earlier run stopped while it created ${address}, and ${ours.length} objects could be it. Find out which one is, and import it.`,
    )
  }
  const [seed] = ours
  if (seed === undefined && resource.repeatable === false) {
    call.warn(
      'Outcome of create unknown',
      `An earlier run stopped while it created ${address}. It is not listed, so this plan creates it; if the service is slow to list what is new, that would be the second time, which cannot be undone. Look in the service first.`,
    )
  }
  if (seed === undefined && resource.repeatable !== false) {
    call.warn(
      'Interrupted create had no effect',
      `An earlier run stopped while it created ${address}. There is no such object, so nothing came of it.`,
    )
  }
  if (seed === undefined || ours.length > 1) return absent
  const object = await readObject({
    ...call,
    resource,
    client: source.client,
    prior: whole(source, intent, seed),
  })
  if (object === undefined) return absent
  const different = differences(resource, intent.expected ?? {}, object)
  const name = nameOf(source, object)
  if (different.length > 0) {
    const detail = `An earlier run stopped while it created ${address}. By now there is ${name}, which is not what was planned: ${different.join('; ')}. It may be somebody else's, so nothing is done to ${address} and to what needs it. If it is the right one, take it in with "hubform import '${address}' ${resource.importId ?? 'ID'}"; if not, remove it or choose another key, and run again.`
    call.warn('Different object found', detail)
    return { kind: 'different', detail }
  }
  call.warn(
    'Interrupted create recovered',
    `An earlier run stopped while it created ${address}. The object was found and is taken over: ${name}, as it was planned.`,
  )
  const record = toRecord({
    ...intent.record,
    schema: resource.schema,
    object,
    sensitive: schemaSensitive(resource.schema, object),
  })
  return { kind: 'made', record }
}

/** `tavio_user with email = "ada@example.com" (id 42)`. */
function nameOf({ resource }: Source, object: ObjectValue): string {
  const words = (resource.collection?.key ?? []).map(
    (name) => `${name} = ${JSON.stringify(object[name] ?? null)}`,
  )
  const id = typeof object['id'] === 'string' ? ` (id ${object['id']})` : ''
  return `${resource.type} with ${words.join(', ')}${id}`
}

/** A list may lag behind a create, so one look is no proof of absence. */
const LOOKS = 4

/** The objects that the create may have made; undefined if the service does not tell. */
async function lookForOurs(
  intent: Intent,
  source: Source & { readonly collection: AnyCollection },
  live: Live,
  owned: (identity: string) => boolean,
): Promise<readonly ObjectValue[] | undefined> {
  const { identity } = intent
  if (identity === undefined) return undefined
  const isOurs = (value: ObjectValue) => {
    const id = identityOf(source.collection, value) ?? ''
    return !(intent.existing ?? []).includes(id) && !owned(id)
  }
  let looks = 0
  return source.call.poll({
    what: `${source.resource.type} to be listed`,
    probe: async () => {
      looks += 1
      const found = await (looks === 1 ? live.findMade : live.findAgain)(source, identity)
      return found?.filter(isOurs)
    },
    until: (found) => found === undefined || found.length > 0 || looks >= LOOKS,
    timeoutMs: 60_000,
  })
}

function whole(source: Source, intent: Intent, seed: ObjectValue): ObjectValue {
  const known = { ...intent.identity, ...seed }
  return objectOf(Object.keys(source.resource.schema.attributes).map((name) => [name, known[name] ?? null]))
}
