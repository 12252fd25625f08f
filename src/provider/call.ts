// What the functions of a resource are handed besides their values.
import type { Poll } from './poll.ts'

/** What every call that may take time is given. */
export interface Call {
  /** Aborted when the run is cancelled; pass it to everything that waits. */
  readonly signal: AbortSignal
  /** Tells the user something that does not stop the operation. Full sentences, no secrets. */
  readonly warn: (summary: string, detail: string) => void
  /** Waits for a condition. */
  readonly poll: Poll
}

/** What a call that changes the service is given besides. `Checkpoint` is a partial object, at least its identity. */
export interface WritingCall<S> extends Call {
  /**
   * Saves what is known of an object so far. Call it as soon as there is an id, before waiting for anything: if we
   * stop in between, this is the only trace of the object. Resolves once it is on disk.
   */
  readonly checkpoint: (state: Partial<S>) => Promise<void>
}
