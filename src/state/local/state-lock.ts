// What the local backend asks of a lock, whichever way it is made.
import type { LockInfo } from '../backend.ts'
import type { Disk } from './disk.ts'

/** Where a state and what belongs to it are. All in one directory, links resolved. */
export interface StateFiles {
  readonly state: string
  readonly backup: string
  readonly journal: string
  /** Takes the place of the state once it is complete. */
  readonly next: string
  /** Says who holds the lock; named and written as Terraform does. */
  readonly info: string
  /** The lock itself where there are no record locks. */
  readonly lock: string
}

/** A held lock on a state file. */
export interface StateLock {
  /** The file's text; empty if the lock made the file. */
  read(): string
  /** True if there was no state file when the lock was taken. */
  readonly made: boolean
  /** Must be called with a complete file just before it takes the place of the state. */
  prepare(fd: number): void
  /** Must be called just after. True: the lock now owns the descriptor, and the caller must not close it. */
  adopt(fd: number): boolean
  /** False once others may have it: its file was removed or replaced, or the lock broken. Then nothing may be written. */
  isOurs(): boolean
  release(): void
}

/** A way to lock. */
export interface Locker {
  /** Takes the lock at once or throws LockHeldError. Must not wait between looking and taking. */
  take(files: StateFiles, info: LockInfo): StateLock
  /** Breaks a lock whose holder is gone, and tells who it was. Throws a diagnostic if it is not, or has another id. */
  breakLock(files: StateFiles, id: string, description: string): LockInfo | undefined
}

/** Who left word, or undefined if nobody did or it cannot be read. */
export function findHolder(disk: Disk, path: string): LockInfo | undefined {
  try {
    const info: unknown = JSON.parse(disk.readText(path) ?? 'null')
    if (!isLockInfo(info)) return undefined
    const { ID, Operation, Info, Who, Version, Created, Path } = info
    return { ID, Operation, Info, Who, Version, Created, Path }
  } catch {
    // It is being written right now, or is not for us. The lock itself does not depend on it.
    return undefined
  }
}

function isLockInfo(info: unknown): info is LockInfo {
  const keys = ['ID', 'Operation', 'Info', 'Who', 'Version', 'Created', 'Path']
  // Object(x) === x holds for objects only; of those any key may be asked for.
  return (
    Object(info) === info && keys.every((key) => typeof (info as Record<string, unknown>)[key] === 'string')
  )
}
