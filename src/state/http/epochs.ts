// Whose documents are whose beside a state: a run that lost its lock may still write to its own, and nobody else's.
import type { LockInfo } from '../backend.ts'
import { decodeLock, encodeLock } from '../remote/lock-text.ts'
import type { Beat } from '../remote/place.ts'
import type { Siblings } from './siblings.ts'

/** What the last holder left word of. */
export interface LastBeat {
  readonly info: LockInfo
  readonly beat: Beat | undefined
  readonly epoch: number
  /** True if it has given the lock back, and will never write again. */
  readonly released: boolean
}

export interface BeatWord {
  readonly info: LockInfo
  readonly beat: Beat
  readonly epoch: number
  readonly released?: boolean
}

/**
 * The server knows no conditions, and a write may be carried out long after it was sent. So holders share names for their
 * documents only as long as each gives the lock back in order, having heard of all its writes; such a row of holders is an
 * epoch. Who gets the lock in any other way opens the next epoch, and what the former holder writes from then on is never read.
 *
 * Epochs are counted from 0. That one was opened is a document of its own, which says nothing else and always stays: so it
 * does no harm if it is written late or twice. A write counts once it is there while no later epoch is, as whoever opens one
 * reads what is there only afterwards.
 */
export interface Epochs {
  /** The latest that this client knows of. */
  readonly seen: number
  /** Undefined when nobody has ever left word. */
  lastBeat(): Promise<LastBeat | undefined>
  writeBeat(word: BeatWord): Promise<void>
  /** Of those that were opened. Its documents are not the caller's. */
  latest(): Promise<number>
  /** Opens the next one, for nobody yet: whoever was in the one before can be sure of nothing that it writes. */
  open(): Promise<void>
  /**
   * For who has just got the lock: one whose documents nobody else will write from now on. Undefined if `isOurs` says no, which
   * is asked before one is opened: who slept meanwhile must not open one after that of the next holder.
   */
  enter(isOurs: () => Promise<boolean>): Promise<number | undefined>
  /** True if nobody has entered a later one. */
  isLatest(epoch: number): Promise<boolean>
  /** The name of a document. */
  name(epoch: number, document: string): string
}

const BEAT = 'beat'

export function httpEpochs(siblings: Siblings): Epochs {
  /** So many were seen, and they never become fewer. */
  let seen = 0

  const isOpen = async (epoch: number): Promise<boolean> => {
    if (epoch > seen && (await siblings.get(mark(epoch))) === undefined) return false
    seen = Math.max(seen, epoch)
    return true
  }
  const look = async () => {
    const found = await siblings.get(BEAT)
    const last = found && decodeBeat(found.text)
    seen = Math.max(seen, last?.epoch ?? 0)
    return { isFirst: found === undefined, last }
  }
  const walk = async (): Promise<number> => {
    while (await isOpen(seen + 1));
    return seen
  }

  const put = async (epoch: number): Promise<void> => {
    await siblings.put(mark(epoch), 'open')
    if (siblings.refusal === undefined) seen = epoch
  }

  return {
    get seen() {
      return seen
    },
    lastBeat: async () => (await look()).last,
    async writeBeat(word) {
      await siblings.put(BEAT, encodeBeat(word))
    },
    async latest() {
      await look()
      return walk()
    },
    async enter(isOurs) {
      const { isFirst, last } = await look()
      const latest = await walk()
      if ((isFirst && latest === 0) || (last?.released && last.epoch === latest)) return latest
      // If it is taken from us after this, the next holder opens the same one, and ours says nothing new.
      if (!(await isOurs())) return undefined
      await put(latest + 1)
      return seen
    },
    async open() {
      await look()
      await put((await walk()) + 1)
    },
    isLatest: async (epoch) => !(await isOpen(epoch + 1)),
    // The first epoch's documents have the names that all had when there were no epochs.
    name: (epoch, document) => (epoch === 0 ? document : `${mark(epoch)}-${document}`),
  }
}

const mark = (epoch: number): string => `e${epoch}`

function encodeBeat({ info, beat, epoch, released }: BeatWord): string {
  const word = JSON.parse(encodeLock(info, beat)) as object
  return JSON.stringify({ ...word, HubformEpoch: epoch, ...(released ? { HubformReleased: true } : {}) })
}

function decodeBeat(text: string): LastBeat | undefined {
  const { info, beat } = decodeLock(text)
  if (info === undefined) return undefined
  const more = JSON.parse(text) as { readonly HubformEpoch?: unknown; readonly HubformReleased?: unknown }
  const epoch = typeof more.HubformEpoch === 'number' ? more.HubformEpoch : 0
  return { info, beat, epoch, released: more.HubformReleased === true }
}
