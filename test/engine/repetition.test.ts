import { describe, expect, it } from 'vitest'
import { actions, bench, text } from '../support/engine.ts'
import { fakeService } from '../support/fake-service.ts'

const counted = (count: unknown) => ({
  resource: { fake_thing: { a: { count, name: 'n${count.index}' } } },
  output: { ids: { value: '${fake_thing.a[*].id}' } },
})
const each = (for_each: unknown) => ({
  resource: { fake_thing: { a: { for_each, name: '${each.key}', note: '${each.value}' } } },
})

describe('count', () => {
  it('adds and removes instances at the end', async () => {
    const { apply } = bench(fakeService().provider)
    expect(actions(await apply(counted(3)))).toEqual([
      'create fake_thing.a[0]',
      'create fake_thing.a[1]',
      'create fake_thing.a[2]',
    ])
    const fewer = await apply(counted(1))
    expect(actions(fewer)).toEqual(['delete fake_thing.a[1]', 'delete fake_thing.a[2]'])
    expect(fewer.plan.changes[1]?.reason).toBe('delete_because_count_index')
    expect(fewer.state.outputs['ids']?.value).toEqual(['id-1'])
  })

  it('takes a single object for the first instance when count is added, and replaces it by keys', async () => {
    const { apply, plan } = bench(fakeService().provider)
    await apply({ resource: { fake_thing: { a: { name: 'n0' } } } })
    expect(actions(await plan(counted(1)))).toEqual([])
    const result = await plan(each({ n1: 'one' }))
    expect(actions(result)).toEqual(['delete fake_thing.a', 'create fake_thing.a["n1"]'])
    expect(result.plan?.changes[0]?.reason).toBe('delete_because_wrong_repetition')
  })

  it.each([
    ['unknown', '${length(fake_thing.b.id)}', 'depends on values that are only known after apply'],
    ['negative', -1, 'must be a whole number, zero or more, but is -1'],
    ['not a number', 'many', 'must be a whole number, zero or more, but is a string'],
  ])('is refused when %s', async (_name, count, because) => {
    const { plan } = bench(fakeService().provider)
    const config = counted(count)
    const result = await plan({
      resource: { fake_thing: { ...config.resource.fake_thing, b: { name: 'b' } } },
    })
    expect(text(result.diagnostics)).toContain('Invalid count argument: The count value')
    expect(text(result.diagnostics)).toContain(because)
  })
})

describe('for_each', () => {
  it('follows keys of a map and of a set', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    expect(actions(await apply(each({ x: 'one', y: 'two' })))).toEqual([
      'create fake_thing.a["x"]',
      'create fake_thing.a["y"]',
    ])
    const result = await apply(each('${toset(["y", "z"])}'))
    expect(actions(result)).toEqual([
      'delete fake_thing.a["x"]',
      'update fake_thing.a["y"]',
      'create fake_thing.a["z"]',
    ])
    expect(result.plan.changes[0]?.reason).toBe('delete_because_each_key')
    expect([...service.things.values()].map((thing) => thing.note).sort()).toEqual(['y', 'z'])
  })

  it.each([
    ['a list', '${["a"]}', 'A list becomes a set with toset()'],
    ['null', '${null}', 'must be a map or a set of strings, but is null'],
    ['sensitive', '${sensitive(toset(["a"]))}', 'is sensitive, and would show in addresses'],
    ['unknown', '${toset([fake_thing.b.id])}', 'has keys that are only known after apply'],
  ])('is refused when it is %s', async (_name, value, because) => {
    const { plan } = bench(fakeService().provider)
    const config = each(value)
    const result = await plan({
      resource: { fake_thing: { ...config.resource.fake_thing, b: { name: 'b' } } },
    })
    expect(text(result.diagnostics)).toContain('Invalid for_each argument: The for_each value')
    expect(text(result.diagnostics)).toContain(because)
  })

  it('takes keys with quotes, brackets, emoji and template signs', async () => {
    const { apply, plan } = bench(fakeService().provider)
    const odd = { 'a "quoted" key': '1', 'b]["c': '2', '🎉': '3', '$${x}': '4' }
    const result = await apply(each(odd))
    expect(text(result.diagnostics)).toBe('')
    expect(result.state.records.size).toBe(4)
    expect(actions(await plan(each(odd)))).toEqual([])
  })
})
