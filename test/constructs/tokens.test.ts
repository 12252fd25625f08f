import { App, Fn, type TerraformElement, TerraformStack, Testing } from 'cdktf'
import { describe, expect, it } from 'vitest'
import {
  Configuration,
  DataTavioSolution,
  Environment,
  EnvironmentToken,
  OrganizationToken,
  TavioProvider,
} from '../../src/constructs/tavio.ts'
import { startEmulator } from '../../src/emulator/server.ts'
import { serveProvider } from '../../src/protocol/serve.ts'
import { makeTavio } from '../../src/systems/tavio/provider.ts'
import { quickClock } from '../support/quick-clock.ts'
import { noTerraform, workspace } from '../support/terraform.ts'

function stackOf(app: App = Testing.app(), id = 'stack'): TerraformStack {
  const stack = new TerraformStack(app, id)
  new TavioProvider(stack, 'tavio')
  return stack
}

interface Synthesized {
  readonly ephemeral: {
    readonly [type: string]: { readonly [name: string]: { readonly [key: string]: unknown } }
  }
  readonly resource: {
    readonly [type: string]: { readonly [name: string]: { readonly [key: string]: unknown } }
  }
}

const synth = (stack: TerraformStack) => JSON.parse(Testing.synth(stack, true)) as Synthesized

/** A stack whose configuration is given a secret. */
function configured(stack: TerraformStack, secret: string, needs?: TerraformElement) {
  const environment = new Environment(stack, 'a', { name: 'A', domain: 'a-1' })
  const solution = new DataTavioSolution(stack, 'orders', { name: 'Order webhook' })
  return new Configuration(stack, 'c', {
    environment: environment.domain,
    solutionId: solution.id,
    name: 'orders',
    values: { url: 'https://a.example/orders' },
    secretValues: { signingKey: secret },
    ...(needs && { dependsOn: [needs] }),
  })
}

describe('tokens as constructs', () => {
  it('are ephemeral blocks with what they were given', () => {
    const stack = stackOf()
    const environment = new Environment(stack, 'acme', { name: 'Acme', domain: 'acme' })
    const other = new TavioProvider(stack, 'other', { alias: 'other' })
    new OrganizationToken(stack, 'all', { provider: other, dependsOn: [environment] })
    new EnvironmentToken(stack, 'one', { environment: environment.domain })
    const { ephemeral } = synth(stack)
    expect(ephemeral['tavio_organization_token']?.['all']).toEqual({
      provider: 'tavio.other',
      depends_on: ['tavio_environment.acme'],
    })
    expect(ephemeral['tavio_environment_token']?.['one']).toEqual({
      environment: '${tavio_environment.acme.domain}',
    })
  })

  it.each([
    ['alone', (token: string) => token, '${ephemeral.tavio_organization_token.token.token}'],
    [
      'in text',
      (token: string) => `Bearer ${token}`,
      'Bearer ${ephemeral.tavio_organization_token.token.token}',
    ],
    ['in a function', Fn.upper, '${upper(ephemeral.tavio_organization_token.token.token)}'],
  ])('are referred to %s', (_name, use, expected) => {
    const stack = stackOf()
    configured(stack, use(new OrganizationToken(stack, 'token').value))
    expect(synth(stack).resource['tavio_configuration']?.['c']?.['secret_values']).toEqual({
      signingKey: expected,
    })
  })

  it('can be overridden, and be what something else depends on', () => {
    const stack = stackOf()
    const token = new OrganizationToken(stack, 'token')
    token.addOverride('count', 1)
    configured(stack, 'x', token)
    const { ephemeral, resource } = synth(stack)
    expect(ephemeral['tavio_organization_token']?.['token']).toMatchObject({ count: 1 })
    expect(resource['tavio_configuration']?.['c']?.['depends_on']).toEqual([
      'ephemeral.tavio_organization_token.token',
    ])
  })

  it('are refused in another stack, which would have to keep them', () => {
    const app = Testing.app()
    const token = new OrganizationToken(stackOf(app, 'one'), 'token')
    configured(stackOf(app, 'two'), token.value)
    expect(() => app.synth()).toThrow(/one\/token is used in stack "two".*Make another OrganizationToken/)
  })

  it('are refused where HCL is wanted, rather than left out', () => {
    const stack = stackOf(new App({ hclOutput: true }))
    new OrganizationToken(stack, 'token')
    expect(() => stack.toHclTerraform()).toThrow(/Remove "hclOutput"/)
  })
})

describe.skipIf(noTerraform)(
  `tokens as constructs under Terraform${noTerraform ? ` (skipped: ${noTerraform})` : ''}`,
  () => {
    it('reach a write-only argument and another provider, and no state', { timeout: 60_000 }, async () => {
      const hub = await startEmulator()
      const { ready } = hub
      const env = {
        TAVIO_BASE_URL: ready.systems.tavio,
        TAVIO_ORGANIZATION: ready.organization,
        TAVIO_USERNAME: ready.username,
        TAVIO_PASSWORD: ready.password,
        TAVIO_CLIENT_ID: ready.client_id,
        TAVIO_CLIENT_SECRET: ready.client_secret,
      }
      const served = await serveProvider(makeTavio(quickClock()), { env })
      const terraform = workspace({ TF_REATTACH_PROVIDERS: served.reattach })
      try {
        const stack = stackOf()
        const token = new OrganizationToken(stack, 'token')
        configured(stack, token.value)
        // As a setting of a provider, the value is of no use here, but it must be allowed.
        new TavioProvider(stack, 'other', { alias: 'other', fingerprintKey: token.value })
        terraform.write(synth(stack))
        await terraform.apply()
        const { configurations } = hub.tavio.comparable() as {
          configurations: { name: string; values: { signingKey?: string } }[]
        }
        const secret = configurations.find(({ name }) => name === 'orders')?.values.signingKey ?? ''
        const answer = await fetch(`${ready.systems.tavio}/v1/${ready.organization}/users`, {
          headers: { authorization: `Bearer ${secret}` },
        })
        expect(answer.status).toBe(200)
        expect(JSON.stringify(terraform.state())).not.toContain(secret)
      } finally {
        terraform.dispose()
        await served.close()
        await hub.close()
      }
    })
  },
)
