// A service that refuses, slows down, forgets who we are, or fails for good in the middle of a run.
import { beforeAll, describe, expect, it } from 'vitest'
import { formatAddress } from '../../src/address.ts'
import type { OnEvent } from '../../src/engine/events.ts'
import { type Blocks, customer, document, without } from '../support/customer.ts'
import { actions } from '../support/engine.ts'
import { type HubBench, type SignIn, startHub } from '../support/hub.ts'
import { errorsOf, expectEnd, recorded, stateOf, undisturbed, warningsOf } from './ends.ts'

const domains = ['acme', 'beta', 'coral'] as const

/** Three customers. */
function three({ hub }: HubBench): Blocks {
  const all = domains.map((domain) => customer(hub, domain))
  const types = Object.keys(all[0] ?? {})
  return Object.fromEntries(
    types.map((type) => [type, Object.assign({}, ...all.map((blocks) => blocks[type]))]),
  )
}

let like: unknown

beforeAll(async () => {
  like = await undisturbed(three)
})

describe('a failure in the middle of the graph', () => {
  it('skips what depends on it and nothing else, and the next run does the rest', async () => {
    const bench = await startHub()
    try {
      const config = document(three(bench))
      bench.hub.faults.add({
        route: 'createConfiguration',
        path: '**/environments/beta/configurations',
        status: 400,
        times: 9,
      })
      const first = await bench.apply(config)
      expect(errorsOf(first.diagnostics)).toMatch(
        /^Request refused: POST .*beta\/configurations was answered 400/,
      )
      expect(first.diagnostics.map((one) => one.where?.address)).toEqual(['tavio_configuration.beta'])
      expect(first.done.added).toBe(16)
      expect(first.skipped).toBe(1)
      const skipped = bench.events.flatMap((event) =>
        event.kind === 'skipped' ? [`${formatAddress(event.step.address)} because of ${event.because}`] : [],
      )
      expect(skipped).toEqual(['tavio_deployment.beta because of create tavio_configuration.beta'])

      bench.hub.faults.clear()
      const second = await bench.apply(config)
      expect(actions(second)).toEqual(['create tavio_configuration.beta', 'create tavio_deployment.beta'])
      await expectEnd(bench, config, like)
    } finally {
      await bench.close()
    }
  })

  it('a deployment that does not come up is recorded, and the next run brings it up', async () => {
    const bench = await startHub()
    try {
      const config = document(three(bench))
      bench.hub.conditions.set({ failTransitions: 1 })
      const first = await bench.apply(config)
      expect(errorsOf(first.diagnostics)).toContain('FAILED')
      expect([...(await stateOf(bench)).records.keys()].filter((key) => /deployment/.test(key)).length).toBe(
        3,
      )
      const second = await bench.apply(config)
      expect(errorsOf(second.diagnostics)).toBe('')
      expect(actions(second).length).toBe(1)
      expect(actions(second)[0]).toMatch(/^update tavio_deployment/)
      await expectEnd(bench, config, like)
    } finally {
      await bench.close()
    }
  })

  it('a destroy that fails keeps what it could not destroy, and the next one goes on', async () => {
    const bench = await startHub()
    try {
      const config = document(three(bench))
      await bench.apply(config)
      bench.hub.faults.add({
        route: 'deleteEnvironment',
        path: '**/environments/acme',
        status: 403,
        times: 9,
      })
      const first = await bench.apply(config, { mode: 'destroy' })
      expect(errorsOf(first.diagnostics)).toContain('Access denied')
      expect([...first.state.records.keys()]).toEqual(['tavio_environment.acme'])
      bench.hub.faults.clear()
      const second = await bench.apply(config, { mode: 'destroy' })
      expect(errorsOf(second.diagnostics)).toBe('')
      expect(second.state.records.size).toBe(0)
      expect(bench.hub.tavio.tables.environments.size).toBe(0)
    } finally {
      await bench.close()
    }
  })
})

describe('a storm of refusals for sending too much', () => {
  it('is waited out: nothing fails, and nothing is done twice', async () => {
    const bench = await startHub()
    try {
      const config = document(three(bench))
      bench.hub.conditions.set({ rateLimitPerMinute: 20 })
      const { result, calls } = await bench.calls(() => bench.apply(config, { parallelism: 10 }))
      expect(errorsOf(result.diagnostics)).toBe('')
      expect(calls.byStatus['429']).toBeGreaterThan(5)
      expect(calls.byStatus['201']).toBe(12)
      // As many minutes as the hub asks for, and not one more than a few.
      const minutes = bench.clock.now() / 60_000
      expect(minutes).toBeGreaterThan(1)
      expect(minutes).toBeLessThan(10)
      bench.hub.conditions.set({ rateLimitPerMinute: 0 })
      await expectEnd(bench, config, like)
    } finally {
      await bench.close()
    }
  })

  const waits = [
    { form: 'seconds', header: () => '120' },
    { form: 'a date', header: () => new Date(Date.now() + 125_000).toUTCString() },
  ] as const

  it.each(waits)('Retry-After is honoured as $form', async ({ header }) => {
    const bench = await startHub()
    try {
      const config = document(three(bench))
      bench.hub.faults.add({ status: 429, headers: { 'retry-after': header() }, nth: 5, times: 3 })
      const result = await bench.apply(config)
      expect(errorsOf(result.diagnostics)).toBe('')
      expect(bench.clock.now()).toBeGreaterThanOrEqual(115_000)
      await expectEnd(bench, config, like)
    } finally {
      await bench.close()
    }
  })

  it('a service that answers nothing but refusals is given up on in the end, with everything recorded', async () => {
    const bench = await startHub()
    try {
      const config = document(three(bench))
      bench.hub.faults.add({ method: 'POST', path: '**/environments', status: 429, times: 1_000_000 })
      const first = await bench.apply(config)
      expect(errorsOf(first.diagnostics)).toContain('Too many requests')
      bench.hub.faults.clear()
      await bench.apply(config)
      await expectEnd(bench, config, like)
    } finally {
      await bench.close()
    }
  })

  it('failures that pass are retried, and the plan is none the wiser', async () => {
    const bench = await startHub()
    try {
      const config = document(three(bench))
      await bench.apply(config)
      for (const status of [502, 503, 504]) bench.hub.faults.add({ method: 'GET', status, nth: 2, times: 1 })
      bench.hub.faults.add({ method: 'GET', drop: 'before', nth: 9, times: 1 })
      await expectEnd(bench, config, like)
    } finally {
      await bench.close()
    }
  })
})

describe('tokens that end in the middle of a run', () => {
  const ways: readonly {
    readonly name: string
    readonly as: SignIn
    readonly profile: 'default' | 'flipped'
  }[] = [
    { name: 'as a client', as: 'client', profile: 'default' },
    { name: 'as a user', as: 'user', profile: 'default' },
    { name: 'as client and user of a flipped service', as: 'both', profile: 'flipped' },
  ]

  it.each(ways)('$name: they are renewed before they run out', async ({ as, profile }) => {
    const options = { as, profile, switches: { ownersMayConnect: true } } as const
    const bench = await startHub(options)
    try {
      const config = document(three(bench))
      bench.hub.conditions.set({ tokenLifeSeconds: 60 })
      // Every step takes its time.
      const onEvent = () => bench.clock.pass(8_000)
      const { result, calls } = await bench.calls(() => bench.apply(config, { onEvent, parallelism: 1 }))
      expect(errorsOf(result.diagnostics)).toBe('')
      const { login = 0, renew = 0, connect = 0, clientToken = 0 } = calls.byRoute
      expect(login + renew + connect + clientToken).toBeGreaterThan(5)
      await expectEnd(bench, config, await undisturbed(three, options))
    } finally {
      await bench.close()
    }
  })

  it.each(ways)('$name: they are obtained anew when the service forgets them', async ({ as, profile }) => {
    const options = { as, profile, switches: { ownersMayConnect: true } } as const
    const bench = await startHub(options)
    try {
      const config = document(three(bench))
      let started = 0
      const onEvent: OnEvent = ({ kind }) => {
        if (kind === 'started' && [5, 14].includes(++started))
          bench.hub.tavio.restore(bench.hub.tavio.snapshot())
      }
      const result = await bench.apply(config, { onEvent })
      expect(errorsOf(result.diagnostics)).toBe('')
      await expectEnd(bench, config, await undisturbed(three, options))
    } finally {
      await bench.close()
    }
  })

  it('an account that is shut out in the middle stops the run, with everything recorded', async () => {
    const bench = await startHub()
    try {
      const config = document(three(bench))
      bench.hub.faults.add({ status: 401, nth: 12, times: 100_000 })
      const first = await bench.apply(config)
      expect(errorsOf(first.diagnostics)).toMatch(/^Sign-in refused/)
      bench.hub.faults.clear()
      const second = await bench.apply(config)
      expect(errorsOf(second.diagnostics)).toBe('')
      await expectEnd(bench, config, like)
    } finally {
      await bench.close()
    }
  })
})

describe('a service that shows its own work late', () => {
  it('is waited for after each create and delete', async () => {
    const bench = await startHub({ switches: { readLag: 4, deleteLag: 4, transitionReads: 5 } })
    try {
      const config = document(three(bench))
      const { result, calls } = await bench.calls(() => bench.apply(config))
      expect(errorsOf(result.diagnostics)).toBe('')
      expect(calls.byStatus['404']).toBeGreaterThan(8)
      await expectEnd(bench, config, like)
      const gone = await bench.apply(config, { mode: 'destroy' })
      expect(errorsOf(gone.diagnostics)).toBe('')
      expect(gone.state.records.size).toBe(0)
    } finally {
      await bench.close()
    }
  })
})

describe('destroying', () => {
  it('disables what runs before its environment goes, also what others deployed there', async () => {
    const bench = await startHub()
    try {
      const config = document(three(bench))
      await bench.apply(config)
      const { tables } = bench.hub.tavio
      const mine = tables.deployments.all().find((one) => one.envDomain === 'acme')
      if (mine === undefined) throw new Error('there is no deployment')
      tables.deployments.put({ ...mine, id: '000a0000-a00a-00a0-a000-00000000ffff', name: 'by someone else' })
      const gone = await bench.apply(config, { mode: 'destroy' })
      expect(errorsOf(gone.diagnostics)).toBe('')
      expect(tables.environments.size).toBe(0)
      expect(tables.deployments.size).toBe(0)
      expect(warningsOf(bench)).toContain('"ada@acme.example"')
      await expectGone(bench)
    } finally {
      await bench.close()
    }
  })

  it('one customer taken out of three leaves the others alone', async () => {
    const bench = await startHub()
    try {
      await bench.apply(document(three(bench)))
      const rest = Object.fromEntries(
        Object.entries(three(bench)).map(([type, { beta: _, ...named }]) => [type, named]),
      )
      const { result, calls } = await bench.calls(() => bench.apply(document(rest)))
      expect(actions(result).every((action) => /^delete \w+\.beta$/.test(action))).toBe(true)
      expect(actions(result).length).toBe(6)
      expect(calls.byRoute['deleteEnvironment']).toBe(1)
      expect(await recorded(bench, 'tavio_environment.acme')).toMatchObject({ domain: 'acme' })
      expect(actions(await bench.plan(document(rest)))).toEqual([])
      expect(actions(await bench.plan(document(without(rest, 'tavio_deployment')))).length).toBe(2)
    } finally {
      await bench.close()
    }
  })
})

async function expectGone(bench: HubBench): Promise<void> {
  expect((await stateOf(bench)).records.size).toBe(0)
  expect(actions(await bench.plan({}))).toEqual([])
}
