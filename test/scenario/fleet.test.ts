// A thousand customers: 5,000 objects come, stay and go, and every object costs the same few calls.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChanges } from '../../src/engine/plan.ts'
import { localBackend } from '../../src/state/local/backend.ts'
import { exportSolution, solutionId } from '../support/customer.ts'
import { actions, type Json } from '../support/engine.ts'
import { type HubBench, startHub } from '../support/hub.ts'
import { errorsOf, planned } from './ends.ts'

const CUSTOMERS = 1_000
const OBJECTS = 5 * CUSTOMERS

/** One block of each kind, with an instance for each customer. */
function fleet(bench: HubBench, customers: number): Json {
  const all = Object.fromEntries(Array.from({ length: customers }, (_, i) => [`c${i}`, `Customer ${i}`]))
  const each = '${tavio_environment.all}'
  const environment = '${each.value.domain}'
  const solution_id = solutionId(bench.hub)
  return {
    locals: { customers: all },
    resource: {
      tavio_environment: {
        all: { for_each: '${local.customers}', domain: '${each.key}', name: '${each.value}' },
      },
      tavio_user: { all: { for_each: '${local.customers}', email: '${each.key}@fleet.example' } },
      tavio_environment_access: {
        all: {
          for_each: each,
          environment,
          user_id: '${tavio_user.all[each.key].id}',
          role: 'developer',
        },
      },
      tavio_configuration: {
        all: {
          for_each: each,
          environment,
          solution_id,
          name: 'export',
          values: exportSolution.values,
          secret_values: exportSolution.secrets,
        },
      },
      tavio_deployment: {
        all: {
          for_each: each,
          environment,
          solution_id,
          name: 'export',
          configuration_ids: ['${tavio_configuration.all[each.key].id}'],
        },
      },
    },
  }
}

describe('a thousand customers', () => {
  let bench: HubBench
  let directory: string
  let config: Json

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'hubform-fleet-'))
    const path = join(directory, 'fleet.tfstate')
    bench = await startHub({ backend: () => localBackend({ path }) })
    config = fleet(bench, CUSTOMERS)
  })
  afterAll(async () => {
    await bench.close()
    rmSync(directory, { recursive: true })
  })

  it('are made', { timeout: 120_000 }, async () => {
    const { result, calls } = await bench.calls(() => bench.apply(config, { parallelism: 20 }))
    expect(errorsOf(result.diagnostics)).toBe('')
    expect(result.done.added).toBe(OBJECTS)
    expect(calls.writes).toBe(OBJECTS)
    expect(calls.failures).toBe(0)
    // For each customer: five writes, and nine reads to look whether it became so.
    expect(calls.total).toBeLessThan(15 * CUSTOMERS)
    expect(calls.byRoute).toMatchObject({ listUsers: 2, readSolution: 2, clientToken: 2 })
  })

  it('stay, and looking at them takes less than a call for each object', { timeout: 120_000 }, async () => {
    const { result, calls } = await bench.calls(() => bench.plan(config, { parallelism: 20 }))
    expect(actions(result)).toEqual([])
    expect(result.plan !== undefined && hasChanges(result.plan)).toBe(false)
    expect(calls.writes).toBe(0)
    // Users come from one list, the others one by one, since lists do not tell all of them.
    expect(calls.total).toBeLessThan(0.81 * OBJECTS)
    expect(calls.byRoute).toMatchObject({
      listUsers: 1,
      readSolution: 1,
      clientToken: 1,
      listMembers: CUSTOMERS,
    })
    expect(result.plan?.usage.writes).toBe(0)
  })

  it('one of them changes, and only that one is touched', { timeout: 120_000 }, async () => {
    const { environments } = bench.hub.tavio.tables
    const one = environments.get('c500')
    if (one === undefined) throw new Error('there is no c500')
    environments.put({ ...one, name: 'Someone else' })
    const { result, calls } = await bench.calls(() => bench.apply(config, { parallelism: 20 }))
    expect(actions(result)).toEqual(['update tavio_environment.all["c500"]'])
    // Once with everything that was read, which this hub refuses, and once with what is documented.
    expect(calls.writes).toBe(2)
  })

  it('go', { timeout: 120_000 }, async () => {
    const { result, calls } = await bench.calls(() =>
      bench.apply(config, { mode: 'destroy', parallelism: 20 }),
    )
    expect(errorsOf(result.diagnostics)).toBe('')
    expect(result.state.records.size).toBe(0)
    expect(bench.hub.tavio.tables.environments.size).toBe(0)
    expect(calls.total).toBeLessThan(26 * CUSTOMERS)
    const plan = await planned(bench, {})
    expect(actions({ plan })).toEqual([])
  })
})
