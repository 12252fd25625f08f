// What the next run makes of a run that died over its calls: found, not there, or not what was planned.
import { describe, expect, it } from 'vitest'
import { countChanges } from '../../src/engine/plan.ts'
import type { MemoryStore } from '../../src/state/memory.ts'
import { actions, type Bench, bench, type Json, text } from '../support/engine.ts'
import { type FakeService, fakeService, type Thing } from '../support/fake-service.ts'

const three = {
  resource: {
    fake_thing: {
      a: { name: 'a', size: 2, note: 'ours', labels: { secret: 'hush' }, secret: 's3cret' },
      b: { name: 'b', note: '${fake_thing.a.id}' },
      c: { name: 'c' },
    },
  },
}
const none = { resource: {} }

/** Applies, and takes what is there and recorded at a moment for all that the run left: as if it had been killed then. */
async function killed(
  service: FakeService,
  { apply, store }: Bench,
  { config, when, call }: { config: Json; when: 'before' | 'after'; call: string },
): Promise<void> {
  let left: MemoryStore | undefined
  let things: readonly Thing[] = []
  service.canCheckpoint = false
  service[when] = (made) => {
    if (!made.startsWith(call) || left !== undefined) return
    left = { ...store, holder: undefined }
    things = [...service.things.values()].map((thing) => ({ ...thing }))
    throw new Error('killed')
  }
  await apply(config, { parallelism: 1 })
  service[when] = () => {}
  expect(left?.journal, 'the run was killed over its call').toContain('"intent"')
  Object.assign(store, left)
  service.things.clear()
  for (const thing of things) service.things.set(thing.id, thing)
}

function setUp() {
  const service = fakeService()
  return { service, made: bench(service.provider) }
}

const named = (service: FakeService, name: string) =>
  [...service.things.values()].filter((one) => one.name === name)

describe('a create that a run died over', () => {
  it('that took effect is taken over if it is what was planned, and the plan says what was found', async () => {
    const { service, made } = setUp()
    await killed(service, made, { config: three, when: 'after', call: 'create a/a' })
    const next = await made.apply(three)
    expect(text(next.plan.warnings)).toContain(
      'Interrupted create recovered: An earlier run stopped while it created fake_thing.a. The object was found and is taken over: fake_thing with name = "a" (id id-1), as it was planned.',
    )
    expect(text(next.diagnostics)).toBe('')
    expect(named(service, 'a')).toHaveLength(1)
    expect(actions(await made.plan(three))).toEqual([])
  })

  it('that did nothing is made anew, and the plan says so', async () => {
    const { service, made } = setUp()
    await killed(service, made, { config: three, when: 'before', call: 'create a/a' })
    const plan = await made.plan(three)
    expect(text(plan.plan?.warnings ?? [])).toContain(
      'Interrupted create had no effect: An earlier run stopped while it created fake_thing.a. There is no such object, so nothing came of it.',
    )
    expect(text((await made.apply(three)).diagnostics)).toBe('')
    expect(named(service, 'a')).toHaveLength(1)
  })

  /** Somebody else makes one of that name after the plan was made. */
  async function someoneElse() {
    const { service, made } = setUp()
    await killed(service, made, { config: three, when: 'before', call: 'create a/a' })
    const theirs = {
      id: 'id-9',
      group: 'a',
      name: 'A',
      size: 7,
      note: null,
      tags: [],
      labels: {},
      zone: 'north',
    }
    service.things.set('id-9', { ...theirs, revision: 1, secret: undefined })
    return { service, made }
  }

  it('is not taken for an object that is different: that address stops, with what was found, and the rest goes on', async () => {
    const { service, made } = await someoneElse()
    const before = structuredClone(service.things.get('id-9'))
    const next = await made.apply(three)
    const words =
      'Different object found: An earlier run stopped while it created fake_thing.a. By now there is fake_thing with name = "A" (id id-9), which is not what was planned: size is 7 and was to be 2.'
    expect(text(next.plan.warnings)).toContain(words)
    // What needs it cannot be made either, so nobody is promised that it will be.
    expect(next.plan.changes.map(({ isBlocked, waitsFor }) => [isBlocked, waitsFor])).toEqual([
      [true, undefined],
      [true, 'fake_thing.a'],
      [undefined, undefined],
    ])
    expect(countChanges(next.plan)).toMatchObject({ add: 1, change: 0, destroy: 0 })
    expect(text(next.diagnostics)).toContain(words)
    expect(text(next.diagnostics)).toContain('take it in with "hubform import \'fake_thing.a\' <id>"')
    expect([...next.state.records.keys()]).toEqual(['fake_thing.c'])
    expect(next.skipped).toBe(1)
    expect(service.things.get('id-9')).toEqual(before)
    expect(named(service, 'a')).toEqual([])
    // Nobody has decided anything yet, so the next run says the same.
    expect(text((await made.apply(three)).diagnostics)).toContain(words)
    expect(named(service, 'a')).toEqual([])
  })

  it('that is held back destroys nothing that was to be replaced over it, and holds back updates', async () => {
    const { service, made } = setUp()
    const one = (name: string, over: Json = {}) => ({ name, ...over })
    const before = {
      resource: { fake_thing: { low: one('low'), kept: one('kept'), swapped: one('swapped') } },
    }
    await made.apply(before)
    const after = {
      resource: {
        fake_thing: {
          a: one('a', { size: 2 }),
          kept: one('kept', { note: '${fake_thing.a.id}' }),
          swapped: one('swapped', { zone: 'south', note: '${fake_thing.a.id}${fake_thing.low.id}' }),
          low: one('low', { zone: 'south' }),
          free: one('free'),
        },
      },
    }
    await killed(service, made, { config: after, when: 'before', call: 'create a/a' })
    const [sample] = named(service, 'low')
    if (sample === undefined) expect.unreachable()
    service.things.set('id-9', { ...sample, id: 'id-9', name: 'A', size: 7 })
    const next = await made.apply(after)
    const held = next.plan.changes.filter(({ isBlocked }) => isBlocked)
    expect(held.map(({ address, action, waitsFor }) => [address.name, action, waitsFor])).toEqual([
      ['a', 'create', undefined],
      ['kept', 'update', 'fake_thing.a'],
      ['low', 'replace', 'fake_thing.a'],
      ['swapped', 'replace', 'fake_thing.a'],
    ])
    expect(next.done).toEqual({ added: 1, changed: 0, destroyed: 0 })
    expect([...service.things.values()].map(({ name }) => name).sort()).toEqual([
      'A',
      'free',
      'kept',
      'low',
      'swapped',
    ])
    service.things.delete('id-9')
    expect(text((await made.apply(after)).diagnostics)).toBe('')
    expect(actions(await made.plan(after))).toEqual([])
  })

  it('goes on once the different object is gone', async () => {
    const { service, made } = await someoneElse()
    await made.apply(three)
    service.things.delete('id-9')
    const next = await made.apply(three)
    expect(text(next.diagnostics)).toBe('')
    expect(next.state.records.size).toBe(3)
    expect(actions(await made.plan(three))).toEqual([])
    expect(made.store.journal).toBeUndefined()
  })

  it('goes on once the different object is imported', async () => {
    const { service, made } = await someoneElse()
    await made.apply(three)
    expect(await made.import(three, 'fake_thing.a', 'id-9')).toEqual([])
    const next = await made.apply(three)
    expect(text(next.diagnostics)).toBe('')
    expect(actions(next)).toEqual(['update fake_thing.a', 'create fake_thing.b'])
    expect(service.things.size).toBe(3)
    expect(made.store.journal).toBeUndefined()
  })

  it('leaves a different object alone when everything is destroyed', async () => {
    const { service, made } = await someoneElse()
    const next = await made.apply(three, { mode: 'destroy' })
    expect(text(next.plan.warnings)).toContain('Different object found')
    expect(text(next.diagnostics)).toBe('')
    expect([...service.things.keys()]).toEqual(['id-9'])
    expect(made.store.journal).toBeUndefined()
  })

  it('is noted without what is secret', async () => {
    const { service, made } = setUp()
    await killed(service, made, { config: three, when: 'before', call: 'create a/a' })
    expect(made.store.journal).toContain('"note":"ours"')
    expect(made.store.journal).not.toMatch(/hush|s3cret/)
  })
})

describe('a change that a run died over', () => {
  const changedNote = structuredClone(three)
  changedNote.resource.fake_thing.a.note = 'new'

  it.each([
    ['before', 'it is as it was recorded.'],
    ['after', 'note, revision changed.'],
  ] as const)('is read again, killed %s it took effect', async (when, words) => {
    const { service, made } = setUp()
    await made.apply(three)
    await killed(service, made, { config: changedNote, when, call: 'update a/a' })
    const next = await made.apply(changedNote)
    expect(text(next.plan.warnings)).toContain(
      `Interrupted change looked into: An earlier run stopped while it changed fake_thing.a. It was read again: ${words}`,
    )
    expect(actions(next)).toEqual(when === 'before' ? ['update fake_thing.a'] : [])
    expect(actions(await made.plan(changedNote))).toEqual([])
    expect(made.store.journal).toBeUndefined()
  })
})

describe('destroy over an open journal', () => {
  const kills = [
    { call: 'create a/a', first: undefined, config: three },
    {
      call: 'update a/a',
      first: three,
      config: { resource: { fake_thing: { ...three.resource.fake_thing, a: { name: 'a', note: 'new' } } } },
    },
    { call: 'delete a/a', first: three, config: none },
  ]

  it.each(kills.flatMap((kill) => (['before', 'after'] as const).map((when) => ({ ...kill, when }))))(
    'always works: killed $when $call took effect',
    async ({ call, first, config, when }) => {
      const { service, made } = setUp()
      if (first !== undefined) await made.apply(first)
      await killed(service, made, { config, when, call })
      const destroyed = await made.apply(config, { mode: 'destroy' })
      expect(text(destroyed.diagnostics)).toBe('')
      expect(service.things.size).toBe(0)
      expect(destroyed.state.records.size).toBe(0)
      expect(made.store.journal).toBeUndefined()
      expect(actions(await made.plan(config, { mode: 'destroy' }))).toEqual([])
    },
  )
})
