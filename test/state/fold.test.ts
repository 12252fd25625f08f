// A journal that becomes long is taken over by the file in the middle of a run.
import { describe, expect, it } from 'vitest'
import type { Backend } from '../../src/state/backend.ts'
import { encodeState } from '../../src/state/file.ts'
import { lookAt } from '../../src/state/look.ts'
import { type MemoryStore, memoryBackend, memoryStore } from '../../src/state/memory.ts'
import { recordKey } from '../../src/state/state.ts'
import { recordOf, stateOf } from './samples.ts'
import { announcedOf, intentOf, open } from './sessions.ts'

const base = stateOf(recordOf('ada'))
const names = Array.from({ length: 60 }, (_, i) => `u${i}`)

interface Moment {
  readonly left: MemoryStore
  /** What had been acknowledged by then. */
  readonly intended: ReadonlySet<string>
  readonly done: ReadonlySet<string>
}

/** Runs steps, several at a time, and notes what a crash would leave before and after each write. */
async function run({ atOnce, failWrites = false }: { atOnce: number; failWrites?: boolean }) {
  const store = { ...memoryStore(), text: encodeState(base) }
  const moments: Moment[] = []
  const [intended, done] = [new Set<string>(), new Set<string>()]
  const note = () =>
    moments.push({ left: { ...store, holder: undefined }, intended: new Set(intended), done: new Set(done) })
  const inner = memoryBackend(store)
  const bytes = { announced: 0, all: 0 }
  /** As a process that dies while it writes leaves several lines. */
  const noteTorn = (lines: readonly string[]) => {
    for (const [i, line] of lines.entries()) {
      bytes.all += line.length + 1
      if (line.startsWith('{"kind":"announced"')) bytes.announced += line.length + 1
      const journal =
        (store.journal ?? '') +
        lines
          .slice(0, i)
          .map((one) => `${one}\n`)
          .join('')
      const left = { ...store, holder: undefined, journal: journal + line.slice(0, 20) }
      moments.push({ left, intended: new Set(intended), done: new Set(done) })
    }
  }
  const noted =
    <A extends unknown[]>(act: (...args: A) => Promise<void>) =>
    async (...args: A) => {
      note()
      await act(...args)
      note()
      await new Promise(setImmediate)
    }
  let writes = 0
  const backend: Backend = {
    ...inner,
    append: noted((lines) => {
      noteTorn(lines)
      return inner.append(lines)
    }),
    clearJournal: noted(inner.clearJournal),
    write: noted(async (text) => {
      writes += 1
      if (failWrites) throw new Error('no room')
      await inner.write(text)
    }),
  }
  const session = await open(backend, { foldAt: 4_000 })
  const announced = names.map((name) => announcedOf(recordOf(name)))
  await session.beginRun({ id: 'the plan', createdAt: '2026-01-02' }, announced)
  const queue = names.values()
  const work = async () => {
    for (const name of queue) {
      const record = recordOf(name, { text: 'x'.repeat(100) })
      const intent = intentOf(record)
      await session.intend(intent)
      intended.add(intent.key)
      // Calls take their time, so that with several there is seldom a moment when none is under way.
      for (let tick = 0; tick <= (names.indexOf(name) * 3) % 8; tick++) await new Promise(setImmediate)
      await session.outcome(intent.step, { [recordKey(record)]: record })
      done.add(intent.key)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { store, session, moments, writes: () => writes, bytes }
}

describe('a run with a long journal', () => {
  it.each([1, 2, 7])('loses nothing wherever it is killed, %i steps at a time', async (atOnce) => {
    const { session, moments, store, writes } = await run({ atOnce })
    expect(writes()).toBeGreaterThan(0)
    for (const { left, intended, done } of moments) {
      const next = await open(memoryBackend({ ...left }))
      const { records } = next.state
      const unknown = new Set(next.recovered?.openIntents.map(({ key }) => key))
      for (const key of done) expect(records.has(key), `${key} is recorded`).toBe(true)
      for (const key of intended)
        expect(records.has(key) || unknown.has(key), `${key} is known of`).toBe(true)
      // One that is done is not asked about again.
      for (const key of done) expect(unknown.has(key), `${key} is closed`).toBe(false)
    }
    const saved = await session.save(session.state)
    expect(saved.records.size).toBe(names.length + 1)
    expect(store.journal).toBeUndefined()
    expect(saved.lineage).toBe(base.lineage)
  })

  it.each([1, 2, 7])(
    'whatever has not ended stays announced while a call may be under way, %i steps at a time',
    async (atOnce) => {
      const { moments, writes } = await run({ atOnce })
      expect(writes()).toBeGreaterThan(0)
      for (const { left } of moments) {
        const { state, openIntents, progress } = await lookAt(memoryBackend({ ...left }))
        const missing = names.filter((name) => !state.records.has(`tavio_user.${name}`))
        if (progress === undefined) {
          // Nothing was begun yet; or the file holds it all, and nothing goes on before it is announced again.
          expect(openIntents).toEqual([])
          continue
        }
        const { ended, begun, notBegun } = progress
        expect(ended + begun.length + notBegun.length).toBe(names.length)
        expect([...begun, ...notBegun].map(({ key }) => key).sort()).toEqual(
          missing.map((name) => `tavio_user.${name}`).sort(),
        )
        expect(begun.map(({ key }) => key).sort()).toEqual(openIntents.map(({ key }) => key).sort())
      }
      if (atOnce === 7)
        expect(moments.some(({ left }) => /"saved"\}\n\{[^\n]*"run"/.test(left.journal ?? ''))).toBe(true)
      const between = moments.filter(({ left, done }) => left.journal === undefined && done.size > 0)
      for (const { left } of between) {
        const next = await open(memoryBackend({ ...left }))
        expect(next.recovered).toBeUndefined()
      }
    },
  )

  it('tells how far it came, also where the file holds all of that', async () => {
    const { moments } = await run({ atOnce: 1 })
    const emptied = moments.find(
      ({ left, done }) => done.size > 5 && /^[^\n]+\n[^\n]+"ended":\d+\}\n$/.test(left.journal ?? ''),
    )
    const { recovered } = await open(memoryBackend({ ...(emptied?.left ?? memoryStore()) }))
    expect(recovered).toMatchObject({ outcomes: 0, openIntents: [] })
    const { ended = 0, begun, notBegun } = recovered?.progress ?? {}
    expect(ended).toBeGreaterThan(5)
    expect([begun, notBegun?.length]).toEqual([[], names.length - ended])
  })

  it('does not write what is left again so often that it counts', async () => {
    for (const atOnce of [1, 2, 7]) {
      const { bytes } = await run({ atOnce })
      expect(bytes.announced).toBeLessThan(bytes.all / 3)
    }
  })

  it('has nobody else write to it while the file takes it over', async () => {
    for (let turns = 0; turns < 12; turns++) {
      const store = { ...memoryStore(), text: encodeState(base) }
      const inner = memoryBackend(store)
      const kinds: string[] = []
      const backend: Backend = {
        ...inner,
        async append(lines) {
          await inner.append(lines)
          kinds.push(lines.map((line) => /^\{(?:"format":\d,)?"kind":"(\w+)"/.exec(line)?.[1]).join())
        },
      }
      const session = await open(backend, { foldAt: 600 })
      const work = async (name: string, wait: number) => {
        const record = recordOf(name, { text: 'x'.repeat(100) })
        await session.intend(intentOf(record))
        for (let turn = 0; turn < wait; turn++) await undefined
        await session.outcome(intentOf(record).step, { [recordKey(record)]: record })
      }
      for (let i = 0; i < 10; i += 2) await Promise.all([work(`u${i}`, 0), work(`u${i + 1}`, turns)])
      const after = kinds.flatMap((kind, i) => (kinds[i - 1] === 'saving' ? [kind] : []))
      expect(after.length).toBeGreaterThan(0)
      for (const kind of after) expect(kind).toMatch(/^(run|saved,run)$/)
    }
  })

  it('is emptied when nothing is open, and says again what it is about', async () => {
    const { store } = await run({ atOnce: 1 })
    expect(store.journal?.length).toBeLessThan(12_000)
    expect(store.journal?.split('\n')[0]).toMatch(
      /"kind":"run".*"operation":"OperationTypeApply".*"id":"the plan"/,
    )
  })

  it('is written a number of times that does not grow with its length', async () => {
    const { writes } = await run({ atOnce: 3 })
    expect(writes()).toBeLessThan(8)
  })

  it('goes on with its journal alone where the file cannot be written', async () => {
    const { store } = await run({ atOnce: 2, failWrites: true })
    store.holder = undefined
    const next = await open(memoryBackend(store))
    expect(next.state.records.size).toBe(names.length + 1)
    expect(next.recovered).toMatchObject({ openIntents: [], operation: 'OperationTypeApply' })
  })
})
