// An answer is lost, or never comes. Nobody may be invited twice, and nothing may be left that nobody knows of.
import { beforeAll, describe, expect, it } from 'vitest'
import { changed, customer, document } from '../support/customer.ts'
import { startHub } from '../support/hub.ts'
import { errorsOf, expectEnd, undisturbed } from './ends.ts'

const creates = [
  'createEnvironment',
  'createUser',
  'grantOrganizationAccess',
  'grantEnvironmentAccess',
  'createConfiguration',
  'createDeployment',
] as const

const faults = [
  { fault: 'the connection drops after the hub did it', rule: { drop: 'after' } },
  { fault: 'the connection drops before the hub did it', rule: { drop: 'before' } },
  { fault: 'the hub does it and answers 500', rule: { status: 500, when: 'after' } },
  { fault: 'the hub does not do it and answers 500', rule: { status: 500 } },
  { fault: 'the hub does it and answers 503', rule: { status: 503, when: 'after' } },
  { fault: 'the hub does not do it and answers 502', rule: { status: 502 } },
  { fault: 'the hub refuses for sending too much', rule: { status: 429, headers: { 'retry-after': '30' } } },
  { fault: 'the connection drops three times, each after it was done', rule: { drop: 'after', times: 3 } },
] as const

const weather = [
  { sky: 'at once', switches: {} },
  { sky: 'late', switches: { readLag: 2 } },
] as const

describe.each(weather)('a create whose answer is lost, on a hub that shows objects $sky', ({ switches }) => {
  const cases = creates.flatMap((route) => faults.map((fault) => ({ route, ...fault })))
  let like: unknown

  beforeAll(async () => {
    like = await undisturbed(({ hub }) => customer(hub, 'acme'))
  })

  it.each(cases)('$route: $fault', async ({ route, rule }) => {
    const bench = await startHub({ switches })
    try {
      const config = document(customer(bench.hub, 'acme'))
      bench.hub.faults.add({ route, ...rule })
      const first = await bench.apply(config)
      // It is right to give up on an invitation that may have been sent. Then the next run goes on, by itself.
      const mayGiveUp = route === 'createUser'
      if (!mayGiveUp) expect(errorsOf(first.diagnostics)).toBe('')
      if (errorsOf(first.diagnostics) !== '') {
        bench.hub.faults.clear()
        const second = await bench.apply(config)
        expect(errorsOf(second.diagnostics)).toBe('')
      }
      await expectEnd(bench, config, like)
    } finally {
      await bench.close()
    }
  })
})

describe('a change whose answer is lost', () => {
  const changes = [
    { route: 'updateEnvironment', type: 'tavio_environment', change: { name: 'New name' } },
    { route: 'updateUser', type: 'tavio_user', change: { first_name: 'Augusta' } },
    { route: 'updateConfiguration', type: 'tavio_configuration', change: { name: 'other' } },
    { route: 'updateDeployment', type: 'tavio_deployment', change: { name: 'other' } },
    { route: 'disableDeployment', type: 'tavio_deployment', change: { enabled: false } },
  ] as const
  const cases = changes.flatMap((change) => faults.map((fault) => ({ ...change, ...fault })))

  it.each(cases)('$route: $fault', async ({ route, type, change, rule }) => {
    const bench = await startHub()
    try {
      const before = customer(bench.hub, 'acme')
      const after = document(changed(before, type, 'acme', change))
      await bench.apply(document(before))
      bench.hub.faults.add({ route, ...rule })
      const first = await bench.apply(after)
      if (!('status' in rule) || rule.status !== 500) expect(errorsOf(first.diagnostics)).toBe('')
      if (errorsOf(first.diagnostics) !== '') {
        const second = await bench.apply(after)
        expect(errorsOf(second.diagnostics)).toBe('')
      }
      await expectEnd(bench, after)
    } finally {
      await bench.close()
    }
  })
})

describe('a removal whose answer is lost', () => {
  const routes = [
    'disableDeployment',
    'deleteDeployment',
    'deleteConfiguration',
    'revokeEnvironmentAccess',
    'revokeOrganizationAccess',
    'deleteUser',
    'deleteEnvironment',
  ] as const
  const cases = routes.flatMap((route) => faults.map((fault) => ({ route, ...fault })))

  it.each(cases)('$route: $fault', async ({ route, rule }) => {
    const bench = await startHub({ switches: { deletes: true } })
    try {
      const blocks = changed(customer(bench.hub, 'acme'), 'tavio_user', 'acme', { on_destroy: 'delete' })
      await bench.apply(document(blocks))
      bench.hub.faults.add({ route, ...rule })
      const first = await bench.apply(document(blocks), { mode: 'destroy' })
      if (!('status' in rule) || rule.status !== 500) expect(errorsOf(first.diagnostics)).toBe('')
      if (errorsOf(first.diagnostics) !== '') {
        const second = await bench.apply(document(blocks), { mode: 'destroy' })
        expect(errorsOf(second.diagnostics)).toBe('')
      }
      const { tables } = bench.hub.tavio
      expect(tables.users.size).toBe(1)
      for (const table of ['environments', 'memberships', 'configurations', 'deployments'] as const)
        expect(tables[table].size, table).toBe(0)
      await expectEnd(bench, {})
    } finally {
      await bench.close()
    }
  })
})
