// The lock that Terraform takes on a local state: a POSIX record lock on the state file.
//
// Such a lock belongs to the process, and closing any descriptor of the file drops it. So while a state is locked, this
// process must read it through the locked descriptor, and find out from its own books that it is locked.
import { LockHeldError, type LockInfo } from '../backend.ts'
import { lockIsAlive, lockNotHeld, wrongLockId } from '../unlock.ts'
import type { Disk } from './disk.ts'
import type { RecordLocks } from './fcntl.ts'
import { findFileHolder, type Processes } from './lock-file.ts'
import { findHolder, type Locker, type StateFiles, type StateLock } from './state-lock.ts'

interface Held {
  readonly info: LockInfo
  /** Of each file that was the state since the lock was taken; the last one is it now. */
  readonly descriptors: number[]
}

/** The state files that this process holds, by path. The one registry there must be: the locks are the process's too. */
const heldHere = new Map<string, Held>()

/** How often the file may be replaced under us between opening and locking it. */
const ATTEMPTS = 50

/** A state's text without endangering a lock that this process may have on it; undefined if there is no file. */
export function readUnlocked(disk: Disk, path: string): string | undefined {
  const held = heldHere.get(path)
  return held === undefined ? disk.readText(path) : disk.readAll(current(held))
}

/** `withoutLocks` is the locker of programs that have no record locks; both see each other. */
export function recordLocker(
  disk: Disk,
  locks: RecordLocks,
  processes: Processes,
  withoutLocks: Locker,
): Locker {
  return {
    take(files, info) {
      const here = heldHere.get(files.state)
      if (here !== undefined) throw new LockHeldError(here.info, { pid: process.pid })
      const made = disk.factsAt(files.state) === undefined
      const held: Held = { info, descriptors: [lockFile(disk, locks, files)] }
      heldHere.set(files.state, held)
      const lock = lockOf(disk, locks, files, held, made)
      try {
        const other = findFileHolder(disk, files, processes)
        if (other !== undefined) throw other
        disk.writeNow(files.info, JSON.stringify(info))
      } catch (error) {
        lock.release()
        throw error
      }
      return lock
    },
    breakLock(files, id, description) {
      const holder = findHolder(disk, files.info)
      const pid = heldHere.has(files.state) ? process.pid : probe(disk, locks, files.state)
      if (pid === undefined && disk.factsAt(files.lock) !== undefined)
        return withoutLocks.breakLock(files, id, description)
      if (holder === undefined && pid === undefined) return lockNotHeld(description)
      if (holder !== undefined && holder.ID !== id) return wrongLockId(id, holder, description)
      if (pid !== undefined) return lockIsAlive(description, pid)
      // Nobody holds the lock; only the word of a program that was killed is left.
      disk.remove(files.info)
      return holder
    },
  }
}

function lockFile(disk: Disk, locks: RecordLocks, files: StateFiles): number {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const fd = disk.open(files.state, 'update')
    try {
      if (!locks.tryLock(fd))
        throw new LockHeldError(findHolder(disk, files.info), { pid: locks.findHolder(fd) })
      // A holder that saved between our opening and locking has put another file there, and ours is nobody's now.
      if (disk.factsAt(files.state)?.identity === disk.facts(fd).identity) return fd
    } catch (error) {
      disk.close(fd)
      throw error
    }
    disk.close(fd)
  }
  throw new LockHeldError(findHolder(disk, files.info))
}

function lockOf(disk: Disk, locks: RecordLocks, files: StateFiles, held: Held, made: boolean): StateLock {
  // Whoever opens the state by its name must meet our lock.
  const isOurs = () => disk.factsAt(files.state)?.identity === disk.facts(current(held)).identity
  return {
    isOurs,
    read: () => disk.readAll(current(held)),
    made,
    prepare(fd) {
      // Locked before it gets its name, so nobody can find the state unlocked.
      if (!locks.tryLock(fd)) throw new LockHeldError(findHolder(disk, files.info))
    },
    adopt(fd) {
      // The files before it stay open and locked: a program may have opened one of them already. Terraform does not look
      // again once it has the lock, so it must not get that of a file which is no longer the state.
      held.descriptors.push(fd)
      return true
    },
    release() {
      if (heldHere.get(files.state) !== held) return
      try {
        if (findHolder(disk, files.info)?.ID === held.info.ID) disk.remove(files.info)
        if (made && isOurs() && disk.factsAt(files.state)?.size === 0) disk.remove(files.state)
      } catch {
        // What is left is an empty file or an old word, which harm nobody. The lock must go.
      }
      heldHere.delete(files.state)
      for (const fd of held.descriptors) disk.close(fd)
    },
  }
}

function current(held: Held): number {
  // There is at least the descriptor that the lock was taken on.
  return held.descriptors.at(-1) as number
}

function probe(disk: Disk, locks: RecordLocks, path: string): number | undefined {
  if (disk.factsAt(path) === undefined) return undefined
  const fd = disk.open(path, 'update')
  try {
    return locks.findHolder(fd)
  } finally {
    disk.close(fd)
  }
}
