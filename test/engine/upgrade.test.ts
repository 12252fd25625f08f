// State that an older version of a resource recorded.
import { describe, expect, it } from 'vitest'
import type { Provider } from '../../src/provider/provider.ts'
import type { Resource } from '../../src/provider/resource.ts'
import type { ObjectValue } from '../../src/schema/value.ts'
import { actions, bench, text } from '../support/engine.ts'
import { fakeService } from '../support/fake-service.ts'

const config = { resource: { fake_thing: { a: { name: 'first', group: 'b' } } } }

/** The second version of the fake thing; the first had `title` for `name`, and `team` for `group`. */
function renamed(provider: Provider, upgrades: Resource['upgrades']): Provider {
  const thing = provider.resources['fake_thing'] as Resource
  const schema = { ...thing.schema, version: 1 }
  return { ...provider, resources: { fake_thing: { ...thing, schema, ...(upgrades && { upgrades }) } } }
}

const forward = ({ title, team, ...rest }: ObjectValue): ObjectValue => ({
  ...rest,
  name: title ?? null,
  group: team ?? null,
})

/** A bench whose state holds one object as the first version recorded it. */
async function recorded(upgrades: Resource['upgrades']) {
  const service = fakeService()
  const made = bench(renamed(service.provider, upgrades))
  await made.apply(config)
  made.store.text = made.store.text
    ?.replaceAll('"schema_version": 1', '"schema_version": 0')
    .replaceAll('"name": "first"', '"title": "first"')
    .replaceAll('"group": "b"', '"team": "b"')
  expect(made.store.text).toContain('"title": "first"')
  service.calls.length = 0
  return { ...made, service }
}

describe('an object that an older version recorded', () => {
  it('is brought forward before anything looks at it, so that nothing is left to do', async () => {
    const { plan, service } = await recorded([forward])
    const result = await plan(config)
    expect(text(result.diagnostics)).toBe('')
    expect(actions(result)).toEqual([])
    expect(service.calls).toEqual(['read b/first'])
  })

  it('is brought forward also where nothing is asked of the service', async () => {
    const { plan, service } = await recorded([forward])
    expect(actions(await plan(config, { refresh: false }))).toEqual([])
    expect(service.calls).toEqual([])
  })

  it('is recorded in its new form by the next apply, and once is enough', async () => {
    const { apply, plan, store } = await recorded([forward])
    await apply(config)
    expect(store.text).toContain('"schema_version": 1')
    expect(store.text).toContain('"name": "first"')
    expect(store.text).not.toContain('title')
    const after = store.text
    await apply(config)
    expect([store.text, actions(await plan(config))]).toEqual([after, []])
  })

  it('can be destroyed', async () => {
    const { apply, service } = await recorded([forward])
    await apply({})
    expect(service.calls).toContain('delete b/first')
  })

  it('that cannot be brought forward stops the plan, and names the fault', async () => {
    const fail = () => {
      throw new Error('no title')
    }
    const { plan, store } = await recorded([fail])
    const before = store.text
    const result = await plan(config)
    expect(result.plan).toBeUndefined()
    expect(text(result.diagnostics)).toContain('could not be brought to version 1: no title')
    expect(store.text).toBe(before)
  })
})
