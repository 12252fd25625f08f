// Copying states between places of every kind, in clear and sealed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Backend } from '../../src/state/backend.ts'
import { sameContent, withRecords } from '../../src/state/content.ts'
import { readState } from '../../src/state/look.ts'
import { type Migrated, migrateState, planMigration } from '../../src/state/migrate.ts'
import { encryptedStore } from '../../src/state/sealed/backend.ts'
import type { Key } from '../../src/state/sealed/seal.ts'
import { recordKey, type State } from '../../src/state/state.ts'
import { lockInfo } from '../contract/lock-info.ts'
import { type EveryPlace, type EveryServer, kinds, startEveryServer } from '../support/every-place.ts'
import { killedAt } from '../support/killed-at.ts'
import { recordOf, stateOf } from './samples.ts'
import { encryptionOf, newKey, oldKey } from './sealed/keys.ts'
import { intentOf, open, testClock } from './sessions.ts'

let servers: EveryServer
beforeAll(async () => {
  servers = await startEveryServer()
}, 60_000)
afterAll(() => servers.stop(), 60_000)

const secret = 'recognisable-9a2f'
const [ada, eve] = [recordOf('ada', { password: secret }), recordOf('eve')]
const base: State = {
  ...stateOf(ada),
  serial: 7,
  outputs: { o: { value: [1, 'x'], type: 'dynamic', sensitive: false } },
}

async function clientOf(place: EveryPlace, keys: readonly Key[] = []): Promise<Backend> {
  return encryptedStore(await place.store(), encryptionOf(keys)).open('default')
}

async function fill(place: EveryPlace, state: State, keys: readonly Key[] = []): Promise<void> {
  const session = await open(await clientOf(place, keys))
  await session.replace(state)
  await session.close()
}

let ids = 0
function migrate(source: Backend, target: Backend, force = false): Promise<Migrated> {
  return migrateState({
    source,
    target,
    force,
    who: 'ada@engine',
    version: '0.1.0',
    lockTimeoutMs: 0,
    clock: testClock(),
    newId: () => `migration-${++ids}`,
    signal: new AbortController().signal,
  })
}

/** What is kept, but for what says who has a lock, or had it last. */
async function content(place: EveryPlace): Promise<ReadonlyMap<string, string>> {
  return new Map([...(await place.kept())].filter(([name]) => !/lock|beat|epoch/.test(name)))
}

async function holding(place: EveryPlace): Promise<readonly string[]> {
  return [...(await place.kept())].filter(([, text]) => text.includes(secret)).map(([name]) => name)
}

const pairs = kinds.flatMap((from) => kinds.map((to) => ({ from, to })))
const keyings: readonly {
  readonly how: string
  readonly at: readonly Key[]
  readonly now: readonly Key[]
}[] = [
  { how: 'in clear', at: [], now: [] },
  { how: 'sealed', at: [oldKey], now: [oldKey] },
  { how: 'in clear at the source, with a key set', at: [], now: [newKey] },
  { how: 'sealed with a key that is to go', at: [oldKey], now: [newKey, oldKey] },
]

describe.each(pairs)('from $from to $to', ({ from, to }) => {
  it.each(keyings)('$how, it has the same content, lineage and serial', async ({ at, now }) => {
    const [source, target] = [await servers.make(from), await servers.make(to)]
    await fill(source, base, at)
    const before = await content(source)
    const done = await migrate(await clientOf(source, now), await clientOf(target, now))
    expect(done).toMatchObject({ kind: 'copied', replaced: undefined })
    expect(await content(source), 'the source stays as it is').toEqual(before)
    // What is there opens with the first key alone.
    const copy = await readState(await clientOf(target, now.slice(0, 1)))
    expect(copy).toMatchObject({ lineage: base.lineage, serial: base.serial })
    expect(sameContent(copy, base)).toBe(true)
    expect((await holding(target)).length).toBe(now.length === 0 ? 1 : 0)
    const after = await content(target)
    expect((await migrate(await clientOf(source, now), await clientOf(target, now))).kind).toBe('there')
    expect(await content(target)).toEqual(after)
    // And back, after the next change.
    await fill(target, { ...base, serial: base.serial + 1, outputs: {} }, now)
    await migrate(await clientOf(target, now), await clientOf(source, now))
    expect(await readState(await clientOf(source, now.slice(0, 1)))).toMatchObject({
      lineage: base.lineage,
      serial: base.serial + 1,
      outputs: {},
    })
  })
})

describe.each(kinds)('to a place of the kind "%s"', (kind) => {
  const refusals: readonly [string, State, string][] = [
    ['another lineage', { ...base, lineage: 'another' }, 'Different state lineage'],
    ['a newer serial', { ...base, serial: base.serial + 1 }, 'State there is newer'],
    ['other content at the same serial', withRecords(base, { [recordKey(eve)]: eve }), 'Same serial'],
  ]
  it.each(refusals)('with %s there, nothing is written', async (_, there, summary) => {
    const [source, target] = [await servers.make('local'), await servers.make(kind)]
    await fill(source, base)
    await fill(target, there)
    const before = await content(target)
    const client = await clientOf(target)
    await expect(migrate(await clientOf(source), client)).rejects.toThrow(summary)
    await expect(
      planMigration({ source: await clientOf(source), target: client, force: false }),
    ).rejects.toThrow(summary)
    expect(await content(target)).toEqual(before)
    if (kind === 'http') {
      // As GitLab does it: it keeps each serial once, and takes none that is older.
      await expect(migrate(await clientOf(source), client, true)).rejects.toThrow('not a new version')
      return
    }
    // It is kept as backup when it is replaced all the same.
    await migrate(await clientOf(source), client, true)
    expect(sameContent(await readState(client), base)).toBe(true)
    const kept = [...(await target.kept())].map(([, text]) => text.replace(/\\n|\\|\s/g, ''))
    expect(
      kept.filter((text) => text.includes(`"serial":${there.serial},"lineage":"${there.lineage}"`)).length,
    ).toBeGreaterThanOrEqual(1)
  })

  it('a dry run writes nothing at either side, and makes nothing that was not there', async () => {
    for (const from of kinds) {
      const [source, target] = [await servers.make(from), await servers.make(kind)]
      await fill(source, base)
      const before = [await source.kept(), await target.kept()]
      const [one, other] = [await clientOf(source), await clientOf(target)]
      expect(await planMigration({ source: one, target: other, force: false })).toMatchObject({
        kind: 'copied',
      })
      expect([await source.kept(), await target.kept()]).toEqual(before)
    }
  })

  it('whose state is locked, it is refused, and the source is free again', async () => {
    const [source, target] = [await servers.make('local'), await servers.make(kind)]
    await fill(source, base)
    const lock = await (await clientOf(target)).lock(lockInfo('somebody'))
    await expect(migrate(await clientOf(source), await clientOf(target))).rejects.toThrow('State is locked')
    await lock.release()
    expect((await migrate(await clientOf(source), await clientOf(target))).kind).toBe('copied')
  })

  it('killed at any write, the source is as it was, and a second run finishes', async () => {
    for (let at = 0; ; at++) {
      const [source, target] = [await servers.make('local'), await servers.make(kind)]
      await fill(source, base, [oldKey])
      await fill(target, { ...base, serial: base.serial - 1, outputs: {} }, [oldKey])
      const before = await content(source)
      const killed = killedAt(await clientOf(target, [oldKey]), at)
      const end = await migrate(await clientOf(source, [oldKey]), killed.backend).catch(
        (error: unknown) => error,
      )
      await killed.end()
      expect(await content(source)).toEqual(before)
      const seen = await readState(await clientOf(target, [oldKey]))
      expect([base.serial - 1, base.serial]).toContain(seen.serial)
      await migrate(await clientOf(source, [oldKey]), await clientOf(target, [oldKey]))
      expect(sameContent(await readState(await clientOf(target, [oldKey])), base), `at ${at}`).toBe(true)
      if (!(end instanceof Error)) break
    }
  })
})

describe.each(kinds)('from a place of the kind "%s"', (kind) => {
  it('an interrupted run is part of the copy once it is known what became of it, and refused before', async () => {
    const [source, target] = [await servers.make(kind), await servers.make('local')]
    await fill(source, base, [oldKey])
    const run = await open(await clientOf(source, [oldKey]))
    await run.intend(intentOf(eve))
    await run.close()
    const nothing = await target.kept()
    const pair = async () => [await clientOf(source, [oldKey]), await clientOf(target, [oldKey])] as const
    for (const force of [false, true]) {
      const [one, other] = await pair()
      await expect(migrate(one, other, force)).rejects.toThrow(
        /Earlier run not settled: .*create tavio_user\.eve/,
      )
      await expect(planMigration({ source: one, target: other, force })).rejects.toThrow(
        'Earlier run not settled',
      )
    }
    expect(await target.kept()).toEqual(nothing)
    const next = await open(await clientOf(source, [oldKey]))
    await next.outcome(intentOf(eve).step, { [recordKey(eve)]: eve })
    await next.close()
    const before = await content(source)
    await migrate(...(await pair()))
    const copy = await readState(await clientOf(target, [oldKey]))
    expect([...copy.records.keys()]).toEqual([recordKey(ada), recordKey(eve)])
    expect(copy.serial).toBeGreaterThan(base.serial)
    expect(await content(source)).toEqual(before)
  })

  it('whose state is locked by a run, it is refused, and nothing is made at the target', async () => {
    const [source, target] = [await servers.make(kind), await servers.make('local')]
    await fill(source, base)
    const run = await open(await clientOf(source))
    await expect(migrate(await clientOf(source), await clientOf(target))).rejects.toThrow('State is locked')
    expect((await target.kept()).size).toBe(0)
    await run.close()
  })

  it('killed before anything was written at the target, nothing is there', async () => {
    const [source, target] = [await servers.make(kind), await servers.make('local')]
    await fill(source, base)
    const killed = killedAt(await clientOf(target), 0)
    await expect(migrate(await clientOf(source), killed.backend)).rejects.toThrow('State not saved')
    await killed.end()
    expect(await readState(await clientOf(target))).toMatchObject({ lineage: '', serial: 0 })
  })
})
