// Somebody else changes what is ours: it is seen, named, and repaired if configuration says how it should be.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { formatAddress } from '../../src/address.ts'
import type { Tables } from '../../src/emulator/tavio/model.ts'
import { type Blocks, customer, document, type ResourceType, solutionId } from '../support/customer.ts'
import { actions } from '../support/engine.ts'
import { type HubBench, startHub } from '../support/hub.ts'
import { errorsOf, expectEnd, planned, recorded, stateOf } from './ends.ts'

type ChangeBy = (tables: Tables) => void

function only<T>(all: readonly T[]): T {
  const [first] = all
  if (first === undefined) throw new Error('there is none')
  return first
}

const environment =
  (change: Partial<ReturnType<Tables['environments']['all']>[number]>): ChangeBy =>
  ({ environments }) =>
    environments.put({ ...only(environments.all()), ...change })
const ada = ({ users }: Tables) => only(users.where('email', 'ada@acme.example'))
const user =
  (change: Partial<ReturnType<typeof ada>>): ChangeBy =>
  (tables) =>
    tables.users.put({ ...ada(tables), ...change })
const configuration =
  (change: Partial<ReturnType<Tables['configurations']['all']>[number]>): ChangeBy =>
  ({ configurations }) =>
    configurations.put({ ...first(configurations.all()), ...change })
const deployment =
  (change: Partial<ReturnType<Tables['deployments']['all']>[number]>): ChangeBy =>
  ({ deployments }) =>
    deployments.put({ ...only(deployments.all()), ...change })
const first = only

const values = { region: 'eu', batchSize: 50, apiKey: 's3cret' }
const later = '2031-02-03T04:05:06Z'

/** `repair`: what the next plan does. */
const drifts: readonly {
  readonly type: ResourceType
  readonly attribute: string
  readonly by: ChangeBy
  readonly repair?: 'update' | 'replace' | 'create'
}[] = [
  { type: 'tavio_environment', attribute: 'name', by: environment({ name: 'Mine now' }), repair: 'update' },
  {
    type: 'tavio_environment',
    attribute: 'description',
    by: environment({ description: 'changed' }),
    repair: 'update',
  },
  {
    type: 'tavio_environment',
    attribute: 'description',
    by: environment({ description: '' }),
    repair: 'update',
  },
  {
    type: 'tavio_environment',
    attribute: 'id',
    by: environment({ id: '000a0000-0000-00a0-a000-0000000000ff' }),
  },
  { type: 'tavio_environment', attribute: 'created_at', by: environment({ createdAt: later }) },
  { type: 'tavio_environment', attribute: 'updated_at', by: environment({ updatedAt: later }) },
  { type: 'tavio_user', attribute: 'first_name', by: user({ firstName: 'Eve' }), repair: 'update' },
  { type: 'tavio_user', attribute: 'last_name', by: user({ lastName: '' }), repair: 'update' },
  {
    type: 'tavio_user',
    attribute: 'email',
    by: user({ email: 'eve@acme.example', username: 'eve' }),
    repair: 'replace',
  },
  { type: 'tavio_user', attribute: 'username', by: user({ username: 'eve' }) },
  { type: 'tavio_user', attribute: 'status', by: user({ status: 'ACTIVE' }) },
  { type: 'tavio_user', attribute: 'invite_expired', by: user({ invite_expired: true }) },
  { type: 'tavio_user', attribute: 'mfa_required', by: user({ mfaRequired: true }) },
  { type: 'tavio_user', attribute: 'mfa_configured', by: user({ mfaConfigured: true }) },
  { type: 'tavio_organization_access', attribute: 'role', by: user({ roles: [] }), repair: 'create' },
  {
    type: 'tavio_environment_access',
    attribute: 'role',
    by: ({ memberships }) => memberships.put({ ...only(memberships.all()), roles: ['support'] }),
    repair: 'create',
  },
  { type: 'tavio_configuration', attribute: 'name', by: configuration({ name: 'mine' }), repair: 'update' },
  {
    type: 'tavio_configuration',
    attribute: 'values',
    by: configuration({ values: { ...values, region: 'us' } }),
    repair: 'update',
  },
  {
    type: 'tavio_configuration',
    attribute: 'values',
    by: configuration({ values: { apiKey: 's3cret', region: 'eu' } }),
    repair: 'update',
  },
  {
    type: 'tavio_configuration',
    attribute: 'values',
    by: configuration({ values: { ...values, dryRun: true } }),
    repair: 'update',
  },
  { type: 'tavio_configuration', attribute: 'created_at', by: configuration({ createdAt: later }) },
  { type: 'tavio_configuration', attribute: 'updated_at', by: configuration({ updatedAt: later }) },
  { type: 'tavio_deployment', attribute: 'name', by: deployment({ name: 'mine' }), repair: 'update' },
  {
    type: 'tavio_deployment',
    attribute: 'configuration_ids',
    by: deployment({ configurationIds: [] }),
    repair: 'update',
  },
  {
    type: 'tavio_deployment',
    attribute: 'enabled',
    by: deployment({ enabled: false, status: 'UNDEPLOYED' }),
    repair: 'update',
  },
  {
    type: 'tavio_deployment',
    attribute: 'status',
    by: deployment({ enabled: false, status: 'FAILED' }),
    repair: 'update',
  },
  { type: 'tavio_deployment', attribute: 'version', by: deployment({ version: '9.9.9' }) },
  { type: 'tavio_deployment', attribute: 'created_at', by: deployment({ createdAt: later }) },
  { type: 'tavio_deployment', attribute: 'updated_at', by: deployment({ updatedAt: later }) },
]

let bench: HubBench
let blocks: Blocks

beforeAll(async () => {
  bench = await startHub()
})
afterAll(async () => {
  await bench.close()
})
beforeEach(async () => {
  bench.reset()
  blocks = customer(bench.hub, 'acme')
  await bench.apply(document(blocks))
})

describe('a change behind our back', () => {
  it.each(drifts)('$type: $attribute', async ({ type, attribute, by, repair }) => {
    const address = `${type}.acme`
    const config = document(blocks)
    const before = bench.hub.tavio.comparable()
    by(bench.hub.tavio.tables)

    const seen = await planned(bench, config, { mode: 'refresh-only' })
    const drift = seen.drift.find((one) => formatAddress(one.address) === address)
    expect(drift?.action).toBe(repair === 'create' ? 'delete' : 'update')
    if (repair !== 'create') expect(drift?.fields.map((field) => field.path[0])).toContain(attribute)

    const plan = await planned(bench, config)
    expect(actions({ plan }).filter((one) => one.endsWith(address))).toEqual(
      repair === undefined ? [] : [`${repair} ${address}`],
    )
    const change = plan.changes.find((one) => formatAddress(one.address) === address)
    if (repair === 'update') {
      expect(change?.reason).toBe('update_because_drift')
      expect(change?.fields.filter((field) => field.why === 'drift').length).toBeGreaterThan(0)
    }
    const result = await bench.apply(config)
    expect(errorsOf(result.diagnostics)).toBe('')
    // A grant is additive: what else was granted remains.
    if (repair === 'update') {
      expect(drop(bench.hub.tavio.comparable(), 'status')).toEqual(drop(before, 'status'))
    }
    expect(actions(await bench.plan(config))).toEqual([])
    expect((await planned(bench, config, { mode: 'refresh-only' })).refreshed).toEqual({})
  })

  it('every attribute that the hub tells is covered', async () => {
    const covered = new Set(drifts.map(({ type, attribute }) => `${type}.${attribute}`))
    const { records } = await stateOf(bench)
    // What is part of the path, or only configuration knows, cannot be changed by others.
    const own = [
      'tavio_environment.domain',
      'tavio_environment.status',
      'tavio_user.id',
      'tavio_user.on_destroy',
      'tavio_organization_access.user_id',
      'tavio_environment_access.environment',
      'tavio_environment_access.user_id',
      'tavio_configuration.environment',
      'tavio_configuration.id',
      'tavio_configuration.solution_id',
      'tavio_configuration.secret_values',
      'tavio_configuration.secret_fingerprint',
      'tavio_configuration.untracked_keys',
      'tavio_deployment.environment',
      'tavio_deployment.id',
      'tavio_deployment.solution_id',
      'tavio_deployment.timeouts',
    ]
    const all = [...records.values()].flatMap((record) =>
      Object.keys(record.attributes).map((name) => `${record.address.type}.${name}`),
    )
    expect(all.filter((name) => !covered.has(name)).sort()).toEqual(own.sort())
  })

  it('a deployment of another solution, or a configuration for another, is made anew', async () => {
    const config = document(blocks)
    const other = solutionId(bench.hub, 'Heartbeat')
    deployment({ solutionId: other })(bench.hub.tavio.tables)
    expect(actions(await bench.plan(config))).toEqual(['replace tavio_deployment.acme'])
    configuration({ solutionId: other })(bench.hub.tavio.tables)
    expect(actions(await bench.plan(config))).toEqual([
      'replace tavio_configuration.acme',
      'replace tavio_deployment.acme',
    ])
  })

  it('accepting it records what is, and changes nothing in the hub', async () => {
    environment({ name: 'Mine now' })(bench.hub.tavio.tables)
    const before = bench.hub.tavio.snapshot()
    const config = document(blocks)
    const plan = await planned(bench, config, { mode: 'refresh-only' })
    await bench.applyPlan(plan)
    expect(bench.hub.tavio.snapshot()).toEqual(before)
    expect((await recorded(bench, 'tavio_environment.acme'))['name']).toBe('Mine now')
    expect(actions(await bench.plan(config))).toEqual(['update tavio_environment.acme'])
  })
})

describe('an object deleted behind our back', () => {
  const removals: readonly {
    readonly type: ResourceType
    readonly by: ChangeBy
    readonly also: readonly string[]
  }[] = [
    {
      type: 'tavio_environment',
      by: ({ environments, memberships, configurations, deployments }) => {
        for (const table of [environments, memberships, configurations, deployments]) table.clear()
      },
      also: [
        'create tavio_configuration.acme',
        'create tavio_deployment.acme',
        'create tavio_environment_access.acme',
      ],
    },
    {
      type: 'tavio_user',
      by: (tables) => {
        tables.users.delete(ada(tables).id)
        tables.memberships.clear()
        tables.invitations.clear()
      },
      also: ['create tavio_environment_access.acme', 'create tavio_organization_access.acme'],
    },
    { type: 'tavio_organization_access', by: user({ roles: [] }), also: [] },
    { type: 'tavio_environment_access', by: ({ memberships }) => memberships.clear(), also: [] },
    {
      type: 'tavio_configuration',
      by: ({ configurations }) => configurations.clear(),
      also: ['update tavio_deployment.acme'],
    },
    { type: 'tavio_deployment', by: ({ deployments }) => deployments.clear(), also: [] },
  ]

  it.each(removals)('$type is made again, and what depended on it', async ({ type, by, also }) => {
    const config = document(blocks)
    const like = bench.hub.tavio.comparable()
    by(bench.hub.tavio.tables)
    const seen = await planned(bench, config, { mode: 'refresh-only' })
    expect(
      seen.drift.filter((one) => one.action === 'delete').map((one) => formatAddress(one.address)),
    ).toContain(`${type}.acme`)
    const result = await bench.apply(config)
    expect(errorsOf(result.diagnostics)).toBe('')
    expect(actions(result).sort()).toEqual([`create ${type}.acme`, ...also].sort())
    await expectEnd(bench, config, like)
  })

  it.each(removals)('$type: destroying what is gone already succeeds', async ({ by }) => {
    by(bench.hub.tavio.tables)
    const gone = await bench.apply(document(blocks), { mode: 'destroy' })
    expect(errorsOf(gone.diagnostics)).toBe('')
    expect(gone.state.records.size).toBe(0)
  })
})

/** Without the keys of one name, wherever they are. */
function drop(value: unknown, name: string): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === name ? undefined : inner)))
}
