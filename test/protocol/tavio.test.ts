// The Tavio provider under real Terraform: what the fake provider has none of.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator/server.ts'
import { type Served, serveProvider } from '../../src/protocol/serve.ts'
import { makeTavio } from '../../src/systems/tavio/provider.ts'
import { quickClock } from '../support/quick-clock.ts'
import { noTerraform, type Workspace, workspace } from '../support/terraform.ts'

const terraformBlock = { required_providers: { tavio: { source: 'hubform/tavio' } } }
const environment = { name: 'A', domain: 'a-1' }
const configuration = {
  environment: '${tavio_environment.a.domain}',
  solution_id: '${data.tavio_solution.orders.id}',
  name: 'orders',
  values: { url: 'https://a.example/orders', retries: '5' },
}
const deployment = {
  environment: '${tavio_environment.a.domain}',
  solution_id: '${data.tavio_solution.orders.id}',
  configuration_ids: ['${tavio_configuration.a.id}'],
  name: 'orders',
  timeouts: { create: '5m' },
}

describe.skipIf(noTerraform).each([
  ['default', 'a key'],
  ['default', undefined],
  ['flipped', 'a key'],
] as const)(
  `Tavio under Terraform, service %s, fingerprint key %s${noTerraform ? ` (skipped: ${noTerraform})` : ''}`,
  { timeout: 60_000 },
  (profile, key) => {
    let hub: Emulator
    let served: Served
    let terraform: Workspace

    beforeEach(async () => {
      hub = await startEmulator({ profile })
      const { ready } = hub
      const env = {
        TAVIO_BASE_URL: ready.systems.tavio,
        TAVIO_ORGANIZATION: ready.organization,
        TAVIO_CLIENT_ID: ready.client_id,
        TAVIO_CLIENT_SECRET: ready.client_secret,
        TAVIO_USERNAME: ready.username,
        TAVIO_PASSWORD: ready.password,
        ...(ready.scope === undefined ? {} : { TAVIO_SCOPE: ready.scope }),
        ...(key === undefined ? {} : { TAVIO_FINGERPRINT_KEY: key }),
      }
      served = await serveProvider(makeTavio(quickClock()), { env })
      terraform = workspace({ TF_REATTACH_PROVIDERS: served.reattach })
    })
    afterEach(async () => {
      terraform.dispose()
      await served.close()
      await hub.close()
    })

    const write = (change: {
      readonly secrets?: object
      readonly timeouts?: object
      readonly domain?: string
    }) =>
      terraform.write({
        terraform: terraformBlock,
        // Flipped, the service keeps solutions inside environments.
        data: {
          tavio_solution: {
            orders: {
              name: 'Order webhook',
              ...(profile === 'flipped' && { environment: '${tavio_environment.a.domain}' }),
            },
          },
        },
        resource: {
          tavio_environment: { a: { ...environment, domain: change.domain ?? environment.domain } },
          tavio_configuration: {
            a: { ...configuration, ...(change.secrets && { secret_values: change.secrets }) },
          },
          tavio_deployment: { a: { ...deployment, timeouts: change.timeouts ?? deployment.timeouts } },
        },
      })

    it('a deployment with timeouts is made and then left alone, and a changed secret updates its configuration', async () => {
      write({ secrets: { signingKey: 'one' } })
      await terraform.apply()
      expect(terraform.attributes('tavio_deployment.a')['timeouts']).toEqual({
        create: '5m',
        update: null,
        delete: null,
      })
      expect(await terraform.plan()).toEqual([])
      write({ secrets: { signingKey: 'two' } })
      expect(await terraform.plan()).toEqual(['update tavio_configuration.a'])
      expect((await terraform.run('apply', 'plan.bin')).text).toContain('1 changed')
      expect(await terraform.plan()).toEqual([])
      expect(JSON.stringify(terraform.state())).not.toMatch(/"(one|two)"/)
    })

    it('what is there can be imported, and another domain is another environment', async () => {
      write({})
      await terraform.apply()
      const { id } = terraform.attributes('tavio_deployment.a') as { id: string }
      await terraform.run('state', 'rm', 'tavio_environment.a', 'tavio_deployment.a')
      for (const [address, as] of [
        ['tavio_environment.a', 'a-1'],
        ['tavio_deployment.a', `a-1/${id}`],
      ] as const) {
        const { status, text } = await terraform.run('import', address, as)
        expect(status, text).toBe(0)
      }
      // Timeouts are known to nobody but the configuration.
      expect((await terraform.plan()).filter((action) => action !== 'update tavio_deployment.a')).toEqual([])
      write({ domain: 'b-1' })
      const again = (await terraform.plan()).filter((action) => !action.startsWith('read'))
      expect(again).toEqual([
        'delete+create tavio_configuration.a',
        'delete+create tavio_deployment.a',
        'delete+create tavio_environment.a',
      ])
    })

    it('a mistake deep inside is shown where it is', async () => {
      write({ timeouts: { create: 'soon' } })
      const { stdout } = await terraform.run('validate', '-json')
      const { diagnostics } = JSON.parse(stdout) as {
        diagnostics: { summary: string; detail: string; address: string }[]
      }
      expect(diagnostics).toMatchObject([
        {
          summary: 'Invalid attribute value',
          detail: expect.stringContaining('timeouts.create'),
          address: 'tavio_deployment.a',
        },
      ])
    })
  },
)
