// Sessions after each other, each of which may die at any of its writes, held against what they were told.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DiagnosticError } from '../../src/diagnostics.ts'
import { decodeState, encodeState } from '../../src/state/file.ts'
import type { Announced, Intent } from '../../src/state/journal.ts'
import { lookAt } from '../../src/state/look.ts'
import { type MemoryStore, memoryStore } from '../../src/state/memory.ts'
import type { Session } from '../../src/state/session.ts'
import { type ResourceRecord, recordKey, type State } from '../../src/state/state.ts'
import { type Death, mortalBackend, pause } from './mortal.ts'
import { recordOf, stateOf } from './samples.ts'
import { announcedOf, intentOf, open } from './sessions.ts'

/** More look into more; so many take a few seconds. */
const RUNS = 300

const NAMES = ['ada', 'bob', 'cleo', 'dan', 'eve'] as const

/** What one call of a run does. */
interface Call {
  readonly act: 'create' | 'change' | 'delete' | 'replace'
  /** `never`: nobody lives to tell what came of it. */
  readonly ends: 'well' | 'without effect' | 'in two parts' | 'never'
  readonly turns: number
}

interface Run {
  readonly calls: readonly Call[]
  readonly atOnce: number
  readonly foldAt: number
  readonly settles: boolean
  readonly end: 'saves' | 'closes' | 'dies'
  readonly death: Death | undefined
  /** What another program does with each object afterwards, if it writes at all. */
  readonly foreign: readonly Foreign[] | undefined
}

type Foreign = 'keeps' | 'changes' | 'moves' | 'removes' | 'makes anew' | 'takes in'

const aCall: fc.Arbitrary<Call> = fc.record({
  act: fc.constantFrom('create', 'change', 'delete', 'replace'),
  ends: fc.constantFrom('well', 'well', 'well', 'without effect', 'in two parts', 'never'),
  turns: fc.nat(12),
})
const ofEach = <T>(one: fc.Arbitrary<T>) =>
  fc.array(one, { minLength: NAMES.length, maxLength: NAMES.length })

function aRun(foreign: fc.Arbitrary<readonly Foreign[] | undefined>): fc.Arbitrary<Run> {
  return fc.record({
    calls: ofEach(aCall),
    atOnce: fc.integer({ min: 1, max: 4 }),
    foldAt: fc.constantFrom(200, 1_000, 3_000, 1_000_000),
    settles: fc.boolean(),
    end: fc.constantFrom('saves', 'saves', 'closes', 'dies'),
    death: fc.option(fc.record({ at: fc.nat(25), leaves: fc.constantFrom('nothing', 'part', 'all') }), {
      nil: undefined,
    }),
    foreign,
  })
}

/** What has been acknowledged, and what may be the case besides as its acknowledgement was cut off. */
class Told {
  readonly records = new Map<string, readonly (ResourceRecord | null)[]>()
  readonly open: { readonly intent: Intent; isCertain: boolean }[] = []
  announced = 0
  plan = ''
  ended = 0
  mayHaveEnded = 0

  constructor(state: State, open: readonly Intent[]) {
    for (const [key, record] of state.records) this.records.set(key, [record])
    for (const intent of open) this.open.push({ intent, isCertain: true })
  }

  certain(key: string): ResourceRecord | null | undefined {
    const values = this.records.get(key) ?? [null]
    return values.length === 1 ? values[0] : undefined
  }

  async recorded(key: string, record: ResourceRecord | null, work: Promise<void>): Promise<void> {
    this.records.set(key, [...(this.records.get(key) ?? [null]), record])
    await work
    this.records.set(key, [record])
  }

  async begun(intent: Intent, work: Promise<void>): Promise<void> {
    const one = { intent, isCertain: false }
    this.open.push(one)
    await work
    one.isCertain = true
  }

  async closed(intent: Intent, work: Promise<void>): Promise<void> {
    const one = this.open.findLast((each) => each.intent.step === intent.step)
    if (one !== undefined) one.isCertain = false
    await work
    if (one !== undefined) this.open.splice(this.open.indexOf(one), 1)
  }
}

let ids = 0

function made(name: string): ResourceRecord {
  return recordOf(name, { id: `${name} ${++ids}`, text: 'x'.repeat(40) })
}

interface Step extends Call {
  readonly action: Intent['action']
  readonly next: ResourceRecord
}

async function carryOut(session: Session, run: Run, told: Told): Promise<void> {
  if (run.settles)
    for (const intent of session.recovered?.openIntents ?? [])
      await told.closed(intent, session.outcome(intent.step, {}))
  const waiting = new Set(told.open.map(({ intent }) => intent.key))
  const calls = run.calls.flatMap((call, i): readonly (readonly Step[])[] => {
    const name = NAMES[i] ?? ''
    const current = session.state.records.get(`tavio_user.${name}`)
    // Of what nobody knows yet whether it took effect nothing is begun anew.
    if ((current === undefined) !== (call.act === 'create') || waiting.has(`tavio_user.${name}`)) return []
    const anew = { ...call, action: 'create' as const, next: made(name) }
    const changed = { ...call, next: { ...(current ?? made(name)), tainted: true } }
    if (call.act === 'create') return [[anew]]
    if (call.act === 'change') return [[{ ...changed, action: 'update' as const }]]
    const gone = { ...changed, action: 'delete' as const }
    return call.act === 'delete' ? [[gone]] : [[{ ...gone, ends: 'well' as const }, anew]]
  })
  told.announced = calls.flat().length
  const announced: readonly Announced[] = calls.flat().map(({ next, action }) => announcedOf(next, action))
  told.plan = `plan ${++ids};`
  await session.beginRun({ id: told.plan, createdAt: '2026-01-02' }, announced)
  const queue = calls.values()
  const call = async ({ action, next, ends, turns }: Step) => {
    const key = recordKey(next)
    const intent = { ...intentOf(next, action), existing: [`${++ids}`] }
    await told.begun(intent, session.intend(intent))
    await pause(turns)
    if (ends === 'never') return
    if (ends === 'in two parts' && action === 'create') {
      const part = { ...next, tainted: true }
      await told.recorded(key, part, session.outcome(undefined, { [key]: part }))
    }
    told.mayHaveEnded += 1
    if (ends === 'without effect') await told.closed(intent, session.outcome(intent.step, {}))
    else {
      const result = action === 'delete' ? null : next
      const saved = session.outcome(intent.step, { [key]: result })
      await told.closed(intent, told.recorded(key, result, saved))
    }
    told.ended += 1
  }
  const work = async () => {
    for (const inOrder of queue) for (const one of inOrder) await call(one)
  }
  const workers = await Promise.allSettled(Array.from({ length: run.atOnce }, work))
  const failed = workers.find((worker) => worker.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  if (run.end === 'saves') await session.save(session.state)
}

const idOf = (record: ResourceRecord) => String(record.attributes['id'])
const idsIn = (state: State) => [...state.records.values()].map(idOf)

/** The next session has what was told, no more and no less. */
function hold(told: Told, state: State, openIntents: readonly Intent[]): void {
  for (const [key, values] of told.records)
    expect(
      values.map((one) => one && JSON.stringify(one)),
      key,
    ).toContainEqual(JSON.stringify(state.records.get(key)) ?? null)
  const expected = told.open.map(({ intent }) => intent)
  for (const { intent, isCertain } of told.open)
    if (isCertain) expect(openIntents, 'an open intent is handed on').toContainEqual(intent)
  for (const intent of openIntents) expect(expected, 'nothing settled is handed on').toContainEqual(intent)
  expect(openIntents.length).toBeLessThanOrEqual(expected.length)
}

function writeAsOther(store: MemoryStore, what: readonly Foreign[]): ReadonlySet<string> {
  const before = store.text === undefined ? stateOf() : decodeState(store.text, { file: 'memory' })
  const records = NAMES.flatMap((name, i) => {
    const record = before.records.get(`tavio_user.${name}`)
    if (record === undefined) return what[i] === 'takes in' ? [made(name)] : []
    if (what[i] === 'removes') return []
    if (what[i] === 'moves') return [{ ...record, address: { ...record.address, name: `${name}_elsewhere` } }]
    if (what[i] === 'makes anew') return [made(name)]
    return [what[i] === 'changes' ? { ...record, tainted: !record.tainted } : record]
  })
  const byKey = new Map(records.map((record) => [recordKey(record), record]))
  store.text = encodeState({ ...before, serial: before.serial + 1, records: byKey })
  return new Set(idsIn(before))
}

/** Nothing of what the other program could not know of is lost without a word, and nothing of what it wrote. */
async function holdWithOther(told: Told, store: MemoryStore, known: ReadonlySet<string>): Promise<Session> {
  const theirs = decodeState(store.text ?? '', { file: 'memory' })
  let refusal = ''
  let session = await open(mortalBackend(store, undefined)).catch((error: unknown) => {
    if (!(error instanceof DiagnosticError)) throw error
    refusal = error.message
    return undefined
  })
  if (session === undefined) {
    expect(refusal).toContain('Journal of another state')
    session = await open(mortalBackend(store, undefined), { replaces: true })
    expect(session.letGo.length, refusal).toBeGreaterThan(0)
  }
  const { state, letGo, recovered } = session
  const has = new Set(idsIn(state))
  for (const key of told.records.keys()) {
    const record = told.certain(key)
    if (record === null || record === undefined || known.has(idOf(record))) continue
    expect(has.has(idOf(record)) || letGo.includes(key), `${key}, ${idOf(record)}, is not lost`).toBe(true)
  }
  expect(has.size, 'no object is recorded twice').toBe(idsIn(state).length)
  for (const [key, record] of theirs.records)
    expect(idOf(state.records.get(key) ?? record), `${key} of the other program`).toBe(idOf(record))
  for (const { intent, isCertain } of told.open)
    if (isCertain) expect(recovered?.openIntents, 'an open intent is handed on').toContainEqual(intent)
  // What is recorded under a key counts as made there, so it must not be the object that was to be replaced.
  for (const { intent, isCertain } of told.open) {
    const their = theirs.records.get(intent.key)
    const isReplaced = intent.action === 'create' && told.certain(intent.key) === null
    if (isCertain && isReplaced && their !== undefined && known.has(idOf(their)))
      expect(letGo, 'an object in the place of an unknown one').toContain(intent.key)
  }
  if (letGo.length > 0) await session.replace(theirs)
  return session
}

async function play(runs: readonly Run[]): Promise<void> {
  const store = { ...memoryStore(), text: encodeState(stateOf(recordOf('ada'), recordOf('bob'))) }
  let told = new Told(stateOf(recordOf('ada'), recordOf('bob')), [])
  for (const run of runs) {
    const session = await open(mortalBackend(store, run.death), { foldAt: run.foldAt })
    hold(told, session.state, session.recovered?.openIntents ?? [])
    told = new Told(session.state, session.recovered?.openIntents ?? [])
    const isAlive = await carryOut(session, run, told).then(
      () => true,
      () => false,
    )
    // What was cut off and goes on in the background finds that it is dead.
    await new Promise(setImmediate)
    if (isAlive && run.end !== 'dies') await session.close().catch(() => undefined)
    store.holder = undefined
    const left = await lookAt(mortalBackend(store, undefined))
    hold(told, left.state, left.openIntents)
    // As long as nothing of it is written, what is left is of the run before.
    if (left.progress !== undefined && store.journal?.includes(`"${told.plan}"`)) {
      const { ended, begun, notBegun } = left.progress
      expect(ended + begun.length + notBegun.length).toBe(told.announced)
      expect(ended).toBeGreaterThanOrEqual(told.ended)
      expect(ended).toBeLessThanOrEqual(told.mayHaveEnded)
    }
    if (isAlive && run.end === 'saves' && run.death === undefined && told.open.length === 0)
      expect(store.journal, 'a run that ended well leaves no journal').toBeUndefined()
    if (run.foreign !== undefined) {
      const known = writeAsOther(store, run.foreign)
      const next = await holdWithOther(told, store, known)
      told = new Told(next.state, next.recovered?.openIntents ?? [])
      await next.close()
    }
  }
}

const never = fc.constant(undefined)
const sometimes = fc.option(
  ofEach(fc.constantFrom<Foreign>('keeps', 'keeps', 'changes', 'moves', 'removes', 'makes anew', 'takes in')),
  { nil: undefined },
)

describe('sessions of which each may die at any write', () => {
  it('hand on all that was acknowledged, and nothing twice', async () => {
    await fc.assert(fc.asyncProperty(fc.array(aRun(never), { minLength: 1, maxLength: 4 }), play), {
      numRuns: RUNS,
    })
  })

  it('lose nothing without a word where another program writes in between', async () => {
    await fc.assert(fc.asyncProperty(fc.array(aRun(sometimes), { minLength: 1, maxLength: 3 }), play), {
      numRuns: RUNS,
    })
  })
})
