// What must not happen does not, and says why.
import { describe, expect, it } from 'vitest'
import { type Blocks, changed, customer, document } from '../support/customer.ts'
import { actions, type Json, text } from '../support/engine.ts'
import { type HubBench, type HubOptions, startHub } from '../support/hub.ts'
import { errorsOf, expectEnd, planned } from './ends.ts'

async function withHub(task: (bench: HubBench) => Promise<void>, options?: HubOptions): Promise<void> {
  const bench = await startHub(options)
  await task(bench).finally(() => bench.close())
}

const problemsOf = async (bench: HubBench, config: Json) => text((await bench.plan(config)).diagnostics)

describe('an object that is there already', () => {
  it('is not made twice: the plan says so, and how to take it over', async () => {
    await withHub(async (bench) => {
      const config = document(customer(bench.hub, 'acme'))
      await bench.apply(config)
      Object.assign(bench.store, { text: undefined })
      const said = await problemsOf(bench, config)
      expect(said).toContain('Object exists already: tavio_environment.acme would be created')
      expect(said).toContain(`import it with "hubform import 'tavio_environment.acme' <domain>"`)
      expect(said).toContain('email = "ada@acme.example"')

      for (const [address, id] of [
        ['tavio_environment.acme', 'acme'],
        ['tavio_user.acme', 'ada@acme.example'],
        ['tavio_organization_access.acme', 'ada@acme.example/admin'],
        ['tavio_environment_access.acme', 'acme/ada@acme.example/developer'],
        ['tavio_configuration.acme', 'acme/acme-export'],
        ['tavio_deployment.acme', 'acme/acme-export'],
      ] as const) {
        expect(text(await bench.import(config, address, id))).toBe('')
      }
      // Only secrets cannot be told, and are sent once more.
      expect(actions(await bench.apply(config))).toEqual(['update tavio_configuration.acme'])
      await expectEnd(bench, config)
    })
  })

  it('appears between plan and apply: it is not taken for ours', async () => {
    await withHub(async (bench) => {
      const config = document(customer(bench.hub, 'acme'))
      const plan = await planned(bench, config)
      const { users, environments } = bench.hub.tavio.tables
      const [owner] = users.all()
      if (owner === undefined) throw new Error('there is no owner')
      users.put({
        ...owner,
        id: '000a0000-a00a-00a0-a000-0000000000aa',
        email: 'ada@acme.example',
        username: 'ada@acme.example',
      })
      const stamps = { createdAt: '2029-01-01T00:00:00Z', updatedAt: '2029-01-01T00:00:00Z' }
      environments.put({
        id: 'x',
        domain: 'acme',
        name: 'Theirs',
        description: '',
        status: 'ACTIVE',
        ...stamps,
      })
      const result = await bench.applyPlan(plan)
      expect(errorsOf(result.diagnostics)).toMatch(/Environment already exists/)
      expect(errorsOf(result.diagnostics)).toMatch(/User already exists/)
      expect(result.state.records.size).toBe(0)
      expect(environments.all().map((one) => one.name)).toEqual(['Theirs'])
      expect(bench.hub.tavio.outbox()).toEqual([])
    })
  })

  it('answers to a second invitation with the user that exists, and is not taken for ours either', async () => {
    await withHub(
      async (bench) => {
        const config = document({ tavio_user: customer(bench.hub, 'acme')['tavio_user'] ?? {} })
        const plan = await planned(bench, config)
        const [owner] = bench.hub.tavio.tables.users.all()
        if (owner === undefined) throw new Error('there is no owner')
        bench.hub.tavio.tables.users.put({
          ...owner,
          id: '000a0000-a00a-00a0-a000-0000000000aa',
          email: 'ADA@acme.example',
          username: 'ada',
        })
        const result = await bench.applyPlan(plan)
        expect(errorsOf(result.diagnostics)).toMatch(/User already exists/)
        expect(result.state.records.size).toBe(0)
      },
      { switches: { duplicateUser: 'existing' } },
    )
  })

  it('is described by two blocks: that is found before anything is made', async () => {
    await withHub(async (bench) => {
      const user = { email: 'ada@acme.example' }
      const config = { resource: { tavio_user: { one: user, two: { email: 'ADA@acme.example' } } } }
      expect(await problemsOf(bench, config)).toMatch(/tavio_user\.(one|two).*tavio_user\.(one|two)/s)
      expect(bench.hub.tavio.tables.users.size).toBe(1)
    })
  })
})

describe('an account that will not do', () => {
  const cases: readonly {
    readonly name: string
    readonly env: NonNullable<HubOptions['env']>
    readonly text: RegExp
  }[] = [
    {
      name: 'no credentials at all',
      env: { TAVIO_CLIENT_ID: '', TAVIO_CLIENT_SECRET: '' },
      text: /Missing credentials: Set "client_id" \(TAVIO_CLIENT_ID\) and "client_secret" \(TAVIO_CLIENT_SECRET\), or "username"/,
    },
    {
      name: 'half of them',
      env: { TAVIO_CLIENT_SECRET: '' },
      text: /Incomplete credentials: "client_secret" is not set, but "client_id" is/,
    },
    {
      name: 'no organization',
      env: { TAVIO_ORGANIZATION: '' },
      text: /Missing provider setting: Set "organization" \(TAVIO_ORGANIZATION\)/,
    },
    {
      name: 'a wrong secret',
      env: { TAVIO_CLIENT_SECRET: 'wr0ng-secret' },
      text: /Sign-in refused: .*Check "client_id" \(TAVIO_CLIENT_ID\), "client_secret"/s,
    },
    {
      name: 'nobody listening',
      env: { TAVIO_BASE_URL: 'http://127.0.0.1:9/tavio' },
      text: /Service not reachable: .*127\.0\.0\.1:9 .*base_url \(TAVIO_BASE_URL\)/s,
    },
  ]

  it.each(cases)('$name: the plan says what to set, and sends nothing', async ({ env, text: said }) => {
    await withHub(
      async (bench) => {
        const { result, calls } = await bench.calls(() => bench.plan(document(customer(bench.hub, 'acme'))))
        expect(result.plan).toBeUndefined()
        expect(text(result.diagnostics)).toMatch(said)
        expect(text(result.diagnostics)).not.toMatch(/wr0ng-secret|emulated-/)
        expect(calls.writes).toBe(0)
      },
      { env },
    )
  })

  const strangers = [
    { as: 'client', said: /\/v1\/southwind\/.* was answered 404.*"organization" \(TAVIO_ORGANIZATION\)/s },
    { as: 'user', said: /No access to organization: .*"southwind".*"organization" \(TAVIO_ORGANIZATION\)/s },
  ] as const

  it.each(strangers)(
    'of another organization, as a $as: nothing is made, and it is named',
    async ({ as, said }) => {
      await withHub(
        async (bench) => {
          const before = bench.hub.tavio.snapshot()
          const config = document(customer(bench.hub, 'acme'))
          const { plan, diagnostics } = await bench.plan(config)
          const applied = plan && (await bench.applyPlan(plan))
          expect(text([...diagnostics, ...(applied?.diagnostics ?? [])])).toMatch(said)
          expect(applied?.state.records.size ?? 0).toBe(0)
          expect(bench.hub.tavio.snapshot()).toEqual(before)
        },
        { as, env: { TAVIO_ORGANIZATION: 'southwind' } },
      )
    },
  )

  it('a hub that does not know the customer any more because the organization is another one loses no state', async () => {
    await withHub(async (bench) => {
      const config = document(customer(bench.hub, 'acme'))
      await bench.apply(config)
      const before = bench.store.text
      const elsewhere = await bench.plan(config, {
        world: {
          now: () => new Date(0),
          clock: bench.clock,
          randomHex: () => '00000000',
          readFile: () => '',
          cwd: '/',
          env: {
            TAVIO_BASE_URL: bench.hub.ready.systems.tavio,
            TAVIO_ORGANIZATION: 'southwind',
            TAVIO_CLIENT_ID: bench.hub.ready.client_id,
            TAVIO_CLIENT_SECRET: bench.hub.ready.client_secret,
          },
        },
      })
      expect(elsewhere.plan).toBeUndefined()
      expect(bench.store.text).toBe(before)
    })
  })

  it('an owner without a role in an environment may not look inside: nothing is dropped for that', async () => {
    await withHub(
      async (bench) => {
        const config = document(customer(bench.hub, 'acme'))
        await bench.apply(config)
        const before = bench.store.text
        bench.hub.tavio.setSwitches({ ownersMayConnect: false })
        const { plan, diagnostics } = await bench.plan(config)
        expect(plan).toBeUndefined()
        expect(text(diagnostics)).toMatch(/no role in it.*tavio_environment_access/s)
        expect(bench.store.text).toBe(before)
      },
      { as: 'user', switches: { ownersMayConnect: true } },
    )
  })
})

describe('a plan only looks', () => {
  const profiles = [
    { name: 'the default service', options: {} },
    { name: 'the flipped service', options: { profile: 'flipped' } },
    { name: 'the flipped service, as client and user', options: { profile: 'flipped', as: 'both' } },
  ] as const

  it.each(profiles)('against $name, whatever its mode', async ({ options }) => {
    await withHub(async (bench) => {
      const blocks = customer(bench.hub, 'acme')
      const beta = customer(bench.hub, 'beta')
      await bench.apply(document(blocks))
      const [deployment] = bench.hub.tavio.tables.deployments.all()
      if (deployment !== undefined)
        bench.hub.tavio.tables.deployments.put({ ...deployment, enabled: false, status: 'UNDEPLOYED' })
      const changes: Blocks = changed(blocks, 'tavio_user', 'acme', { email: 'new@acme.example' })
      const before = bench.hub.tavio.snapshot()
      bench.hub.conditions.set({ readOnly: true })
      const { calls } = await bench.calls(async () => {
        await planned(bench, document(blocks))
        await planned(bench, document(changes))
        await planned(bench, document(blocks, beta))
        await planned(bench, {})
        await planned(bench, document(blocks), { mode: 'refresh-only' })
        await planned(bench, document(blocks), { mode: 'destroy' })
        await planned(bench, document(blocks), { replace: ['tavio_deployment.acme'] })
        await bench.applyPlan(await planned(bench, document(blocks), { mode: 'refresh-only' }))
      })
      expect(calls.violations).toEqual([])
      expect(calls.writes).toBe(0)
      expect(bench.hub.tavio.snapshot()).toEqual(before)
    }, options)
  })
})
