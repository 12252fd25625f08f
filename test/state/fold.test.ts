// A journal that becomes long is taken over by the file in the middle of a run.
import { describe, expect, it } from 'vitest'
import type { Backend } from '../../src/state/backend.ts'
import { encodeState } from '../../src/state/file.ts'
import { type MemoryStore, memoryBackend, memoryStore } from '../../src/state/memory.ts'
import { recordKey } from '../../src/state/state.ts'
import { recordOf, stateOf } from './samples.ts'
import { intentOf, open } from './sessions.ts'

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
    append: noted(inner.append),
    clearJournal: noted(inner.clearJournal),
    write: noted(async (text) => {
      writes += 1
      if (failWrites) throw new Error('no room')
      await inner.write(text)
    }),
  }
  const session = await open(backend, { foldAt: 4_000 })
  await session.beginRun({ id: 'the plan', createdAt: '2026-01-02' })
  const queue = names.values()
  const work = async () => {
    for (const name of queue) {
      const record = recordOf(name, { text: 'x'.repeat(100) })
      const intent = intentOf(record)
      await session.intend(intent)
      intended.add(intent.key)
      await new Promise(setImmediate)
      await session.outcome(intent.step, { [recordKey(record)]: record })
      done.add(intent.key)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { store, session, moments, writes: () => writes }
}

describe('a run with a long journal', () => {
  it.each([1, 2, 7])('loses nothing wherever it is killed, %i steps at a time', async (atOnce) => {
    const { session, moments, store, writes } = await run({ atOnce })
    expect(writes()).toBeGreaterThan(1)
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
