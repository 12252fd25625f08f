// What a run recorded that died, over a state that another program has written since.
//
// That program did not know of the journal. Of objects that were recorded before it knows at least as much, and the next plan
// reads them again. What it cannot know of is what the dead run made.
import { sameRecord } from './content.ts'
import { printJson } from './print.ts'
import type { ResourceRecord } from './state.ts'

export interface Merged {
  /** What the state is to hold besides what it holds. */
  readonly taken: ReadonlyMap<string, ResourceRecord>
  /** Keys of which nobody can tell who is right. */
  readonly stale: readonly string[]
}

/** What the dead run was about to do: keys that it made objects for, and keys whose objects it changed or destroyed. */
export interface Intended {
  readonly created: ReadonlySet<string>
  readonly changed: ReadonlySet<string>
  /** Keys for which nobody knows whether an object was made. */
  readonly open: ReadonlySet<string>
}

/** `ours` is what the dead run recorded last under each key; null is nothing. */
export function merge(
  theirs: ReadonlyMap<string, ResourceRecord>,
  ours: ReadonlyMap<string, ResourceRecord | null>,
  { created, changed, open }: Intended,
): Merged {
  const objects = new Set([...theirs.values()].map(nameObject))
  const taken = new Map<string, ResourceRecord>()
  const stale: string[] = []
  for (const [key, record] of ours) {
    const their = theirs.get(key)
    // It was on the way to be replaced: what is recorded there would stand for the new object, which nobody would look for.
    if (record === null && open.has(key) && their !== undefined) stale.push(key)
    // The object is recorded there, perhaps as it was before or at another address; or it is gone, as will be seen.
    if (record === null || sameRecord(record, their) || objects.has(nameObject(record))) continue
    if (created.has(key) && their === undefined) taken.set(key, record)
    // Two objects for one address; or one of which it is not known who took it out of the state, or who put it there.
    else if (created.has(key) || (their === undefined && !changed.has(key))) stale.push(key)
  }
  return { taken, stale }
}

/** Equal for two records if they are of one object, wherever it is recorded, and in whatever order its attributes come. */
function nameObject({ address, attributes }: ResourceRecord): string {
  return `${address.type} ${printJson(attributes['id'] ?? attributes)}`
}
