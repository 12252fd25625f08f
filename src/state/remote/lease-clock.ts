// The clocks of this machine, and after how long a silent holder is taken for dead.
import { setTimeout as sleep } from 'node:timers/promises'
import { fail } from '../../diagnostics.ts'
import type { Environment } from '../store.ts'
import type { LeaseClock } from './lease.ts'

export const systemClock: LeaseClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, { ...(signal === undefined ? {} : { signal }) })
  },
  every(ms, work) {
    const timer = setInterval(() => void work(), ms).unref()
    return () => clearInterval(timer)
  },
}

/** From HUBFORM_LOCK_EXPIRY, in seconds. All who share a state must use the same. */
export function lockExpiry(env: Environment): number {
  const said = env['HUBFORM_LOCK_EXPIRY'] || '60'
  const seconds = Number(said)
  if (seconds > 0 && seconds < 86_400) return seconds * 1_000
  return fail(
    'Wrong backend setting',
    `HUBFORM_LOCK_EXPIRY must be a number of seconds, but is ${JSON.stringify(said)}.`,
  )
}
