import { describe, expect, it } from 'vitest'
import { LockHeldError } from '../../src/state/backend.ts'
import { takeLock } from '../../src/state/lock-wait.ts'
import { memoryBackend, memoryStore } from '../../src/state/memory.ts'
import { lockInfo } from '../contract/lock-info.ts'

describe('who cannot have a lock', () => {
  const cases = [
    {
      name: 'that gives no signs of life',
      options: {},
      advice: '--lock-timeout=5m. If it no longer runs, break its lock with "hubform force-unlock the-id".',
      because: 'nobody else can tell whether it is alive',
    },
    {
      name: 'that gives signs of life',
      options: { isWatched: true },
      advice: '--lock-timeout=5m, which also takes the lock over if its holder has died.',
      because: 'to break it by hand is of no use, and a danger',
    },
    {
      name: 'of a process on this machine',
      options: { pid: 4711 },
      advice: '--lock-timeout=5m.',
      because: 'it ends with that process',
    },
  ]
  it.each(cases)('$name is told what to do: $because', async ({ options, advice }) => {
    const lock = () => Promise.reject(new LockHeldError(lockInfo('the-id'), options))
    const taken = takeLock({
      backend: { ...memoryBackend(memoryStore()), lock },
      info: lockInfo('mine'),
      timeoutMs: 0,
      clock: { now: () => new Date(0), monotonic: () => 0, sleep: async () => {} },
      signal: new AbortController().signal,
    })
    const error = await taken.catch((reason: unknown) => reason)
    expect(String(error).endsWith(`or let this command wait with ${advice}`), String(error)).toBe(true)
  })
})
