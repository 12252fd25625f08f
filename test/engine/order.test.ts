import { describe, expect, it } from 'vitest'
import { actions, bench, text } from '../support/engine.ts'
import { fakeService } from '../support/fake-service.ts'

const writes = (calls: readonly string[]) =>
  calls.filter((call) => /^(create|update|delete)/.test(call)).map((call) => call.split(' /')[0])

const chain = (zone: string, lifecycle: object = {}) => ({
  resource: {
    fake_thing: {
      base: { name: 'base', zone, lifecycle },
      top: { name: 'top', note: '${fake_thing.base.id}' },
    },
  },
})

describe('replacement', () => {
  it('deletes and creates, then updates what refers to it', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    await apply(chain('north'))
    service.calls.length = 0
    const result = await apply(chain('south'))
    expect(text(result.diagnostics)).toBe('')
    expect(actions(result)).toEqual(['replace fake_thing.base', 'update fake_thing.top'])
    expect(result.plan.changes[0]?.replacePaths).toEqual([['zone']])
    expect(writes(service.calls)).toEqual(['delete a/base', 'create a/base', 'update a/top'])
  })

  it('with create_before_destroy makes the new object first, and deletes the old one last', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    const first = { create_before_destroy: true }
    await apply(chain('north', first))
    service.calls.length = 0
    const result = await apply(chain('south', first))
    expect(text(result.diagnostics)).toBe('')
    expect(writes(service.calls)).toEqual(['create a/base', 'update a/top', 'delete a/base'])
    expect([...result.state.records.keys()].sort()).toEqual(['fake_thing.base', 'fake_thing.top'])
    expect(actions(await plan(chain('south', first)))).toEqual([])
  })

  it('keeps the old object on record when the new one is there and deleting fails, and deletes it next time', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    const first = { create_before_destroy: true }
    await apply(chain('north', first))
    service.before = (call) => {
      if (call.startsWith('delete')) throw new Error('cannot delete now')
    }
    const broken = await apply(chain('south', first))
    expect(text(broken.diagnostics)).toContain('cannot delete now')
    expect([...broken.state.records.values()].filter((record) => record.deposed !== undefined)).toHaveLength(
      1,
    )
    service.before = () => {}
    const mended = await apply(chain('south', first))
    expect(actions(mended)).toEqual(['delete fake_thing.base'])
    expect(service.things.size).toBe(2)
  })

  it('is forced on by a dependent that creates first, so that nothing stands on a deleted object', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    const config = (zone: string) => ({
      resource: {
        fake_thing: {
          base: { name: 'base', zone },
          top: { name: 'top', zone: '${fake_thing.base.zone}', lifecycle: { create_before_destroy: true } },
        },
      },
    })
    await apply(config('north'))
    service.calls.length = 0
    await apply(config('south'))
    expect(writes(service.calls)).toEqual(['create a/base', 'create a/top', 'delete a/top', 'delete a/base'])
  })

  it('follows replace_triggered_by', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    const config = (note: string) => ({
      resource: {
        fake_thing: {
          a: { name: 'a', note },
          b: { name: 'b', lifecycle: { replace_triggered_by: ['fake_thing.a.note'] } },
        },
      },
    })
    await apply(config('one'))
    const result = await apply(config('two'))
    expect(actions(result)).toEqual(['update fake_thing.a', 'replace fake_thing.b'])
    expect(result.plan.changes[1]?.reason).toBe('replace_by_triggers')
  })

  it('happens on request', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    await apply(chain('north'))
    expect(actions(await plan(chain('north'), { replace: ['fake_thing.top'] }))).toEqual([
      'replace fake_thing.top',
    ])
  })

  it('is refused where prevent_destroy is set, before anything is done', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    await apply(chain('north', { prevent_destroy: true }))
    const result = await plan(chain('south', { prevent_destroy: true }))
    expect(result.plan).toBeUndefined()
    expect(text(result.diagnostics)).toBe(
      'Object must not be destroyed: fake_thing.base has prevent_destroy set, and this plan would destroy it. Take the change back that needs it, or remove prevent_destroy.',
    )
  })
})

describe('order', () => {
  it('holds across objects that do not change', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    const config = (third: boolean) => ({
      resource: {
        fake_thing: {
          a: { name: 'a', size: third ? 2 : 1 },
          b: { name: 'b', depends_on: ['fake_thing.a'] },
          ...(third ? { c: { name: 'c', depends_on: ['fake_thing.b'] } } : {}),
        },
      },
    })
    await apply(config(false))
    service.calls.length = 0
    await apply(config(true))
    expect(writes(service.calls)).toEqual(['update a/a', 'create a/c'])
  })

  it('keeps to the bound on calls at a time', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    await apply(
      { resource: { fake_thing: { many: { count: 40, name: 'n${count.index}' } } } },
      { parallelism: 4 },
    )
    expect(service.things.size).toBe(40)
    expect(service.peak).toBe(4)
  })

  it('goes through a chain of two thousand without overflowing the stack', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    const fake_thing = Object.fromEntries(
      Array.from({ length: 2000 }, (_, i) => [
        `t${i}`,
        { name: `t${i}`, note: i === 0 ? 'start' : `\${fake_thing.t${i - 1}.id}` },
      ]),
    )
    const result = await apply({ resource: { fake_thing } })
    expect(text(result.diagnostics)).toBe('')
    expect(service.things.size).toBe(2000)
    expect(actions(await plan({ resource: { fake_thing } }))).toEqual([])
  })
})
