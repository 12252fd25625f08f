import { describe, expect, it } from 'vitest'
import { actions, bench, text } from '../support/engine.ts'
import { fakeService, lostAnswer, refusal } from '../support/fake-service.ts'

const three = {
  resource: {
    fake_thing: {
      a: { name: 'a' },
      b: { name: 'b', note: '${fake_thing.a.id}' },
      c: { name: 'c' },
    },
  },
}

describe('a failure in the middle', () => {
  it('skips only what depends on it, and the next run goes on from there', async () => {
    const service = fakeService()
    const { apply, events } = bench(service.provider)
    service.before = (call) => {
      if (call === 'create a/a') throw refusal('the service said no')
    }
    const broken = await apply(three)
    expect(text(broken.diagnostics)).toBe('Request refused: the service said no')
    expect(broken.diagnostics[0]?.where?.address).toBe('fake_thing.a')
    expect([...broken.state.records.keys()]).toEqual(['fake_thing.c'])
    expect(broken.skipped).toBe(1)
    expect(events.find((event) => event.kind === 'skipped')).toMatchObject({
      step: { id: 'create fake_thing.b' },
      because: 'create fake_thing.a',
    })
    service.before = () => {}
    expect(actions(await apply(three))).toEqual(['create fake_thing.a', 'create fake_thing.b'])
  })

  it('keeps what is known of an object that was made in part, and completes it next time', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    service.after = (call) => {
      if (call === 'create a/a') throw new Error('failed after the id was known')
    }
    const broken = await apply(three)
    expect(text(broken.diagnostics)).toContain('failed after the id was known')
    expect(broken.state.records.get('fake_thing.a')?.attributes['id']).toBe('id-1')
    service.after = () => {}
    const mended = await apply(three)
    expect(actions(mended)).toEqual(['create fake_thing.b'])
    expect(service.things.size).toBe(3)
  })

  it('stops starting steps when interrupted, and records those that ran', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    const interrupt = new AbortController()
    service.after = () => interrupt.abort()
    const result = await apply(three, { parallelism: 1, interrupt: interrupt.signal })
    expect(result.interrupted).toBe(true)
    expect(result.state.records.size).toBe(1)
    expect(text(result.diagnostics)).toContain('The run was stopped. 2 steps were not started.')
  })
})

describe('a lost answer', () => {
  it('to a create that took effect is found by its natural key and not sent again', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    let lost = false
    service.after = (call) => {
      if (call !== 'create a/a' || lost) return
      lost = true
      throw lostAnswer()
    }
    const result = await apply(three)
    expect(text(result.diagnostics)).toBe('')
    expect(service.calls.filter((call) => call === 'create a/a')).toHaveLength(1)
    expect([...service.things.values()].filter((thing) => thing.name === 'a')).toHaveLength(1)
    expect(actions(await plan(three))).toEqual([])
  })

  it('to a create that did not take effect leads to one more try', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    let lost = false
    service.before = (call) => {
      if (call !== 'create a/a' || lost) return
      lost = true
      throw lostAnswer()
    }
    const result = await apply(three)
    expect(text(result.diagnostics)).toBe(
      'Create repeated: The service gave no answer when fake_thing was created, and it is not there. It was created again.',
    )
    expect(service.calls.filter((call) => call === 'create a/a')).toHaveLength(2)
    expect(service.things.size).toBe(3)
  })
})

describe('a lost answer that nobody can look into', () => {
  it('is never followed by a second create', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    service.canList = false
    service.before = (call) => {
      if (call === 'create a/a') throw lostAnswer()
    }
    const result = await apply({ resource: { fake_thing: { a: { name: 'a' } } } })
    expect(text(result.diagnostics)).toMatch(
      /^Outcome of create unknown: The service gave no answer when fake_thing was created, and the object cannot be found\. It was not sent again/,
    )
    expect(service.calls.filter((call) => call === 'create a/a')).toHaveLength(1)
  })
})

describe('a run that dies', () => {
  it('between call and answer leaves a trace by which the next run takes the object over', async () => {
    const service = fakeService()
    const first = bench(service.provider)
    const { plan } = await first.plan(three)
    if (plan === undefined) throw new Error('no plan')
    // The process ends while the answer is on its way: the call never returns.
    service.after = () => new Promise(() => {})
    const session = await first.session()
    const step = plan.steps.find((one) => one.id === 'create fake_thing.a')
    if (step === undefined) throw new Error('no step')
    await session.beginRun()
    await session.intend({
      step: step.id,
      action: 'create',
      key: 'fake_thing.a',
      record: {
        address: step.address,
        provider: 'provider["registry.terraform.io/hubform/fake"]',
        tainted: false,
        schemaVersion: 0,
        attributes: {},
        sensitive: [],
        dependencies: [],
        createBeforeDestroy: false,
      },
      identity: { group: 'a', name: 'a' },
      existing: [],
    })
    service.things.set('id-9', {
      id: 'id-9',
      group: 'a',
      name: 'a',
      size: 1,
      note: null,
      tags: [],
      labels: {},
      zone: 'north',
      revision: 1,
      secret: undefined,
    })
    await session.close()
    service.after = () => {}

    const result = await first.apply(three)
    expect(actions(result)).toEqual(['create fake_thing.b', 'create fake_thing.c'])
    expect(text(result.plan.warnings)).toContain(
      'Interrupted create recovered: An earlier run stopped while it created fake_thing.a.',
    )
    expect(result.state.records.get('fake_thing.a')?.attributes['id']).toBe('id-9')
    expect(actions(await first.plan(three))).toEqual([])
    const after = await first.session()
    expect(after.recovered).toBeUndefined()
    await after.close()
  })
})

describe('a plan', () => {
  it('is refused once the state has moved on', async () => {
    const service = fakeService()
    const { apply, plan, applyPlan } = bench(service.provider)
    await apply({ resource: { fake_thing: { a: { name: 'a' } } } })
    const saved = (await plan(three)).plan
    if (saved === undefined) throw new Error('no plan')
    expect(text((await applyPlan(saved)).diagnostics)).toBe('')
    expect(text((await applyPlan(saved)).diagnostics)).toMatch(
      /^Plan is stale: The state has changed since the plan was made: it was at serial 1 and is now at 2\./,
    )
  })

  it('is refused if there was no state when it was made, and by now there is one', async () => {
    const { apply, plan, applyPlan } = bench(fakeService().provider)
    const saved = (await plan(three)).plan
    if (saved === undefined) throw new Error('no plan')
    await apply({ resource: { fake_thing: { a: { name: 'a' } } } })
    expect(text((await applyPlan(saved)).diagnostics)).toMatch(
      /^Plan is stale: The plan was made when there was no state yet, and by now there is one\./,
    )
  })

  it('does not touch an object that has changed since', async () => {
    const service = fakeService()
    const { apply, plan, applyPlan } = bench(service.provider)
    await apply(three)
    const changed = structuredClone(three) as { resource: { fake_thing: { a: { note?: string } } } }
    changed.resource.fake_thing.a.note = 'wanted'
    const saved = (await plan(changed)).plan
    if (saved === undefined) throw new Error('no plan')
    for (const thing of service.things.values()) if (thing.name === 'a') thing.size = 99
    const result = await applyPlan(saved)
    expect(text(result.diagnostics)).toContain(
      'Object changed since plan: fake_thing.a is not as it was when the plan was made: size changed meanwhile.',
    )
    expect([...service.things.values()].find((thing) => thing.name === 'a')?.note).toBeNull()
  })

  it('sends no writes, whatever it finds', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    await apply(three)
    service.things.delete('id-1')
    service.calls.length = 0
    await plan(three)
    await plan(three, { mode: 'destroy' })
    await plan(three, { mode: 'refresh-only' })
    expect(service.calls.filter((call) => !/^(read|list|look)/.test(call))).toEqual([])
  })

  it('says that an object exists already, and how to take it', async () => {
    const service = fakeService()
    const { plan } = bench(service.provider)
    service.things.set('id-9', {
      id: 'id-9',
      group: 'a',
      name: 'A',
      size: 1,
      note: null,
      tags: [],
      labels: {},
      zone: 'north',
      revision: 1,
      secret: undefined,
    })
    const result = await plan(three)
    expect(text(result.diagnostics)).toBe(
      'Object exists already: fake_thing.a would be created, but there is an object with name = "a". It is not managed here: import it with "hubform import \'fake_thing.a\' <id>", or choose another name.',
    )
  })
})
