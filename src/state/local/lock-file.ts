// A lock for machines without record locks: a file that only one can create.
//
// Those who have record locks look for this file as well; Terraform does not, so it is not kept out. On Linux the record locks
// of others are seen. The file of a process that died is recognised and taken over, so it needs no clearing up by hand.
import { LockHeldError, type LockInfo } from '../backend.ts'
import { lockIsAlive, lockNotHeld, wrongLockId } from '../unlock.ts'
import type { Disk } from './disk.ts'
import { findHolder, type Locker, type StateFiles } from './state-lock.ts'

/** What tells one process from another that later got the same number. */
interface ProcessIdentity {
  readonly host: string
  readonly pid: number
  /** When it started, in any words that stay the same; undefined if that cannot be found out. */
  readonly started: string | undefined
}

export interface Processes {
  readonly self: ProcessIdentity
  /** False only if it is certain that the process is gone. */
  mayLive(other: ProcessIdentity): boolean
}

interface Owner {
  readonly process: ProcessIdentity
  readonly info: LockInfo | undefined
}

/** `findRecordLock` tells of the locks that others may take, which are respected: their process, 0 if it has no number. */
export function lockFileLocker(
  disk: Disk,
  processes: Processes,
  findRecordLock: (path: string) => number | undefined = () => undefined,
): Locker {
  const create = (files: StateFiles, info: LockInfo) => {
    const text = JSON.stringify({ process: processes.self, ...info })
    if (disk.createNew(files.lock, text)) return
    const owner = findOwner(disk, files.lock)
    if (owner === undefined || processes.mayLive(owner.process)) throw held(owner, processes)
    removeDead(disk, files, processes)
    if (!disk.createNew(files.lock, text)) throw held(findOwner(disk, files.lock), processes)
  }
  return {
    take(files, info) {
      create(files, info)
      // After our own file is there: who takes a record lock from now on looks for it.
      const pid = findRecordLock(files.state)
      if (pid !== undefined) {
        disk.remove(files.lock)
        throw new LockHeldError(findHolder(disk, files.info), { pid: pid || undefined })
      }
      return {
        made: disk.factsAt(files.state) === undefined,
        prepare: () => {},
        read: () => disk.readText(files.state) ?? '',
        adopt: () => false,
        isOurs: () => findHolder(disk, files.lock)?.ID === info.ID,
        release() {
          if (findHolder(disk, files.lock)?.ID === info.ID) disk.remove(files.lock)
        },
      }
    },
    breakLock(files, id, description) {
      const owner = findOwner(disk, files.lock)
      if (owner === undefined) {
        if (disk.factsAt(files.lock) === undefined) return lockNotHeld(description)
      } else {
        if (owner.info !== undefined && owner.info.ID !== id) return wrongLockId(id, owner.info, description)
        const here = owner.process.host === processes.self.host
        if (here && processes.mayLive(owner.process)) return lockIsAlive(description, owner.process.pid)
      }
      disk.remove(files.lock)
      return owner?.info
    },
  }
}

/** Who keeps others out by such a file, for those who lock in another way; undefined if nobody who may live does. */
export function findFileHolder(
  disk: Disk,
  files: StateFiles,
  processes: Processes,
): LockHeldError | undefined {
  const owner = findOwner(disk, files.lock)
  return owner !== undefined && processes.mayLive(owner.process) ? held(owner, processes) : undefined
}

/**
 * Two may find the same dead owner at a time, and the slower must not remove the lock of the faster. So removing is
 * itself done by one at a time, and looks again.
 */
function removeDead(disk: Disk, files: StateFiles, processes: Processes): void {
  const guard = `${files.lock}.takeover`
  if (!disk.createNew(guard, JSON.stringify({ process: processes.self }))) {
    const other = findOwner(disk, guard)
    // Killed while taking over; the next try will find the way free.
    if (other !== undefined && !processes.mayLive(other.process)) disk.remove(guard)
    throw held(findOwner(disk, files.lock), processes)
  }
  try {
    const owner = findOwner(disk, files.lock)
    if (owner !== undefined && !processes.mayLive(owner.process)) disk.remove(files.lock)
  } finally {
    disk.remove(guard)
  }
}

function held(owner: Owner | undefined, { self }: Processes): LockHeldError {
  const pid = owner?.process.host === self.host ? owner.process.pid : undefined
  return new LockHeldError(owner?.info, { pid })
}

/** Undefined if there is no lock file, or it is being written right now. */
function findOwner(disk: Disk, path: string): Owner | undefined {
  try {
    const found: unknown = JSON.parse(disk.readText(path) ?? 'null')
    if (typeof found !== 'object' || found === null || !('process' in found)) return undefined
    const process = found.process as Partial<ProcessIdentity>
    if (typeof process.pid !== 'number' || typeof process.host !== 'string') return undefined
    const identity = { host: process.host, pid: process.pid, started: process.started }
    return { process: identity, info: findHolder(disk, path) }
  } catch {
    return undefined
  }
}
