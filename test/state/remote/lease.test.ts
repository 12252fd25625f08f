// Locks that outlive their process: who is alive, who is dead, and who may write.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Backend, LockHeldError, type LockLook } from '../../../src/state/backend.ts'
import { lockInfo } from '../../contract/lock-info.ts'
import { type HandClock, handClock } from '../../support/hand-clock.ts'
import { type StateServerAt, servers } from '../../support/state-places.ts'

const HOUR = 3_600_000

describe.each(servers)('a lock without a session on $kind', ({ start }) => {
  let server: StateServerAt
  let firstClock: HandClock
  let first: Backend

  beforeEach(async () => {
    server = await start()
    firstClock = handClock()
    first = server.client(firstClock)
  })
  afterEach(() => server.stop())

  /** A second run, on a machine of its own. */
  const second = (clock: HandClock, id = 'two') => {
    const backend = server.client(clock)
    return { backend, lock: () => backend.lock(lockInfo(id)) }
  }

  it('is not taken from a run that gives signs of life, however long it takes', async () => {
    await first.lock(lockInfo('one'))
    const clock = handClock({ alongside: [firstClock] })
    const { lock } = second(clock)
    for (let minute = 0; minute < 60; minute++) {
      const error = await lock().catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(LockHeldError)
      // So nobody is told to break it.
      expect((error as LockHeldError).isWatched).toBe(true)
      await clock.pass(60_000)
    }
    await first.append(['still at work'])
  })

  it('is taken over from a run that gives none any more, which can then write nothing', async () => {
    await first.lock(lockInfo('one'))
    await first.append(['a'])
    await first.write('before')
    const clock = handClock()
    const { backend, lock } = second(clock)
    await expect(lock()).rejects.toBeInstanceOf(LockHeldError)
    await clock.pass(59_000)
    await expect(lock()).rejects.toBeInstanceOf(LockHeldError)
    await clock.pass(1_000)
    const taken = await lock()
    expect(taken.tookOverFrom).toEqual(lockInfo('one'))
    expect(await backend.readJournal()).toBe('a\n')

    await expect(first.append(['late'])).rejects.toThrow('Lock on state lost')
    await expect(first.write('late')).rejects.toThrow('Lock on state lost')
    await expect(first.clearJournal()).rejects.toThrow('Lock on state lost')
    await backend.append(['b'])
    await backend.write('after')
    expect(await server.client(clock).readJournal()).toBe('a\nb\n')
    expect(await server.client(clock).read()).toBe('after')
  })

  it('is still the new holder’s after the former one wakes up and ends', async () => {
    const lock = await first.lock(lockInfo('one'))
    const clock = handClock()
    clock.set(HOUR)
    const { backend, lock: lockAgain } = second(clock)
    await lockAgain()
    await firstClock.pass(HOUR)
    await lock.release()
    expect(server.lock()).toContain('"two"')
    await backend.append(['b'])
  })

  it('of a run that died long ago is taken over after a short look', async () => {
    await first.lock(lockInfo('one'))
    const clock = handClock()
    clock.set(HOUR)
    const before = clock.monotonic()
    const taken = await second(clock).lock()
    expect(taken.tookOverFrom?.ID).toBe('one')
    expect(clock.monotonic() - before).toBe(20_000)
  })

  it('is not taken from a living run by one whose clock is hours ahead', async () => {
    await first.lock(lockInfo('one'))
    const clock = handClock({ alongside: [firstClock] })
    clock.set(5 * HOUR)
    await expect(second(clock).lock()).rejects.toBeInstanceOf(LockHeldError)
    await first.append(['a'])
  })

  it('is not held for longer when clocks are set back', async () => {
    await first.lock(lockInfo('one'))
    const clock = handClock()
    const { lock } = second(clock)
    await expect(lock()).rejects.toBeInstanceOf(LockHeldError)
    clock.set(-5 * HOUR)
    await clock.pass(60_000)
    expect((await lock()).tookOverFrom?.ID).toBe('one')
  })

  it('of Terraform is never taken over', async () => {
    server.lockAs(JSON.stringify(lockInfo('terraform')))
    const clock = handClock()
    const { lock } = second(clock)
    for (let hour = 0; hour < 24; hour++) {
      const refused = await lock().catch((error: unknown) => error)
      expect((refused as LockHeldError).holder).toEqual(lockInfo('terraform'))
      await clock.pass(HOUR)
    }
  })

  it('is taken over by one of several who wait', async () => {
    await first.lock(lockInfo('one'))
    const clocks = Array.from({ length: 5 }, () => handClock())
    const runs = clocks.map((clock, i) => second(clock, `run-${i}`))
    for (const { lock } of runs) await expect(lock()).rejects.toBeInstanceOf(LockHeldError)
    for (const clock of clocks) await clock.pass(60_000)
    const outcomes = await Promise.allSettled(runs.map(({ lock }) => lock()))
    const able = await Promise.allSettled(
      runs.filter((_, i) => outcomes[i]?.status === 'fulfilled').map(({ backend }) => backend.append(['a'])),
    )
    expect(able.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('is kept by a run whose machine slept, if nobody came', async () => {
    const lock = await first.lock(lockInfo('one'))
    // The steady clock stands while a machine sleeps.
    firstClock.set(HOUR)
    await first.append(['a'])
    await first.write('text')
    await lock.release()
    expect(server.lock()).toBeUndefined()
  })

  it('that is lost between the check and the write leaves the writer knowing', async () => {
    await first.lock(lockInfo('one'))
    const clock = handClock()
    clock.set(HOUR)
    const other = second(clock)
    let stopped = false
    server.failWith(async ({ method, name }) => {
      const isAppend = (method === 'PUT' || method === 'POST') && /journal[-/]0+$/.test(name)
      if (!isAppend || stopped) return undefined
      stopped = true
      await other.lock()
      firstClock.set(HOUR)
      return undefined
    })
    await expect(first.append(['late'])).rejects.toThrow('Lock on state lost')
    expect(stopped).toBe(true)
    server.failWith(undefined)
    await other.backend.append(['b'])
    expect(await other.backend.readJournal()).toMatch(/b\n$/)
  })

  it('says what it waits for while it looks whether the holder is alive', async () => {
    await first.lock(lockInfo('one'))
    const clock = handClock()
    clock.set(HOUR)
    const looks: LockLook[] = []
    await second(clock).backend.lock(lockInfo('two'), undefined, (look) => looks.push(look))
    expect(looks).toEqual([{ holder: lockInfo('one'), silentMs: HOUR, lookMs: 20_000 }])
    await expect(first.append(['late'])).rejects.toThrow('Lock on state lost')
  })

  it('is had as soon as its holder lets go, though nobody could tell before whether that one is alive', async () => {
    const lock = await first.lock(lockInfo('one'))
    const clock = handClock()
    clock.set(HOUR)
    const lettingGo = { ...clock, sleep: async (ms: number) => clock.pass(ms).then(() => lock.release()) }
    const taken = await server.client(lettingGo).lock(lockInfo('two'))
    expect(taken.tookOverFrom).toBeUndefined()
    expect(clock.monotonic()).toBe(10_000)
  })

  it('of a living run is looked at no longer than until the next sign of life', async () => {
    await first.lock(lockInfo('one'))
    const clock = handClock({ alongside: [firstClock] })
    clock.set(HOUR)
    await expect(second(clock).lock()).rejects.toBeInstanceOf(LockHeldError)
    expect(clock.monotonic()).toBe(10_000)
  })

  it('outlives a server that is away for a moment', async () => {
    await first.lock(lockInfo('one'))
    server.failWith(({ method }) => (method === 'GET' ? undefined : 503))
    await firstClock.pass(25_000)
    server.failWith(undefined)
    await first.append(['a'])
    await firstClock.pass(HOUR)
    await first.append(['b'])
    expect(await first.readJournal()).toBe('a\nb\n')
  })

  it('may be taken over sooner or later, by a variable', async () => {
    const env = { HUBFORM_LOCK_EXPIRY: '6' }
    await server.client(firstClock, env).lock(lockInfo('one'))
    const clock = handClock()
    const backend = server.client(clock, env)
    await expect(backend.lock(lockInfo('two'))).rejects.toBeInstanceOf(LockHeldError)
    await clock.pass(6_000)
    expect((await backend.lock(lockInfo('two'))).tookOverFrom?.ID).toBe('one')
  })
})
