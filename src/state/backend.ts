// Where a state is kept. One contract for all kinds of places.

/** Who holds a lock. Keys are spelled as Terraform spells them in its lock files. */
export interface LockInfo {
  readonly ID: string
  readonly Operation: string
  readonly Info: string
  readonly Who: string
  readonly Version: string
  readonly Created: string
  readonly Path: string
}

/** A holder that may be dead, while it is waited for a sign of life. */
export interface LockLook {
  readonly holder: LockInfo
  /** How old its last one is, as far as its clock and ours agree; undefined: there was none since it has the lock. */
  readonly silentMs: number | undefined
  readonly lookMs: number
}

/** A held lock. */
export interface Lock {
  readonly info: LockInfo
  /** Whose lock this was before, if it was taken from a run that gave no sign of life any more. */
  readonly tookOverFrom?: LockInfo | undefined
  /** Succeeds also when the lock was lost or broken by someone else. */
  release(): Promise<void>
}

/**
 * A place for one state and its journal.
 *
 * Reading needs no lock; `write`, `append` and `clearJournal` must only be called while holding it. All text is UTF-8.
 */
export interface Backend {
  /** Names the place for people: a path or an address without credentials. */
  readonly description: string
  /** Name the places of the backup and the journal, for messages, if there are such places. */
  readonly backupDescription?: string | undefined
  readonly journalDescription?: string | undefined
  /** The state file's text; undefined when there is none. */
  read(): Promise<string | undefined>
  /** Replaces it as a whole: after a crash there is the old text or the new one. Keeps what was there before the first write as backup. */
  write(text: string): Promise<void>
  /**
   * Takes the lock at once, or throws LockHeldError. A killed process leaves no lock behind, or one that is taken over;
   * to be sure that a holder is dead may take a while, which the signal ends and `onLook` is told of beforehand.
   */
  lock(info: LockInfo, signal?: AbortSignal, onLook?: (look: LockLook) => void): Promise<Lock>
  /**
   * Breaks a lock whose holder is known to be gone, and tells whose it was if it left word. Throws a diagnostic when the
   * id is not the holder's.
   */
  forceUnlock(id: string): Promise<LockInfo | undefined>
  /**
   * Adds lines; resolves when they are on disk. Concurrent calls may share one sync. An incomplete last line, left by
   * a process that died, is dropped first. If it throws, some of the lines may be there all the same.
   */
  append(lines: readonly string[]): Promise<void>
  /** The journal's text, perhaps with an incomplete last line; undefined when there is none. */
  readJournal(): Promise<string | undefined>
  clearJournal(): Promise<void>
  /**
   * Hands over every earlier content that is kept, and replaces it as a whole by what comes back; undefined leaves it.
   * Only with the lock. What a writer that died left of them, or of a journal that was done with, is gone
   * afterwards, where that can be told.
   */
  rewriteBackups(rewrite: RewriteBackup): Promise<void>
}

/** `where` names the copy in messages. It may be handed over again after a crash, so what is done already must be left. */
export type RewriteBackup = (text: string, where: string) => string | undefined

/** Someone else holds the lock. */
export class LockHeldError extends Error {
  /** Undefined when the holder left no word. */
  readonly holder: LockInfo | undefined
  /** The holder's process on this machine, if that is known. */
  readonly pid: number | undefined
  /** True: it gives signs of life, and who waits takes the lock over once they stop. */
  readonly isWatched: boolean

  constructor(
    holder: LockInfo | undefined,
    options?: ErrorOptions & { readonly pid?: number | undefined; readonly isWatched?: boolean },
  ) {
    super('the state is locked', options)
    this.name = 'LockHeldError'
    this.holder = holder
    this.pid = options?.pid
    this.isWatched = options?.isWatched === true
  }
}
