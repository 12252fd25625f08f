// Waiting for a service to get somewhere.
import { setTimeout as sleep } from 'node:timers/promises'
import { DiagnosticError } from '../diagnostics.ts'

export interface PollOptions<T> {
  /** What is waited for, for the message on time-out: `tavio_deployment "export" to be enabled`. */
  readonly what: string
  /** Asks the service once. */
  readonly probe: (signal: AbortSignal) => Promise<T>
  /** True when there is nothing more to wait for. */
  readonly until: (answer: T) => boolean
  /** Words for the last answer, for the message on time-out: `it is still "DEPLOYING"`. */
  readonly describe?: (answer: T) => string
  readonly timeoutMs: number
  /** First pause; it grows by half up to `maxIntervalMs`. */
  readonly intervalMs?: number
  readonly maxIntervalMs?: number
}

/** Asks until the answer satisfies; returns it. Throws a diagnostic on time-out, and the signal's reason when aborted. */
export type Poll = <T>(options: PollOptions<T>) => Promise<T>

/** What waiting needs of the world. `sleep` must reject when the signal aborts. */
export interface PollClock {
  readonly now: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Milliseconds since some start, never running backwards, and real pauses. */
export const realClock: PollClock = {
  now: () => performance.now(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, { signal })
  },
}

/** Makes the poll that a resource is handed. */
export function makePoll(signal: AbortSignal, clock: PollClock = realClock): Poll {
  return async (options) => {
    const start = clock.now()
    let pause = options.intervalMs ?? 250
    for (;;) {
      signal.throwIfAborted()
      const answer = await options.probe(signal)
      if (options.until(answer)) return answer
      if (clock.now() - start + pause > options.timeoutMs) throw timedOut(options, answer)
      await clock.sleep(pause, signal)
      pause = Math.min(pause * 1.5, options.maxIntervalMs ?? 5_000)
    }
  }
}

function timedOut<T>(options: PollOptions<T>, answer: T): DiagnosticError {
  const last = options.describe === undefined ? '' : ` At the last look, ${options.describe(answer)}.`
  return new DiagnosticError({
    severity: 'error',
    summary: 'Waiting took too long',
    detail: `Waited ${Math.round(options.timeoutMs / 1000)} s for ${options.what}.${last} Look at it in the service, then run again; a longer time can be set in "timeouts" where the resource has it.`,
  })
}
