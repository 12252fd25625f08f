// Objects that are there before one is created with their natural key.
import { type Address, formatAddress } from '../address.ts'
import { DiagnosticError, type Place, problem } from '../diagnostics.ts'
import { identityOf } from '../provider/collection.ts'
import { field, type ObjectValue } from '../schema/value.ts'
import type { Live, Source } from './live.ts'

/** The object that is to be created. */
export interface Wanted {
  readonly address: Address
  readonly place: Place
  /** Something it refers to is about to be created, so its own collection may not exist yet. */
  readonly dependsOnNew: () => boolean
  /** Record keys of recorded objects by identity, to tell ours from others. */
  readonly owner: (identity: string) => string | undefined
}

/**
 * Identities that a create must not take for what it made. Throws when the object is there already, under another
 * address or none.
 *
 * `replaced` is the object that is recorded here; it is still there while the new one is made, or a list still shows it.
 */
export async function findExisting(
  request: Wanted,
  source: Source,
  live: Live,
  planned: ObjectValue,
  replaced: ObjectValue | undefined,
): Promise<readonly string[]> {
  const { collection } = source.resource
  if (collection === undefined) return []
  const before = replaced && identityOf(collection, replaced)
  // Where the configuration itself gives the identity, old and new object are told apart by nothing.
  const own = before === undefined || before === identityOf(collection, planned) ? [] : [before]
  if (collection.scope.length > 0 && request.dependsOnNew()) return own
  const found = (await live.sameKey(source, planned)) ?? []
  const others = found
    .map((value) => identityOf(collection, value) ?? '')
    .filter((identity) => identity !== before)
  if (collection.ambiguous !== true) {
    for (const identity of others) {
      const owner = request.owner(identity)
      if (owner !== undefined || collection.grants !== true) refuseDuplicate(request, source, planned, owner)
    }
  }
  return [...own, ...others]
}

function refuseDuplicate(
  request: Wanted,
  source: Source,
  planned: ObjectValue,
  owner: string | undefined,
): void {
  const address = formatAddress(request.address)
  // It waits to be destroyed by this very plan.
  if (owner?.startsWith(`${address} (deposed `)) return
  const key = (source.resource.collection?.key ?? []).map(
    (name) => `${name} = ${JSON.stringify(field(planned, name) ?? null)}`,
  )
  const advice =
    owner === undefined
      ? `It is not managed here: import it with "hubform import '${address}' ${source.resource.importId ?? 'ID'}", or choose another ${key.length === 1 ? source.resource.collection?.key[0] : 'key'}.`
      : `It is recorded as ${owner}: if the block was renamed, use "hubform state mv '${owner}' '${address}'"; otherwise only one of them can stay.`
  throw new DiagnosticError(
    problem(
      'Object exists already',
      `${address} would be created, but there is an object with ${key.join(', ')}. ${advice}`,
      request.place,
    ),
  )
}
