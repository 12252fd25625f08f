// The journal of a state on an HTTP server: beside the state; where the server refuses that, on this machine.
import { nodeDisk } from '../local/disk.ts'
import { diskFault } from '../local/disk-fault.ts'
import { journalFile } from '../local/journal-file.ts'
import { type Blobs, type Journal, segmentedJournal } from '../remote/segments.ts'
import type { Siblings } from './siblings.ts'

/** `path` is where it goes if the server keeps no documents beside a state. */
export function httpJournal(siblings: Siblings, path: string): Journal {
  const remote = segmentedJournal(siblingBlobs(siblings))
  const local = fileJournal(path)
  return {
    async append(lines) {
      if (siblings.refusal === undefined) await remote.append(lines)
      // Only the first document of all can be refused, so nothing was there before.
      if (siblings.refusal !== undefined) await local.append(lines)
    },
    async read() {
      const texts = [await remote.read(), await local.read()].filter((text) => text !== undefined)
      return texts.length === 0 ? undefined : texts.join('')
    },
    async clear() {
      await remote.clear()
      await local.clear()
    },
  }
}

/** Without conditions: the server knows none, and the lock is asked for before each write. */
function siblingBlobs(siblings: Siblings): Blobs {
  const name = String
  return {
    describe: (index) => siblings.describe(name(index)),
    get: (index) => siblings.get(name(index)),
    put: async (index, text) => (await siblings.put(name(index), text)) ?? '',
    remove: (index) => siblings.empty(name(index)),
  }
}

function fileJournal(path: string): Journal {
  const file = journalFile(nodeDisk, path)
  const guarded = async <T>(act: string, work: () => Promise<T> | T): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw diskFault(error, act, path, '')
    }
  }
  return {
    append: (lines) => guarded('write', () => file.append(lines)),
    read: () => guarded('read', () => nodeDisk.readText(path)),
    clear: () =>
      guarded('remove', () => {
        file.close()
        nodeDisk.remove(path)
      }),
  }
}
