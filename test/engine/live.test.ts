import { describe, expect, it } from 'vitest'
import { actions, bench } from '../support/engine.ts'
import { fakeService } from '../support/fake-service.ts'

const groups = ['a', 'b', 'c', 'd']
const config = {
  resource: {
    fake_thing: Object.fromEntries(
      groups.flatMap((group) => [1, 2, 3].map((i) => [`${group}${i}`, { group, name: `thing ${i}` }])),
    ),
  },
}

async function callsOfSecondPlan(wholeLists: boolean) {
  const service = fakeService()
  const engine = bench(service.provider)
  await engine.apply(config)
  service.wholeLists = wholeLists
  service.calls.length = 0
  const result = await engine.plan(config)
  return { changes: actions(result), calls: service.calls.map((call) => call.split(' ')[0]) }
}

describe('reading what is', () => {
  it('takes one list for each collection when lists tell everything', async () => {
    const { changes, calls } = await callsOfSecondPlan(true)
    expect(changes).toEqual([])
    expect(calls).toEqual(groups.map(() => 'list'))
  })

  it('asks for no second list once the first one told only part of each object', async () => {
    const { changes, calls } = await callsOfSecondPlan(false)
    expect(changes).toEqual([])
    expect(calls.filter((call) => call === 'list')).toHaveLength(1)
    expect(calls.filter((call) => call === 'read')).toHaveLength(groups.length * 3)
  })
})

describe('an object that the service does not show yet', () => {
  const one = { resource: { fake_thing: { a: { name: 'a' } } } }

  it('is looked for again before it is believed to be gone', async () => {
    const service = fakeService()
    const engine = bench(service.provider)
    await engine.apply(one)
    service.hiddenReads = 2
    expect(actions(await engine.plan(one))).toEqual([])
  })

  it('is gone when it stays away', async () => {
    const service = fakeService()
    const engine = bench(service.provider)
    await engine.apply(one)
    service.things.clear()
    service.calls.length = 0
    expect(actions(await engine.plan(one))).toEqual(['create fake_thing.a'])
    expect(service.calls.filter((call) => call.startsWith('read'))).toHaveLength(3)
  })
})
