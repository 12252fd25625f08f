import { describe, expect, it } from 'vitest'
import { actions, bench, text } from '../support/engine.ts'
import { fakeService } from '../support/fake-service.ts'

const config = (ignored: unknown, note: string, zone = 'north') => ({
  resource: {
    fake_thing: {
      base: { name: 'base', zone },
      top: {
        name: 'top',
        size: note === 'one' ? 1 : 2,
        note,
        labels: { from: '${fake_thing.base.id}', kind: note },
        lifecycle: { ignore_changes: ignored },
      },
    },
  },
})
const top = (service: ReturnType<typeof fakeService>) =>
  [...service.things.values()].find(({ name }) => name === 'top')

describe('ignore_changes', () => {
  it('keeps what is ignored as it is, also when the rest is only known while applying', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    await apply(config(['note'], 'one'))
    // The base is replaced, so that its id is not known before.
    const result = await apply(config(['note'], 'two', 'south'))
    expect(text(result.diagnostics)).toBe('')
    expect(top(service)).toMatchObject({ note: 'one', size: 2, labels: { kind: 'two' } })
    expect(actions(await plan(config(['note'], 'three', 'south')))).toEqual(['update fake_thing.top'])
  })

  it('ignores one key of a map, and all of an object', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    await apply(config(['labels["kind"]', 'note', 'size'], 'one'))
    expect(actions(await plan(config(['labels["kind"]', 'note', 'size'], 'two')))).toEqual([])
    expect(actions(await plan(config('all', 'two')))).toEqual([])
    expect(actions(await plan(config([], 'two')))).toEqual(['update fake_thing.top'])
  })
})

describe('secrets on their way through a configuration', () => {
  it('stay secret through locals, for_each values and what is only known while applying', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    const result = await apply(
      {
        variable: { token: { type: 'string', sensitive: true } },
        locals: { tokens: { x: '${var.token}' } },
        resource: {
          fake_thing: {
            base: { name: 'base' },
            each: { for_each: '${local.tokens}', name: '${each.key}', note: '${each.value}' },
            late: { name: 'late', note: '${fake_thing.base.id}-${fake_thing.each["x"].note}' },
          },
        },
        output: { late: { value: '${fake_thing.late.note}', sensitive: true } },
      },
      { vars: ['token=hush'] },
    )
    expect(text(result.diagnostics)).toBe('')
    expect(result.state.records.get('fake_thing.each["x"]')?.sensitive).toContainEqual(['note'])
    expect(result.state.records.get('fake_thing.late')?.sensitive).toContainEqual(['note'])
    expect(result.state.outputs['late']).toMatchObject({ sensitive: true, value: 'id-1-hush' })
  })
})
