// A state on a server that knows no sessions: what "http" and "s3" each do in their own way, and backend.ts uses.
import type { LockInfo, RewriteBackup } from '../backend.ts'
import type { Journal } from './segments.ts'
import type { Versioned } from './versioned.ts'

/** A sign of life. Ours alone: other programs' locks have none. */
export interface Beat {
  readonly count: number
  /** Milliseconds since 1970, by the holder's clock. */
  readonly at: number
}

/** A lock as the server shows it. */
export interface Sight {
  /** Undefined when the server does not tell. */
  readonly holder: LockInfo | undefined
  readonly beat: Beat | undefined
  /** True if the beat stands for the lock itself: its holder is one that gives signs of life, and has given none so far. */
  readonly isSilent?: boolean | undefined
  /** The place's own: what it needs to break or take over this very lock. */
  readonly tag: string
}

/** A lock that stays when its process dies. */
export interface LockPlace {
  /** Takes it with a first beat, or says who has it. */
  take(info: LockInfo, beat: Beat): Promise<Sight | 'taken'>
  /** Takes it from a holder that was seen, only if that one still has it; else says who has it now. */
  takeOver(seen: Sight, info: LockInfo, beat: Beat): Promise<Sight | 'taken'>
  /** Gives a sign of life. False: somebody else has it. */
  renew(info: LockInfo, beat: Beat): Promise<boolean>
  /**
   * Asks whether it is still ours. True means as well that whoever has it next will read all that was written to the
   * journal before this was asked.
   */
  confirm(info: LockInfo): Promise<boolean>
  /** Leaves it alone if it is somebody else's. */
  release(info: LockInfo): Promise<void>
  /** Who has it; undefined if nobody has. */
  find(): Promise<Sight | undefined>
  break(seen: Sight): Promise<void>
}

export interface RemotePlace {
  /** Without credentials. */
  readonly description: string
  readonly backupDescription: string | undefined
  readonly journalDescription: string
  /** Undefined when there is nothing. What has no text is no state yet, and there all the same. */
  read(): Promise<Versioned | undefined>
  /** Replaces the text that was `expected`, and gives its new tag; throws ChangedError if that is not there. */
  write(text: string, expected: Versioned | undefined, info: LockInfo): Promise<string>
  /** Keeps what was there before a run. */
  backUp(text: string): Promise<void>
  /** As the backend's; calls `confirm` before each write. */
  rewriteBackups(rewrite: RewriteBackup, confirm: () => Promise<void>): Promise<void>
  /**
   * The journal as nobody has looked at it yet; for the holder if there is one, which gives a way to ask whether it still is:
   * `confirm` throws if not.
   */
  openJournal(confirm?: () => Promise<void>): Journal
  /**
   * For who took the lock over: sees to it that the former holder's write of the state is refused, where the server can.
   * Calls `confirm` between looking and writing, so that the next holder's state is never touched.
   */
  fence?(confirm: () => Promise<void>): Promise<void>
  readonly lock: LockPlace
}
