// Copying states between places, with crashes in between. PostgreSQL and files are tested on the command line.
import { describe, expect, it } from 'vitest'
import type { Backend } from '../../src/state/backend.ts'
import { withRecords } from '../../src/state/content.ts'
import { decodeState, encodeState } from '../../src/state/file.ts'
import { type MemoryStore, memoryBackend, memoryStore } from '../../src/state/memory.ts'
import { type Migration, migrateState, planMigration } from '../../src/state/migrate.ts'
import { emptyState, recordKey, type State } from '../../src/state/state.ts'
import { lockInfo } from '../contract/lock-info.ts'
import { recordOf, stateOf } from './samples.ts'
import { intentOf, open, testClock } from './sessions.ts'

const [ada, eve] = [recordOf('ada'), recordOf('eve')]
const base = stateOf(ada)

const storeOf = (state?: State): MemoryStore => ({
  ...memoryStore(),
  text: state === undefined ? undefined : encodeState(state),
})

function migrate(source: Backend, target: Backend, force = false) {
  let ids = 0
  const migration: Migration = {
    source,
    target: { ...target, description: 'the other memory' },
    force,
    who: 'ada@engine',
    version: '0.1.0',
    lockTimeoutMs: 0,
    clock: testClock(),
    newId: () => `id-${++ids}`,
    signal: new AbortController().signal,
  }
  return migrateState(migration)
}

const inFile = ({ text }: MemoryStore) => decodeState(text ?? '', { file: 'memory' })

describe('a state that is copied to another place', () => {
  it('keeps content, lineage and serial; the source stays as it is, and nothing stays locked', async () => {
    const [from, to] = [storeOf(base), storeOf()]
    const before = { ...from }
    expect(await migrate(memoryBackend(from), memoryBackend(to))).toMatchObject({
      kind: 'copied',
      replaced: undefined,
    })
    expect(inFile(to)).toEqual(base)
    expect(from).toEqual(before)
    expect([from.holder, to.holder, to.journal]).toEqual([undefined, undefined, undefined])
  })

  it('is not written a second time', async () => {
    const [from, to] = [storeOf(base), storeOf(base)]
    const target = { ...memoryBackend(to), write: () => expect.unreachable('it is there already') }
    expect((await migrate(memoryBackend(from), target)).kind).toBe('there')
  })

  it('is nothing where nothing was ever recorded, and then makes nothing', async () => {
    const target = { ...memoryBackend(), lock: () => expect.unreachable('there is nothing to bring') }
    expect((await migrate(memoryBackend(), target)).kind).toBe('empty')
  })

  const there: readonly [string, State, string][] = [
    ['of another lineage', { ...base, lineage: 'another' }, 'Different state lineage'],
    ['that is newer', { ...base, serial: base.serial + 1 }, 'State there is newer'],
    [
      'of the same serial with other content',
      withRecords(base, { [recordKey(eve)]: eve }),
      'Same serial, different content',
    ],
  ]
  it.each(there)('does not take the place of one %s, unless forced', async (_, other, summary) => {
    const [from, to] = [storeOf(base), storeOf(other)]
    const before = to.text
    await expect(migrate(memoryBackend(from), memoryBackend(to))).rejects.toThrow(summary)
    expect(to.text).toBe(before)
    await expect(
      planMigration({ source: memoryBackend(from), target: memoryBackend(to), force: false }),
    ).rejects.toThrow(summary)
    const forced = await migrate(memoryBackend(from), memoryBackend(to), true)
    expect(forced.replaced).toEqual(other)
    expect([inFile(to), to.backup]).toEqual([base, before])
  })

  it('takes the place of an older one, and of one that records nothing', async () => {
    for (const other of [
      { ...base, serial: base.serial - 1 },
      { ...emptyState, lineage: 'another', serial: 99 },
    ]) {
      const to = storeOf(other)
      await migrate(memoryBackend(storeOf(base)), memoryBackend(to))
      expect(inFile(to)).toEqual(base)
    }
  })

  it('holds what an interrupted run had recorded in its journal only', async () => {
    const [from, to] = [storeOf(base), storeOf()]
    const run = await open(memoryBackend(from))
    await run.outcome(undefined, { [recordKey(eve)]: eve })
    await run.close()
    const before = { ...from }
    await migrate(memoryBackend(from), memoryBackend(to))
    expect(inFile(to)).toEqual({ ...withRecords(base, { [recordKey(eve)]: eve }), serial: base.serial + 1 })
    expect(from).toEqual(before)
  })

  it.each(['source', 'target'])('is refused while a run on the %s has not settled', async (where) => {
    const stores = { source: storeOf(base), target: storeOf() }
    const run = await open(memoryBackend(stores[where as 'source' | 'target']))
    await run.intend(intentOf(eve))
    await run.close()
    const before = structuredClone(stores)
    const [source, target] = [memoryBackend(stores.source), memoryBackend(stores.target)]
    await expect(migrate(source, target)).rejects.toThrow('Earlier run not settled')
    await expect(migrate(source, target, true)).rejects.toThrow('Nothing was copied.')
    await expect(planMigration({ source, target, force: true })).rejects.toThrow('Earlier run not settled')
    expect(stores).toEqual(before)
  })

  it.each(['source', 'target'])(
    'is refused while the %s is locked, and leaves the other one free',
    async (where) => {
      const stores = { source: storeOf(base), target: storeOf() }
      await memoryBackend(stores[where as 'source' | 'target']).lock(lockInfo('x'))
      await expect(migrate(memoryBackend(stores.source), memoryBackend(stores.target))).rejects.toThrow(
        'State is locked',
      )
      expect([stores.source.holder?.ID, stores.target.holder?.ID].sort()).toEqual(['x', undefined])
    },
  )

  it('is not believed to be there when it reads back differently', async () => {
    const to = storeOf()
    const target = memoryBackend(to)
    const lying = { ...target, read: async () => (await target.read())?.replace('ada', 'ida') }
    await expect(migrate(memoryBackend(storeOf(base)), lying)).rejects.toThrow('Copy differs')
    const forgetful = { ...memoryBackend(), read: async () => undefined }
    await expect(migrate(memoryBackend(storeOf(base)), forgetful)).rejects.toThrow('reads back as nothing')
  })

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])(
    'a crash at step %i loses nothing, and a second try works',
    async (at) => {
      const [from, to] = [storeOf(base), storeOf({ ...base, serial: base.serial - 1 })]
      const before = from.text
      let steps = 0
      const crashing = (backend: Backend): Backend =>
        new Proxy(backend, {
          get: (target, name) => {
            const found = Reflect.get(target, name)
            if (typeof found !== 'function') return found
            return async (...args: unknown[]) => {
              if (steps++ === at) throw new Error('the machine is gone')
              return Reflect.apply(found, target, args)
            }
          },
        })
      const first = migrate(crashing(memoryBackend(from)), crashing(memoryBackend(to)))
      await first.catch((error: Error) =>
        expect(error.message).toMatch(/the machine is gone|State not saved/),
      )
      expect(from.text).toBe(before)
      from.holder = undefined
      to.holder = undefined
      await migrate(memoryBackend(from), memoryBackend(to))
      expect(inFile(to)).toEqual(base)
    },
  )

  it('is only looked at in a dry run', async () => {
    const [from, to] = [storeOf(base), storeOf()]
    const before = structuredClone({ from, to })
    const nothing = () => expect.unreachable('a dry run neither locks nor writes')
    const quiet = (store: MemoryStore) => ({ ...memoryBackend(store), lock: nothing, write: nothing })
    const planned = await planMigration({ source: quiet(from), target: quiet(to), force: false })
    expect(planned.kind).toBe('copied')
    expect({ from, to }).toEqual(before)
  })
})
