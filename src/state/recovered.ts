// What a session hands on of a run that died.
import type { Progress } from './announcement.ts'
import type { Intent, PlanMark } from './journal.ts'

/** What an earlier run left that did not end properly. */
export interface Recovered {
  /** How many outcomes were not yet in the file; the session's state holds them. */
  readonly outcomes: number
  /** Calls of which nobody knows whether they took effect. Close each with an `outcome` of its step. */
  readonly openIntents: readonly Intent[]
  readonly startedAt: string
  /** What it was doing, as its lock said. */
  readonly operation: string | undefined
  /** Which plan it carried out, if it was one. */
  readonly plan: PlanMark | undefined
  /** How far it came with what it had announced; undefined if it had announced nothing. */
  readonly progress: Progress | undefined
  /** True if another program has written the state since, to which the outcomes were added. */
  readonly writtenSince: boolean
  /** Keys of open creates at which another program has recorded an object since, so that planning looks for none. */
  readonly hidden: readonly string[]
}

/**
 * True if it left outcomes or open intents, which only the journal holds. False: it was between two calls, and the file
 * holds all that it did.
 */
export function isUnsettled(found: Pick<Recovered, 'outcomes' | 'openIntents'>): boolean {
  return found.outcomes > 0 || found.openIntents.length > 0
}
