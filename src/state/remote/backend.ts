// A state on a server without sessions, as a backend: every write is made as the holder of the lock, or not at all.
import type { Backend, Lock } from '../backend.ts'
import { batches } from '../batches.ts'
import { lockLost } from '../lost.ts'
import { lockNotHeld, wrongLockId } from '../unlock.ts'
import { type Lease, type LeaseClock, leases } from './lease.ts'
import type { RemotePlace } from './place.ts'
import type { Journal } from './segments.ts'
import { ChangedError, type Versioned } from './versioned.ts'

export interface RemoteOptions {
  readonly expiryMs: number
  readonly clock: LeaseClock
}

interface Held {
  readonly lease: Lease
  readonly journal: Journal
  readonly append: (lines: readonly string[]) => Promise<void>
  /** The state as this run last read or wrote it. */
  current: Versioned | 'absent' | 'unread'
  wrote: boolean
}

/** One client of a place. */
export function remoteBackend(place: RemotePlace, { expiryMs, clock }: RemoteOptions): Backend {
  const { description } = place
  const takeLease = leases({ place: place.lock, expiryMs, clock, description })
  let held: Held | undefined

  const needLock = (): Held => {
    if (held === undefined) throw new Error(`the state at ${description} is written without holding its lock`)
    return held
  }
  const elseLost = (error: unknown): never => {
    if (error instanceof ChangedError) return lockLost(description, error)
    throw error
  }
  /** The server is asked before, so that a run without its lock writes nothing; and after, if that took long. */
  const fenced = async ({ lease }: Held, work: () => Promise<void>): Promise<void> => {
    await lease.confirm()
    await work().catch(elseLost)
    await lease.settle()
  }
  /**
   * The server is asked afterwards, as only then it is certain that the next holder reads it. What a run without its lock
   * writes to its journal until then is never read.
   */
  const noted = async ({ lease }: Held, work: () => Promise<void>): Promise<void> => {
    await lease.settle()
    try {
      await work()
    } catch (error) {
      if (!(error instanceof ChangedError)) throw error
      // Either another run is at work, or one whose lock was broken wrote a last time: then ours comes after it.
      await lease.confirm()
      await work().catch(elseLost)
    }
    await lease.confirm()
  }
  const look = async (mine: Held): Promise<Versioned | undefined> => {
    const found = await place.read()
    if (mine.current === 'unread') mine.current = found ?? 'absent'
    return found
  }

  return {
    description,
    get backupDescription() {
      return place.backupDescription
    },
    get journalDescription() {
      return place.journalDescription
    },

    async read() {
      const found = held === undefined ? await place.read() : await look(held)
      return found?.text || undefined
    },

    async write(text) {
      const mine = needLock()
      await fenced(mine, async () => {
        if (mine.current === 'unread') await look(mine)
        const before = mine.current as Versioned | 'absent'
        if (!mine.wrote && before !== 'absent' && before.text !== '') await place.backUp(before.text)
        mine.current = { text, tag: await replace(mine.lease, text, before) }
        mine.wrote = true
      })
    },

    async lock(info, signal, onLook): Promise<Lock> {
      const lease = await takeLease(info, signal, onLook)
      const journal = place.openJournal(() => lease.confirm())
      const mine: Held = {
        lease,
        journal,
        append: batches((lines) => noted(mine, () => mine.journal.append(lines))),
        current: 'unread',
        wrote: false,
      }
      // So that journal and state are fenced from here on, and not only from when they are first read.
      try {
        const isTakenOver = lease.tookOverFrom !== undefined
        await journal.claim(isTakenOver)
        if (isTakenOver) await place.fence?.(() => lease.confirm())
        await look(mine)
      } catch (error) {
        await lease.release().catch(() => undefined)
        throw error
      }
      held = mine
      return { info, tookOverFrom: lease.tookOverFrom, release: () => release(mine) }
    },

    async forceUnlock(id) {
      const seen = await place.lock.find()
      if (seen === undefined) return lockNotHeld(description)
      if (seen.holder !== undefined && seen.holder.ID !== id) return wrongLockId(id, seen.holder, description)
      await place.lock.break(seen)
      return seen.holder
    },

    async append(lines) {
      await needLock().append(lines)
    },

    readJournal: () => (held?.journal ?? place.openJournal()).read(),

    async clearJournal() {
      const mine = needLock()
      await noted(mine, () => mine.journal.clear())
    },

    async rewriteBackups(rewrite) {
      const mine = needLock()
      await fenced(mine, () => place.rewriteBackups(rewrite, () => mine.lease.confirm()))
    },
  }

  async function replace(lease: Lease, text: string, before: Versioned | 'absent'): Promise<string> {
    try {
      return await place.write(text, before === 'absent' ? undefined : before, lease.info)
    } catch (error) {
      if (!(error instanceof ChangedError)) throw error
      const found = await place.read()
      // Our own write, whose answer was lost.
      if (found?.text === text) return found.tag
      return lockLost(description, error)
    }
  }

  async function release(mine: Held): Promise<void> {
    if (held !== mine) return
    held = undefined
    await mine.lease.release()
  }
}
