import { describe, expect, it } from 'vitest'
import { UNKNOWN } from '../../src/schema/value.ts'
import { actions, bench, text } from '../support/engine.ts'
import { fakeService } from '../support/fake-service.ts'

const one = (attributes: object, rest: object = {}) => ({
  resource: { fake_thing: { a: { name: 'a', ...attributes } } },
  ...rest,
})

describe('write-only arguments', () => {
  it('reach the service, never state or plan, and a change of them is seen', async () => {
    const service = fakeService()
    const { apply, plan, store } = bench(service.provider)
    const result = await apply(one({ secret: 'hush-hush-1' }))
    expect(service.things.get('id-1')?.secret).toBe('hush-hush-1')
    expect(result.state.records.get('fake_thing.a')?.attributes['secret']).toBeNull()
    expect(JSON.stringify(store)).not.toContain('hush-hush')
    expect(actions(await plan(one({ secret: 'hush-hush-1' })))).toEqual([])
    const changed = await plan(one({ secret: 'hush-hush-2' }))
    expect(changed.plan?.changes[0]).toMatchObject({
      action: 'update',
      after: { secret: null },
      fields: [{ path: ['revision'] }, { path: ['secret_digest'], why: 'secret' }],
    })
  })
})

describe('sensitive values', () => {
  const config = (sensitive: boolean) => ({
    variable: { pin: { type: 'string', sensitive: true } },
    ...one({ note: 'pin ${var.pin}' }),
    output: { note: { value: '${fake_thing.a.note}', sensitive } },
  })

  it('stay marked through attributes into outputs and state', async () => {
    const { apply } = bench(fakeService().provider)
    const result = await apply(config(true), { vars: ['pin=1234'] })
    expect(result.plan.changes[0]?.afterSensitive).toContainEqual(['note'])
    expect(result.state.records.get('fake_thing.a')?.sensitive).toContainEqual(['note'])
    expect(result.state.outputs['note']).toMatchObject({ sensitive: true, value: 'pin 1234' })
  })

  it('are refused in an output that is not declared sensitive', async () => {
    const { plan } = bench(fakeService().provider)
    const result = await plan(config(false), { vars: ['pin=1234'] })
    expect(text(result.diagnostics)).toContain(
      'Output shows a secret: Output "note" holds a sensitive value.',
    )
  })
})

describe('values', () => {
  it('that are not known yet are unknown in the plan, with what is known beside them', async () => {
    const { plan } = bench(fakeService().provider)
    const { plan: found } = await plan({
      resource: {
        fake_thing: {
          a: { name: 'a' },
          b: { name: 'b', tags: ['x', '${fake_thing.a.id}'], labels: { k: '${fake_thing.a.id}', l: '2' } },
        },
      },
    })
    expect(found?.changes[1]?.after).toMatchObject({ labels: { k: UNKNOWN, l: '2' }, id: UNKNOWN })
    expect(found?.changes[1]?.afterSensitive).toEqual([['labels']])
  })

  it('keep exact numbers through plan, service and state', async () => {
    const { apply, plan, store } = bench(fakeService().provider)
    const config = one(
      { note: '${9007199254740993} ${0.1 + 0.2} ${1e30}' },
      { output: { big: { value: '${123456789012345678901234567890}' } } },
    )
    const result = await apply(config)
    expect(result.state.records.get('fake_thing.a')?.attributes['note']).toBe(
      '9007199254740993 0.3 1000000000000000000000000000000',
    )
    expect(JSON.stringify(store)).toContain('123456789012345678901234567890')
    expect((await plan(config)).plan?.outputs[0]?.action).toBe('no-op')
  })

  it('spelled differently but meaning the same are no change', async () => {
    const { apply, plan } = bench(fakeService().provider)
    await apply(one({}))
    expect(actions(await plan({ resource: { fake_thing: { a: { name: 'A' } } } }))).toEqual([])
  })

  it('ignored by ignore_changes follow the object, not the configuration', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    const config = (note: string) => one({ note, lifecycle: { ignore_changes: ['note'] } })
    await apply(config('one'))
    expect(actions(await plan(config('two')))).toEqual([])
    for (const thing of service.things.values()) thing.note = 'three'
    expect(actions(await plan(config('two')))).toEqual([])
  })
})

describe('mistakes', () => {
  it('are all reported at once, each with its address', async () => {
    const { plan } = bench(fakeService().provider)
    const result = await plan({
      resource: {
        fake_thing: { a: { name: 'a', nmae: 1, id: 'x', size: 'big' }, b: {}, c: { name: 'bad' } },
      },
    })
    expect(text(result.diagnostics).split('\n').sort()).toEqual([
      'Computed attribute set: fake_thing.a: id is assigned by the service and cannot be set. Remove it.',
      'Invalid attribute value: fake_thing.c: name is not valid. It must not be "bad".',
      'Missing required attribute: fake_thing.b: name must be set, and is not.',
      'Unknown attribute: fake_thing.a has no attribute "nmae". Did you mean "name"?',
      'Wrong attribute type: fake_thing.a: size must be a number, but is a string.',
    ])
  })

  it('of two blocks for one object are found before anything is done', async () => {
    const { plan } = bench(fakeService().provider)
    const result = await plan({
      resource: {
        fake_thing: { a: { name: 'same' }, b: { name: 'SAME' }, c: { name: 'same', group: 'other' } },
      },
    })
    expect(text(result.diagnostics)).toBe(
      'Object configured twice: fake_thing.a and fake_thing.b have the same name, so they would be one object. Keep one of them, and refer to it from the other places.',
    )
  })

  it('in a type are answered with a suggestion', async () => {
    const { plan } = bench(fakeService().provider)
    const result = await plan({ resource: { fake_thin: { a: {} } } })
    expect(text(result.diagnostics)).toContain(
      'Unknown resource type: Provider "fake" has no resource "fake_thin". Did you mean "fake_thing"?',
    )
  })
})

describe('data sources', () => {
  it('are read while planning when their arguments are known, and while applying when not', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    const config = {
      data: {
        fake_lookup: { known: { name: 'a' }, later: { name: '${fake_thing.b.name}${fake_thing.b.id}' } },
      },
      resource: {
        fake_thing: { a: { name: 'a' }, b: { name: 'b', size: '${data.fake_lookup.known.size + 5}' } },
      },
      output: { size: { value: '${data.fake_lookup.later.size}' } },
    }
    const first = await plan(config)
    expect(actions(first)).toEqual([
      'read data.fake_lookup.later',
      'create fake_thing.a',
      'create fake_thing.b',
    ])
    const result = await apply(config)
    expect(text(result.diagnostics)).toBe('')
    expect(result.state.outputs['size']?.value).toBe(0)
    expect([...service.things.values()].find((thing) => thing.name === 'b')?.size).toBe(5)
  })
})

describe('refresh', () => {
  it('takes one list instead of a read for each object', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    const config = { resource: { fake_thing: { a: { count: 50, name: 'n${count.index}' } } } }
    await apply(config)
    service.calls.length = 0
    expect(actions(await plan(config))).toEqual([])
    expect(service.calls).toEqual(['list a'])
  })

  it('reads each object when lists tell only a part', async () => {
    const service = fakeService()
    service.wholeLists = false
    const { apply, plan } = bench(service.provider)
    const config = { resource: { fake_thing: { a: { count: 20, name: 'n${count.index}' } } } }
    await apply(config)
    service.calls.length = 0
    expect(actions(await plan(config))).toEqual([])
    expect(service.calls.filter((call) => call.startsWith('list'))).toHaveLength(1)
    expect(service.calls.filter((call) => call.startsWith('read'))).toHaveLength(20)
  })

  it('is left out on request', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    await apply(one({}))
    service.calls.length = 0
    await plan(one({}), { refresh: false })
    expect(service.calls).toEqual([])
  })

  it('alone records what is, and changes nothing', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    await apply(one({ note: 'mine' }))
    for (const thing of service.things.values()) thing.note = 'theirs'
    const result = await apply(one({ note: 'mine' }), { mode: 'refresh-only' })
    expect(result.plan.drift).toHaveLength(1)
    expect(result.plan.steps).toEqual([])
    expect(result.state.records.get('fake_thing.a')?.attributes['note']).toBe('theirs')
    expect(service.things.get('id-1')?.note).toBe('theirs')
  })
})

describe('targets', () => {
  const config = {
    resource: {
      fake_thing: { a: { name: 'a' }, b: { name: 'b', note: '${fake_thing.a.id}' }, c: { name: 'c' } },
    },
  }

  it('take in what they refer to, and nothing else', async () => {
    const { plan } = bench(fakeService().provider)
    expect(actions(await plan(config, { targets: ['fake_thing.b'] }))).toEqual([
      'create fake_thing.a',
      'create fake_thing.b',
    ])
  })

  it('that do not exist are refused with a suggestion', async () => {
    const { plan } = bench(fakeService().provider)
    expect(text((await plan(config, { targets: ['fake_thing.aa'] })).diagnostics)).toContain(
      'Unknown address: --target fake_thing.aa: there is no fake_thing.aa',
    )
  })
})
