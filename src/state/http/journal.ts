// The journal of a state on an HTTP server: beside the state; where the server refuses that, on this machine.
import { nodeDisk } from '../local/disk.ts'
import { diskFault } from '../local/disk-fault.ts'
import { journalFile } from '../local/journal-file.ts'
import { type Blobs, type Journal, type SegmentedJournal, segmentedJournal } from '../remote/segments.ts'
import type { Epochs } from './epochs.ts'
import type { Siblings } from './siblings.ts'

export interface HttpJournalOptions {
  readonly siblings: Siblings
  readonly epochs: Epochs
  /** The holder's; undefined without a lock: then whatever is the latest. */
  readonly epoch: number | undefined
  /** Where it goes if the server keeps no documents beside a state. */
  readonly path: string
}

export function httpJournal({ siblings, epochs, epoch, path }: HttpJournalOptions): Journal {
  const local = fileJournal(path)
  /** The epoch whose journal was found, and may still be there. */
  let copiedFrom: number | undefined
  let opened: Promise<SegmentedJournal> | undefined
  const remote = () => {
    opened ??= openEpoch()
    return opened
  }
  const openEpoch = async () => segmentedJournal(blobsOf(epoch ?? (await epochs.latest())))
  const blobsOf = (one: number) => epochBlobs(siblings, epochs, one)

  const isBegun = async (one: number) => (await siblings.get(epochs.name(one, '0'))) !== undefined
  /** The last one in which there was a journal at all, if only an empty one. */
  const findBegun = async (from: number): Promise<number> => {
    let one = from
    while (one > 0 && !(await isBegun(one))) one -= 1
    return one
  }

  return {
    async claim() {
      if (epoch === undefined || epoch === 0 || (await isBegun(epoch))) return
      const before = await findBegun(epoch - 1)
      const text = await segmentedJournal(blobsOf(before)).read()
      await (await remote()).begin(text ?? '')
      copiedFrom = before
    },
    async append(lines) {
      if (siblings.refusal === undefined) await (await remote()).append(lines)
      // Only the first document of all can be refused, so nothing was there before.
      if (siblings.refusal !== undefined) await local.append(lines)
    },
    async read() {
      const texts = [await readRemote(), await local.read()].filter((text) => text !== undefined)
      return texts.length === 0 ? undefined : texts.join('')
    },
    async clear() {
      await (await remote()).clear()
      await local.clear()
      if (copiedFrom !== undefined) await emptyFrom(copiedFrom)
      copiedFrom = undefined
    },
  }

  /** What is read no more, but need not be kept for ever either. */
  async function emptyFrom(before: number): Promise<void> {
    for (let one = before; one >= 0; one--) {
      const left = segmentedJournal(blobsOf(one))
      if ((await left.read()) === undefined) return
      await left.clear()
    }
  }

  async function readRemote(): Promise<string | undefined> {
    const from = epoch ?? (await epochs.latest())
    const begun = await findBegun(from)
    return begun === epoch ? (await remote()).read() : segmentedJournal(blobsOf(begun)).read()
  }
}

/**
 * Empties what runs that died left of the journals of earlier epochs. For who holds the lock in `epoch` and has claimed its
 * journal, since when the others are read by nobody. Calls `confirm` before each.
 */
export async function emptyEarlier(
  { siblings, epochs }: Pick<HttpJournalOptions, 'siblings' | 'epochs'>,
  epoch: number,
  confirm: () => Promise<void>,
): Promise<void> {
  for (let one = epoch - 1; one >= 0; one--) {
    await confirm()
    await segmentedJournal(epochBlobs(siblings, epochs, one)).clear()
  }
}

function epochBlobs(siblings: Siblings, epochs: Epochs, epoch: number): Blobs {
  const name = (index: number) => epochs.name(epoch, String(index))
  return {
    namesById: false,
    describe: (index) => siblings.describe(name(index)),
    async get(index) {
      const found = await siblings.get(name(index))
      return found?.text === '' ? undefined : found
    },
    put: async (index, _journal, text) => (await siblings.put(name(index), text)) ?? '',
    remove: (index) => siblings.empty(name(index)),
  }
}

function fileJournal(path: string): Pick<Journal, 'append' | 'read' | 'clear'> {
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
