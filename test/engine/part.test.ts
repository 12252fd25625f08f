import { describe, expect, it } from 'vitest'
import { actions, bench, text } from '../support/engine.ts'
import { fakeService } from '../support/fake-service.ts'

const pair = (size = 1) => ({
  resource: {
    fake_thing: {
      base: { name: 'base', size },
      top: { name: 'top', note: '${fake_thing.base.id}', size },
      other: { name: 'other', size },
      many: { count: 2, name: 'many${count.index}', size },
      reader: { name: 'reader', size, tags: '${fake_thing.many[*].id}' },
    },
  },
  output: {
    base: { value: '${fake_thing.base.size}' },
    other: { value: '${fake_thing.other.size}' },
    many: { value: '${fake_thing.many[*].size}' },
    constant: { value: 'same' },
  },
})

const outputs = (state: { outputs: { readonly [name: string]: { readonly value: unknown } } }) =>
  Object.fromEntries(Object.entries(state.outputs).map(([name, { value }]) => [name, value]))

describe('with targets', () => {
  it('only the target and what it refers to is changed, and other outputs stay', async () => {
    const { apply, plan } = bench(fakeService().provider)
    await apply(pair(1))
    const result = await apply(pair(2), { targets: ['fake_thing.top'] })
    expect(actions(result)).toEqual(['update fake_thing.base', 'update fake_thing.top'])
    expect(outputs(result.state)).toEqual({ base: 2, other: 1, many: [1, 1], constant: 'same' })
    expect(actions(await plan(pair(2)))).toEqual([
      'update fake_thing.many[0]',
      'update fake_thing.many[1]',
      'update fake_thing.other',
      'update fake_thing.reader',
    ])
  })

  it('an instance is changed alone, and outputs of its block stay as they were', async () => {
    const { apply } = bench(fakeService().provider)
    await apply(pair(1))
    const result = await apply(pair(2), { targets: ['fake_thing.many[1]'] })
    expect(actions(result)).toEqual(['update fake_thing.many[1]'])
    expect(outputs(result.state)['many']).toEqual([1, 1])
  })

  it('a block that a target refers to is taken in as a whole, even if an instance of it is named too', async () => {
    const { apply, plan } = bench(fakeService().provider)
    await apply(pair(1))
    const targets = ['fake_thing.many[1]', 'fake_thing.reader']
    expect(actions(await plan(pair(2), { targets }))).toEqual([
      'update fake_thing.many[0]',
      'update fake_thing.many[1]',
      'update fake_thing.reader',
    ])
  })

  it('an instance that is not there is a mistake, and so is one that is to be replaced', async () => {
    const { apply, plan } = bench(fakeService().provider)
    await apply(pair(1))
    expect(text((await plan(pair(1), { targets: ['fake_thing.many[7]'] })).diagnostics)).toBe(
      'Unknown address: --target fake_thing.many[7]: its block has no such instance. The plan without --target lists the instances that there are.',
    )
    expect(text((await plan(pair(1), { replace: ['fake_thing.many'] })).diagnostics)).toContain(
      'Unknown address: --replace fake_thing.many: its block has no such instance.',
    )
  })

  it('what is looked up cannot be replaced', async () => {
    const { plan } = bench(fakeService().provider)
    expect(text((await plan(pair(1), { replace: ['data.fake_things.all'] })).diagnostics)).toContain(
      'Invalid address: --replace data.fake_things.all: a data source is looked up',
    )
  })

  it('destroying takes what stands on the target, and leaves what it stands on and their outputs', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    await apply(pair(1))
    const top = await apply(pair(1), { targets: ['fake_thing.top'], mode: 'destroy' })
    expect(actions(top)).toEqual(['delete fake_thing.top'])
    expect(outputs(top.state)).toEqual({ base: 1, other: 1, many: [1, 1], constant: 'same' })
    const many = await apply(pair(1), { targets: ['fake_thing.many'], mode: 'destroy' })
    expect(actions(many)).toEqual([
      'delete fake_thing.many[0]',
      'delete fake_thing.many[1]',
      'delete fake_thing.reader',
    ])
    expect(outputs(many.state)).toEqual({ base: 1, other: 1, constant: 'same' })
  })

  it('refresh-only leaves what is not targeted unread and unrecorded', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    await apply(pair(1))
    for (const thing of service.things.values()) thing.size = 5
    const result = await apply(pair(1), { targets: ['fake_thing.base'], mode: 'refresh-only' })
    expect(result.state.records.get('fake_thing.base')?.attributes['size']).toBe(5)
    expect(result.state.records.get('fake_thing.other')?.attributes['size']).toBe(1)
    expect(outputs(result.state)).toEqual({ base: 5, other: 1, many: [1, 1], constant: 'same' })
  })

  it('a replacement creates first when something that is not targeted asks for that above it', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    const config = (zone: string) => ({
      resource: {
        fake_thing: {
          base: { name: 'base', zone },
          top: { name: 'top', note: '${fake_thing.base.id}', lifecycle: { create_before_destroy: true } },
        },
      },
    })
    await apply(config('north'))
    service.calls.length = 0
    await apply(config('south'), { targets: ['fake_thing.base'] })
    expect(service.calls.filter((call) => /^(create|delete)/.test(call))).toEqual([
      'create a/base',
      'delete a/base',
    ])
  })
})

describe('refresh-only', () => {
  const config = {
    resource: { fake_thing: { a: { name: 'a' }, b: { name: 'b', note: '${fake_thing.a.id}' } } },
    data: { fake_lookup: { x: { name: 'a' } } },
    output: { a: { value: '${fake_thing.a.id}' }, x: { value: '${data.fake_lookup.x.size}' } },
  }

  it('with an object that is gone forgets it, and leaves the outputs that need it', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    await apply(config)
    await apply(config)
    service.things.delete('id-1')
    const result = await apply(config, { mode: 'refresh-only' })
    expect(text(result.diagnostics)).toBe('')
    expect([...result.state.records.keys()].sort()).toEqual(['data.fake_lookup.x', 'fake_thing.b'])
    expect(Object.keys(result.state.outputs).sort()).toEqual(['a', 'x'])
    expect(actions(await plan(config))).toEqual(['create fake_thing.a', 'update fake_thing.b'])
  })

  it('looks at objects whose block is gone, too, and destroys nothing', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    await apply(config)
    for (const thing of service.things.values()) thing.size = 9
    const result = await apply({ resource: { fake_thing: { a: { name: 'a' } } } }, { mode: 'refresh-only' })
    expect(result.state.records.get('fake_thing.b')?.attributes['size']).toBe(9)
    expect(service.things.size).toBe(2)
  })
})

describe('without refresh', () => {
  it('what is recorded is taken for what is, also when the objects are changed or destroyed', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    await apply(pair(1))
    for (const thing of service.things.values()) thing.note = 'changed by others'
    const changed = await apply(pair(2), { refresh: false })
    expect(text(changed.diagnostics)).toBe('')
    for (const thing of service.things.values()) thing.note = 'changed by others'
    const destroyed = await apply(pair(2), { refresh: false, mode: 'destroy' })
    expect(text(destroyed.diagnostics)).toBe('')
    expect(service.things.size).toBe(0)
    expect(destroyed.state.outputs).toEqual({})
  })
})

describe('a provider whose settings refer to an object', () => {
  const config = {
    provider: { fake: [{ token: '${fake_thing.a.id}' }, { alias: 'plain' }] },
    resource: {
      fake_thing: {
        a: { name: 'a', provider: 'fake.plain' },
        b: { name: 'b' },
      },
    },
  }

  it('needs that object first, and says so once', async () => {
    const { plan } = bench(fakeService().provider)
    expect(text((await plan(config)).diagnostics)).toMatch(
      /^Provider settings not known: The settings of provider "fake" depend on objects that do not exist yet\.[^\n]*$/,
    )
  })

  it('is not needed where nothing of it is targeted, nor to destroy what others made', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    const targeted = await apply(config, { targets: ['fake_thing.a'] })
    expect(text(targeted.diagnostics)).toBe('')
    await apply(config)
    expect(service.things.size).toBe(2)
    const destroyed = await apply(config, { mode: 'destroy' })
    expect(text(destroyed.diagnostics)).toBe('')
    expect(service.things.size).toBe(0)
    expect(actions(await plan(config, { mode: 'destroy' }))).toEqual([])
  })
})

describe('planning that fails', () => {
  it('never takes what a broken block has for unwanted, and reports every problem', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    const config = (keys: string) => ({
      resource: {
        fake_thing: {
          a: { name: 'a', lifecycle: { prevent_destroy: true } },
          many: { for_each: keys, name: '${each.key}', lifecycle: { prevent_destroy: true } },
          some: { count: 2, name: '${count.index == 0 ? "bad" : "good"}' },
        },
      },
    })
    const good = config('${toset(["x", "y"])}')
    await apply({
      resource: { fake_thing: { a: good.resource.fake_thing.a, many: good.resource.fake_thing.many } },
    })
    const result = await plan(config('${tonumber("x")}'))
    expect(result.plan).toBeUndefined()
    expect(result.diagnostics.map(({ summary, where }) => `${summary} at ${where?.address}`)).toEqual([
      expect.stringMatching(/ at fake_thing\.many$/),
      expect.stringMatching(/ at fake_thing\.some\[0\]$/),
    ])
  })

  it('when interrupted says so once', async () => {
    const { apply, plan } = bench(fakeService().provider)
    const many = { resource: { fake_thing: { many: { count: 50, name: 'n${count.index}' } } } }
    await apply(many)
    const interrupt = new AbortController()
    interrupt.abort()
    expect(text((await plan(many, { interrupt: interrupt.signal })).diagnostics)).toBe(
      'Interrupted: Planning was stopped before it ended. Nothing was changed.',
    )
  })

  it('names an object whose provider is not there, and what to do', async () => {
    const service = fakeService()
    const { apply, plan, store } = bench(service.provider)
    await apply({ resource: { fake_thing: { a: { name: 'a' } } } })
    store.text = store.text?.replaceAll('hubform/fake', 'someone/else')
    const result = await plan({}, { mode: 'destroy' })
    expect(text(result.diagnostics)).toBe(
      'Unknown provider: fake_thing.a was made with provider["registry.terraform.io/someone/else"], which Hubform does not have. Take it out of the state with "hubform state rm", or use a Hubform that has that provider.',
    )
    expect(result.diagnostics[0]?.where?.address).toBe('fake_thing.a')
  })
})
