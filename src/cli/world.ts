// The real world, as the engine and sessions see it.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { World } from '../engine/api.ts'
import { realClock } from '../provider/poll.ts'
import type { LockClock } from '../state/lock-wait.ts'
import type { Shell } from './shell.ts'

/** Clock, randomness and files for the engine. */
export function makeWorld({ env, cwd }: Pick<Shell, 'env' | 'cwd'>): World {
  return {
    now: () => new Date(),
    clock: realClock,
    randomHex: (digits) =>
      randomBytes(Math.ceil(digits / 2))
        .toString('hex')
        .slice(0, digits),
    env,
    readFile: (path) => readFileSync(path),
    cwd,
  }
}

/** Waits between attempts to take a lock. */
export const lockClock: LockClock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, { signal })
  },
}

/** `user@host`, as in lock files. */
export function whoAmI(): string {
  const user = attempt(() => userInfo().username)
  return `${user}@${hostname()}`
}

function attempt(read: () => string): string {
  try {
    return read()
  } catch {
    // In a container the user may have no name.
    return 'unknown'
  }
}
