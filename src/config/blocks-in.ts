// Where the blocks of a JSON text are written, looked up once for all of them.
import type { Path } from '../path.ts'
import { type Entry, entriesAt, startOf } from './seek.ts'

/**
 * Finds the block at the end of a path of names. Undefined where that takes a closer look: something on the way is
 * written twice or as an array, or is not there.
 */
export type FindBlock = (path: Path) => Entry | undefined

type Entries = ReadonlyMap<string, Entry | undefined>

/** Makes the search of a text, which is known to be valid JSON. Nothing is read before it is asked for. */
export function blocksIn(text: string): FindBlock {
  const read = new Map<number, Entries>()
  const entriesOf = (offset: number): Entries => {
    const known = read.get(offset)
    if (known !== undefined) return known
    const entries = new Map<string, Entry | undefined>()
    for (const entry of entriesAt(text, offset) ?? [])
      entries.set(entry.key, entries.has(entry.key) ? undefined : entry)
    read.set(offset, entries)
    return entries
  }
  return (path) => {
    let found: Entry | undefined
    for (const step of path) {
      found = entriesOf(found === undefined ? startOf(text) : found.value).get(String(step))
      if (found === undefined) return undefined
    }
    return found
  }
}
