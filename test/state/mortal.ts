// A place for a state whose process dies in the middle of what it writes there.
import type { Backend } from '../../src/state/backend.ts'
import { batches } from '../../src/state/batches.ts'
import { type MemoryStore, memoryBackend } from '../../src/state/memory.ts'

/** At which of its writes it dies, counted from 0, and what becomes of that one. */
export interface Death {
  readonly at: number
  /** `part`: of the lines to append some are there, and a piece of the next; a file is there as a whole or not at all. */
  readonly leaves: 'nothing' | 'part' | 'all'
}

/** Writes take their time, and come to disk in the order in which they were begun only if nobody mixes them up. */
export function mortalBackend(store: MemoryStore, death: Death | undefined): Backend {
  const inner = memoryBackend(store)
  let writes = 0
  let isDead = false
  const dying = async (work: () => Promise<void>, part = async () => {}) => {
    await pause(writes % 3)
    if (isDead) throw new Error('dead')
    writes += 1
    if (writes - 1 !== death?.at) return work()
    isDead = true
    if (death.leaves === 'all') await work()
    if (death.leaves === 'part') await part()
    throw new Error('dead')
  }
  const appendPart = async (lines: readonly string[]) => {
    const half = Math.floor(lines.length / 2)
    await inner.append(lines.slice(0, half))
    store.journal = `${store.journal ?? ''}${lines[half]?.slice(0, 30) ?? ''}`
  }
  return {
    ...inner,
    append: batches((lines) =>
      dying(
        () => inner.append(lines),
        () => appendPart(lines),
      ),
    ),
    write: (text) => dying(() => inner.write(text)),
    clearJournal: () => dying(() => inner.clearJournal()),
  }
}

/** As long as it takes others to come to their turn so many times. */
export async function pause(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await undefined
}
