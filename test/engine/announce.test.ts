// What a run says it is to do: before its first call, with what is known of each object, and without what is secret.
import { describe, expect, it } from 'vitest'
import { announce } from '../../src/engine/announce.ts'
import type { Announced } from '../../src/state/journal.ts'
import { type MemoryStore, memoryBackend, memoryStore } from '../../src/state/memory.ts'
import { actions, bench, type Json, text } from '../support/engine.ts'
import { fakeService } from '../support/fake-service.ts'

const things = (of: { readonly [name: string]: Json }): Json => ({ resource: { fake_thing: of } })

interface Case {
  readonly name: string
  readonly because: string
  readonly before?: Json
  readonly config: Json
  readonly announced: readonly Partial<Announced>[]
}

const cases: readonly Case[] = [
  {
    name: 'a create with its collection and its natural key',
    because: 'the next run could look for it by these',
    config: things({ a: { name: 'Ada', group: 'x' } }),
    announced: [
      {
        step: 'create fake_thing.a',
        action: 'create',
        key: 'fake_thing.a',
        collection: 'things',
        identity: { group: 'x', name: 'Ada' },
      },
    ],
  },
  {
    name: 'the expression where a value is not known yet',
    because: 'it says where the value will come from',
    config: things({
      a: { name: 'a' },
      b: { name: '${fake_thing.a.id}' },
      c: { name: 'c-${fake_thing.a.id}', group: '${lower(fake_thing.b.id)}' },
    }),
    announced: [
      { identity: { group: 'a', name: 'a' } },
      { identity: { group: 'a' }, expressions: { name: 'fake_thing.a.id' } },
      {
        identity: {},
        expressions: { group: 'lower(fake_thing.b.id)', name: 'c-${fake_thing.a.id}' },
      },
    ],
  },
  {
    name: 'no more of an expression than a person reads',
    because: 'there may be thousands',
    config: things({
      a: { name: 'a' },
      b: { name: `\${fake_thing.a.id}${'x'.repeat(1000)}` },
    }),
    announced: [
      { key: 'fake_thing.a' },
      { identity: { group: 'a' }, expressions: { name: `\${fake_thing.a.id}${'x'.repeat(182)}…` } },
    ],
  },
  {
    name: 'nothing that is secret',
    because: 'the journal is for people to look at',
    config: {
      variable: { hush: { type: 'string', default: 's3cret', sensitive: true } },
      ...things({
        a: { name: '${var.hush}', secret: 's3cret', labels: { l: 's3cret' } },
        b: { name: '${var.hush}${fake_thing.a.id}' },
      }),
    },
    announced: [
      { action: 'create', identity: { group: 'a' }, expressions: undefined },
      { action: 'create', identity: { group: 'a' }, expressions: undefined },
    ],
  },
  {
    name: 'an update and a delete with what they are aimed at',
    because: 'their objects have ids',
    before: things({ a: { name: 'a' }, b: { name: 'b' } }),
    config: things({ a: { name: 'a', note: 'new' } }),
    announced: [
      { action: 'update', key: 'fake_thing.a', target: { group: 'a', id: 'id-1' }, identity: undefined },
      { action: 'delete', key: 'fake_thing.b', target: { group: 'a', id: 'id-2' }, identity: undefined },
    ],
  },
  {
    name: 'both halves of a replacement, the old object under the key that it will have',
    because: 'they are two calls',
    before: things({ a: { name: 'a' } }),
    config: things({ a: { name: 'a', zone: 'south', lifecycle: { create_before_destroy: true } } }),
    announced: [
      { action: 'create', key: 'fake_thing.a', identity: { group: 'a', name: 'a' } },
      {
        action: 'delete',
        key: expect.stringMatching(/^fake_thing\.a \(deposed/),
        target: { group: 'a', id: 'id-1' },
      },
    ],
  },
  {
    name: 'no reading and no forgetting',
    because: 'they change nothing in the service',
    before: things({ a: { name: 'a' } }),
    config: {
      removed: { from: 'fake_thing.a', lifecycle: { destroy: false } },
      ...things({ b: { name: 'b' } }),
      data: { fake_lookup: { l: { name: '${fake_thing.b.id}' } } },
    },
    announced: [{ key: 'fake_thing.b' }],
  },
]

describe('a run announces', () => {
  it.each(cases)('$name', async ({ before, config, announced, because }) => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    if (before !== undefined) await apply(before)
    const { plan: made, diagnostics } = await plan(config)
    if (made === undefined) throw new Error(text(diagnostics))
    const found = announce(made, { [service.provider.source]: service.provider })
    expect(found, because).toHaveLength(announced.length)
    const told = announced.map((one, i) =>
      Object.fromEntries(Object.keys(one).map((field) => [field, found[i]?.[field as keyof Announced]])),
    )
    expect(told, because).toEqual(announced)
    expect(JSON.stringify(found)).not.toContain('s3cret')
    // Applied, so that what was announced is held against what is done.
    expect(text((await apply(config)).diagnostics)).toBe('')
  })

  it('what the plan of a provider that is not there would do, by its address', async () => {
    const { plan } = bench(fakeService().provider)
    const { plan: made } = await plan(things({ a: { name: 'a' } }))
    expect(made && announce(made, {})).toEqual([
      { step: 'create fake_thing.a', action: 'create', key: 'fake_thing.a', identity: undefined },
    ])
  })
})

describe('an announcement', () => {
  const two = things({ a: { name: 'a' }, b: { name: '${fake_thing.a.id}' } })

  it('is in the backend before the first call, and in one write with the beginning of the run', async () => {
    const service = fakeService()
    const made = bench(service.provider)
    let journal: string | undefined
    service.before = () => {
      journal ??= made.store.journal
    }
    await made.apply(two)
    const [run, announced, intent] = (journal ?? '').split('\n').map((line) => line && JSON.parse(line))
    expect([run.kind, run.plan.id.length]).toEqual(['run', 16])
    expect(announced).toEqual({
      kind: 'announced',
      steps: [
        {
          action: 'create',
          key: 'fake_thing.a',
          collection: 'things',
          identity: { group: 'a', name: 'a' },
        },
        {
          action: 'create',
          key: 'fake_thing.b',
          collection: 'things',
          identity: { group: 'a' },
          expressions: { name: 'fake_thing.a.id' },
        },
      ],
    })
    expect(intent).toMatchObject({ kind: 'intent', step: 'create fake_thing.a' })
  })

  it('of a run that was killed before its first call disturbs nobody', async () => {
    const service = fakeService()
    const store = memoryStore()
    let left: MemoryStore | undefined
    const backend = () => {
      const inner = memoryBackend(store)
      return {
        ...inner,
        async append(lines: readonly string[]) {
          await inner.append(lines)
          left ??= { ...store, holder: undefined }
        },
      }
    }
    const made = bench(service.provider, { backend })
    await made.apply(two)
    Object.assign(store, left)
    service.things.clear()
    expect(store.journal?.trim().split('\n')).toHaveLength(2)
    const session = await made.session()
    expect(session.recovered).toBeUndefined()
    await session.close()
    const next = await made.plan(two)
    expect(text(next.plan?.warnings ?? [])).toBe('')
    expect(actions(next)).toEqual(['create fake_thing.a', 'create fake_thing.b'])
    expect(text((await made.apply(two)).diagnostics)).toBe('')
    expect(store.journal).toBeUndefined()
  })

  it('tells the next run what was never begun, of which nothing is looked for', async () => {
    const service = fakeService()
    const { store, ...made } = bench(service.provider)
    let left: MemoryStore | undefined
    service.canCheckpoint = false
    service.before = (call) => {
      if (call === 'create a/a') left = { ...store, holder: undefined }
    }
    await made.apply(two)
    Object.assign(store, left)
    service.things.clear()
    const session = await made.session()
    expect(session.recovered).toMatchObject({
      openIntents: [{ step: 'create fake_thing.a' }],
      progress: {
        ended: 0,
        begun: [{ key: 'fake_thing.a' }],
        notBegun: [{ key: 'fake_thing.b', expressions: { name: 'fake_thing.a.id' } }],
      },
    })
    await session.close()
    const warnings = text((await made.plan(two)).plan?.warnings ?? [])
    expect(warnings).toContain('fake_thing.a')
    expect(warnings).not.toContain('fake_thing.b')
  })

  it('is not written where nothing is to be done in a service', async () => {
    const service = fakeService()
    const store = memoryStore()
    const written: string[] = []
    const backend = () => {
      const inner = memoryBackend(store)
      return {
        ...inner,
        append(lines: readonly string[]) {
          written.push(...lines)
          return inner.append(lines)
        },
      }
    }
    const made = bench(service.provider, { backend })
    await made.apply(two)
    written.length = 0
    await made.plan(two)
    expect(written).toEqual([])
    await made.apply(two)
    expect(written.filter((line) => line.includes('announced'))).toEqual([])
  })
})
