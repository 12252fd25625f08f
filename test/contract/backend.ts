// What every backend must do, whatever it keeps states in.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DiagnosticError } from '../../src/diagnostics.ts'
import { type Backend, type Lock, LockHeldError } from '../../src/state/backend.ts'
import { lockInfo } from './lock-info.ts'

/** A place of its own for one test, and ways to get at it. */
export interface BackendPlace {
  /** Another client of the same place. */
  client(): Backend
  /** What is kept of the text before the first write; undefined if nothing is. */
  backup(): Promise<string | undefined> | string | undefined
  /** Puts text into the journal as a process leaves it that died while writing; absent where that cannot be. */
  tear?(text: string): void
  clear(): Promise<void> | void
}

/** Runs the suite. `cannot` names abilities that the place lacks, with the reason. */
export function backendContract(
  name: string,
  makePlace: () => Promise<BackendPlace> | BackendPlace,
  cannot: { readonly forceUnlockOfTheLiving?: string } = {},
): void {
  describe(`the contract of a backend: ${name}`, () => {
    let place: BackendPlace
    let locks: Lock[]

    beforeEach(async () => {
      place = await makePlace()
      locks = []
    })

    afterEach(async () => {
      for (const lock of locks) await lock.release()
      await place.clear()
    })

    const lock = async (backend: Backend, id = 'one') => {
      const taken = await backend.lock(lockInfo(id))
      locks.push(taken)
      return taken
    }

    it('has no state and no journal at first, locked or not', async () => {
      const backend = place.client()
      expect(await backend.read()).toBeUndefined()
      expect(await backend.readJournal()).toBeUndefined()
      await lock(backend)
      expect(await backend.read()).toBeUndefined()
      expect(await backend.readJournal()).toBeUndefined()
    })

    it('gives back what was written, also to others and after release', async () => {
      const [writer, reader] = [place.client(), place.client()]
      const taken = await lock(writer)
      await writer.write('{"text": "é 🙂"}\n')
      expect(await writer.read()).toBe('{"text": "é 🙂"}\n')
      expect(await reader.read()).toBe('{"text": "é 🙂"}\n')
      await writer.write('short\n')
      expect(await reader.read()).toBe('short\n')
      await taken.release()
      expect(await writer.read()).toBe('short\n')
    })

    it('is locked for the second client until the first releases', async () => {
      const [first, second] = [place.client(), place.client()]
      const taken = await lock(first)
      const refused = await second.lock(lockInfo('two')).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(LockHeldError)
      expect((refused as LockHeldError).holder).toEqual(lockInfo('one'))
      await taken.release()
      expect((await lock(second, 'two')).info.ID).toBe('two')
    })

    it('stays locked while states are written and read by others', async () => {
      const [first, second] = [place.client(), place.client()]
      await lock(first)
      await first.write('a')
      await second.read()
      await first.write('b')
      await second.read()
      await expect(second.lock(lockInfo('two'))).rejects.toBeInstanceOf(LockHeldError)
    })

    it('a release that comes twice does not release the lock of the next holder', async () => {
      const [first, second, third] = [place.client(), place.client(), place.client()]
      const taken = await lock(first)
      await taken.release()
      await lock(second, 'two')
      await taken.release()
      await expect(third.lock(lockInfo('three'))).rejects.toBeInstanceOf(LockHeldError)
    })

    it('refuses to write without the lock', async () => {
      await expect(place.client().write('x')).rejects.toThrow('without holding its lock')
      await expect(place.client().append(['x'])).rejects.toThrow('without holding its lock')
      await expect(place.client().clearJournal()).rejects.toThrow('without holding its lock')
    })

    it('keeps what was there before the first write of a lock as backup', async () => {
      const backend = place.client()
      const taken = await lock(backend)
      await backend.write('first')
      await taken.release()
      await lock(backend)
      await backend.write('second')
      await backend.write('third')
      expect(await place.backup()).toBe('first')
    })

    it('the journal keeps lines in order, of calls at the same time as well', async () => {
      const backend = place.client()
      await lock(backend)
      await Promise.all(Array.from({ length: 50 }, (_, i) => backend.append([`${i}a`, `${i}b`])))
      await backend.append(['end'])
      const expected = Array.from({ length: 50 }, (_, i) => `${i}a\n${i}b\n`).join('')
      expect(await place.client().readJournal()).toBe(`${expected}end\n`)
    })

    it('the journal takes what 10,000 steps announce as one line, and goes on after it', async () => {
      const backend = place.client()
      await lock(backend)
      const long = `{"steps":[${'"create tavio_user.someone_é",'.repeat(60_000)}0]}`
      await backend.append(['{"run":1}', long])
      await Promise.all([backend.append(['{"intent":1}']), backend.append(['{"intent":2}'])])
      const expected = ['{"run":1}', long, '{"intent":1}', '{"intent":2}', ''].join('\n')
      expect((await backend.readJournal()) === expected).toBe(true)
      expect((await place.client().readJournal()) === expected).toBe(true)
      await backend.clearJournal()
      expect(await place.client().readJournal()).toBeUndefined()
    })

    it('drops an incomplete last line before adding to the journal', async ({ skip }) => {
      const backend = place.client()
      if (place.tear === undefined) return skip('lines are added whole or not at all')
      place.tear('{"whole":1}\n{"ha')
      expect(await backend.readJournal()).toBe('{"whole":1}\n{"ha')
      await lock(backend)
      await backend.append(['{"next":2}'])
      expect(await backend.readJournal()).toBe('{"whole":1}\n{"next":2}\n')
    })

    it('a cleared journal is gone, and can be begun again', async () => {
      const backend = place.client()
      await lock(backend)
      await backend.append(['a'])
      await backend.clearJournal()
      expect(await backend.readJournal()).toBeUndefined()
      await backend.clearJournal()
      await backend.append(['b'])
      expect(await backend.readJournal()).toBe('b\n')
    })

    it('the journal outlives the lock', async () => {
      const backend = place.client()
      const taken = await lock(backend)
      await backend.append(['a'])
      await taken.release()
      expect(await place.client().readJournal()).toBe('a\n')
    })

    it('breaking a lock that nobody holds says so', async () => {
      await expect(place.client().forceUnlock('x')).rejects.toThrow('State is not locked')
    })

    it('breaking a lock needs the id of its holder', async () => {
      await lock(place.client())
      const error = await place
        .client()
        .forceUnlock('other')
        .catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(DiagnosticError)
      expect(String(error)).toMatch(
        /Lock id does not match: .* has the id one, held by ada@engine since 2026/,
      )
    })

    const living = cannot.forceUnlockOfTheLiving
    it.skipIf(living !== undefined)(
      `a lock is broken by the id of its holder${living ? ` (skipped: ${living})` : ''}`,
      async () => {
        await lock(place.client())
        const second = place.client()
        expect(await second.forceUnlock('one')).toEqual(lockInfo('one'))
        await lock(second, 'two')
      },
    )
  })
}
