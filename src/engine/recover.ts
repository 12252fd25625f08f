// Finding out what became of a create that an earlier run died over.
import { formatAddress } from '../address.ts'
import { type AnyCollection, identityOf } from '../provider/collection.ts'
import { readObject } from '../provider/lifecycle.ts'
import { type ObjectValue, objectOf } from '../schema/value.ts'
import type { Intent } from '../state/journal.ts'
import type { ResourceRecord } from '../state/state.ts'
import type { Live, Source } from './live.ts'
import { schemaSensitive, toRecord } from './recorded.ts'

/**
 * Looks for the object that an intended create may have made; undefined if there is none.
 *
 * An object that was there before, or that another address has, is never taken. What cannot be told is a warning, and
 * then the plan says what it would do next, which a person has to look at.
 */
export async function recoverRecord(
  intent: Intent,
  source: Source,
  live: Live,
  owned: (identity: string) => boolean,
): Promise<ResourceRecord | undefined> {
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
    return undefined
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
  if (seed === undefined || ours.length > 1) return undefined
  const object = await readObject({
    ...call,
    resource,
    client: source.client,
    prior: whole(source, intent, seed),
  })
  if (object === undefined) return undefined
  call.warn(
    'Interrupted create recovered',
    `An earlier run stopped while it created ${address}. The object was found and is taken over.`,
  )
  return toRecord({
    ...intent.record,
    schema: resource.schema,
    object,
    sensitive: schemaSensitive(resource.schema, object),
  })
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
