// Time that passes only while somebody sleeps.
import { setImmediate } from 'node:timers/promises'
import type { PollClock } from '../../src/provider/poll.ts'

export interface QuickClock extends PollClock {
  /** Lets time pass without anybody sleeping. */
  readonly pass: (ms: number) => void
}

/** Runs ahead to the end of each sleep; those who sleep at the same time sleep together. */
export function quickClock(): QuickClock {
  let now = 0
  return {
    now: () => now,
    pass: (ms) => {
      now += ms
    },
    sleep: async (ms, signal) => {
      const end = now + ms
      // Whoever else is at work gets on first.
      await setImmediate(undefined, { signal })
      now = Math.max(now, end)
    },
  }
}
