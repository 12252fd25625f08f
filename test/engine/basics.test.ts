import { describe, expect, it } from 'vitest'
import { actions, bench, text } from '../support/engine.ts'
import { fakeService } from '../support/fake-service.ts'

const two = {
  resource: {
    fake_thing: {
      a: { name: 'first', note: 'hello', tags: ['x', 'y'] },
      b: { name: 'second of ${fake_thing.a.id}', size: '${fake_thing.a.size + 1}' },
    },
  },
  output: { id: { value: '${fake_thing.b.id}' } },
}

describe('the life of two things', () => {
  it('is created in order, and then there is nothing to do', async () => {
    const service = fakeService()
    const { plan, apply } = bench(service.provider)
    const first = await apply(two)
    expect(text(first.diagnostics)).toBe('')
    expect(actions(first)).toEqual(['create fake_thing.a', 'create fake_thing.b'])
    expect(service.calls.filter((call) => call.startsWith('create'))).toEqual([
      'create a/first',
      'create a/second of id-1',
    ])
    expect(first.state.outputs['id']?.value).toBe('id-2')
    expect(first.done).toEqual({ added: 2, changed: 0, destroyed: 0 })

    const second = await plan(two)
    expect(actions(second)).toEqual([])
    expect(second.plan?.outputs.map((output) => output.action)).toEqual(['no-op'])
  })

  it('follows a change of configuration with an update in place', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    await apply(two)
    const changed = structuredClone(two)
    changed.resource.fake_thing.a.note = 'changed'
    const result = await apply(changed)
    expect(actions(result)).toEqual(['update fake_thing.a'])
    expect(service.calls).toContain('update a/first /note')
    expect(result.plan.changes[0]?.reason).toBe('update_because_configuration')
    expect(actions(await plan(changed))).toEqual([])
  })

  it('sees and repairs what was changed behind its back', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    await apply(two)
    for (const thing of service.things.values()) if (thing.name === 'first') thing.note = 'meddled'
    const seen = await plan(two)
    expect(actions(seen)).toEqual(['update fake_thing.a'])
    expect(seen.plan?.changes[0]).toMatchObject({
      reason: 'update_because_drift',
      fields: [{ path: ['note'], why: 'drift' }, { path: ['revision'] }],
    })
    expect(seen.plan?.drift.map((change) => change.before?.['note'])).toEqual(['hello'])
    await apply(two)
    expect([...service.things.values()].map((thing) => thing.note)).toContain('hello')
    expect(actions(await plan(two))).toEqual([])
  })

  it('creates again what was deleted behind its back', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    await apply(two)
    service.things.delete('id-2')
    const result = await apply(two)
    expect(actions(result)).toEqual(['create fake_thing.b'])
    expect(result.plan.changes.find((change) => change.action === 'create')?.reason).toBe(
      'create_because_gone',
    )
  })

  it('destroys dependents first, and leaves an empty state', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    await apply(two)
    const result = await apply(two, { mode: 'destroy' })
    expect(service.calls.filter((call) => call.startsWith('delete'))).toEqual([
      'delete a/second of id-1',
      'delete a/first',
    ])
    expect(result.state.records.size).toBe(0)
    expect(result.state.outputs).toEqual({})
    expect(service.things.size).toBe(0)
  })

  it('destroys what is no longer configured', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    await apply(two)
    const { a } = two.resource.fake_thing
    const result = await apply({ resource: { fake_thing: { a } } })
    expect(actions(result)).toEqual(['delete fake_thing.b'])
    expect(result.plan.changes.find((change) => change.action === 'delete')?.reason).toBe(
      'delete_because_no_resource_config',
    )
  })
})
