// What a run records while it goes: kept here for the save at its end, and in the journal in case there is no end.
import { type Diagnostic, problem } from '../diagnostics.ts'
import type { Intent } from '../state/journal.ts'
import type { ResourceRecord } from '../state/state.ts'
import type { Recorder } from './api.ts'
import { toDiagnostics } from './call.ts'

/** By record key; null means nothing there any more. */
export type Records = { readonly [recordKey: string]: ResourceRecord | null }

export interface Ledger {
  /** Everything recorded, by this run and before. */
  readonly records: ReadonlyMap<string, ResourceRecord>
  /** Must return before the call. Throws NotRecorded, and then the call must not be made. */
  intend(intent: Intent): Promise<void>
  /** `step` undefined: its call goes on, or nobody knows yet what came of it. Never throws: what counts is kept here. */
  outcome(step: string | undefined, records: Records): Promise<void>
  /** Throws NotRecorded if something could not be written down. */
  check(): void
  /** Aborted from then on: nothing more may be started. */
  readonly lost: AbortSignal
  /** Why it could not; empty as long as all is well. */
  readonly problems: readonly Diagnostic[]
}

/** A call was not made, since what it does could not be recorded. */
export class NotRecorded extends Error {
  constructor(options?: ErrorOptions) {
    super('the call was not made, since it could not be recorded', options)
    this.name = 'NotRecorded'
  }
}

/** Opens the ledger of one run over what its recorder has. */
export function makeLedger(recorder: Recorder): Ledger {
  const records = new Map(recorder.state.records)
  const problems: Diagnostic[] = []
  const lost = new AbortController()

  const lose = (error: unknown) => {
    if (problems.length === 0) {
      problems.push(
        ...toDiagnostics(error, {}),
        problem(
          'Run stopped early',
          'What the run does could not be recorded any more, so nothing more was started, and what was running was waited for.',
        ),
      )
    }
    lost.abort()
  }
  const check = () => {
    if (lost.signal.aborted) throw new NotRecorded()
  }

  return {
    records,
    problems,
    lost: lost.signal,
    check,
    async intend(intent) {
      check()
      try {
        await recorder.intend(intent)
      } catch (error) {
        lose(error)
        throw new NotRecorded({ cause: error })
      }
    },
    async outcome(step, changed) {
      for (const [key, record] of Object.entries(changed)) {
        if (record === null) records.delete(key)
        else records.set(key, record)
      }
      await recorder.outcome(step, changed).catch(lose)
    },
  }
}
