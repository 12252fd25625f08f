import { afterEach, describe, expect, it } from 'vitest'
import { startEmulator } from '../../src/emulator/server.ts'
import * as messages from '../../src/protocol/messages.ts'
import { serveProvider } from '../../src/protocol/serve.ts'
import { decodeObject, encodeObject } from '../../src/protocol/value-codec.ts'
import { defineEphemeral } from '../../src/provider/ephemeral.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { schema, string } from '../../src/schema/attribute.ts'
import { UNKNOWN } from '../../src/schema/value.ts'
import { makeTavio } from '../../src/systems/tavio/provider.ts'
import { fakeService } from '../support/fake-service.ts'
import { quickClock } from '../support/quick-clock.ts'
import { noTerraform, workspace } from '../support/terraform.ts'
import { type Stand, stand } from './host.ts'

const lease = { renewAt: new Date('2030-01-01T00:00:00.250Z'), kept: { number: 7 } }

/** A provider with one ephemeral resource, and what was done to it. */
function lending() {
  const done: unknown[] = []
  const loan = defineEphemeral<unknown>()({
    type: 'fake_loan',
    schema: schema({
      name: string.required('', { validators: [(value) => (value === 'bad' ? 'Not this.' : undefined)] }),
      value: string.computed('', { always: true, sensitive: true }),
    }),
    async open({ config }) {
      done.push(['open', config.name])
      return { result: { name: config.name, value: `lent to ${config.name}` }, lease }
    },
    async renew({ kept }) {
      done.push(['renew', kept])
      return { kept: { number: 8 } }
    },
    async close({ kept }) {
      done.push(['close', kept])
    },
  })
  const provider: Provider = { ...fakeService().provider, ephemeralResources: { fake_loan: loan } }
  return { provider, done, attributes: loan.schema.attributes }
}

describe('an ephemeral resource', () => {
  let place: Stand
  afterEach(() => place.close())

  it('is opened, renewed and closed with what it kept', async () => {
    const { provider, done, attributes } = lending()
    place = await stand(provider)
    const { host, configure } = place.caller()
    await configure()
    const config = { msgpack: encodeObject(attributes, { name: 'ada' }) }
    const typeName = 'fake_loan'
    const opened = await host.call('OpenEphemeralResource', messages.openEphemeralResource, {
      typeName,
      config,
    })
    expect(decodeObject(attributes, opened.result?.msgpack ?? new Uint8Array())).toEqual({
      name: 'ada',
      value: 'lent to ada',
    })
    expect(opened.renewAt).toEqual({ seconds: 1_893_456_000, nanos: 250_000_000 })
    const renewed = await host.call('RenewEphemeralResource', messages.renewEphemeralResource, {
      typeName,
      private: opened.private,
    })
    expect(renewed.renewAt).toBeUndefined()
    await host.call('CloseEphemeralResource', messages.closeEphemeralResource, {
      typeName,
      private: renewed.private,
    })
    expect(done).toEqual([
      ['open', 'ada'],
      ['renew', { number: 7 }],
      ['close', { number: 8 }],
    ])
  })

  it('is validated like any other, with unknowns', async () => {
    const { provider, attributes } = lending()
    place = await stand(provider)
    const { host } = place.caller()
    const validate = async (name: string | typeof UNKNOWN) => {
      const config = { msgpack: encodeObject(attributes, { name }) }
      const request = { typeName: 'fake_loan', config }
      return await host.call('ValidateEphemeralResourceConfig', messages.validateConfig, request)
    }
    expect((await validate(UNKNOWN)).diagnostics).toEqual([])
    expect((await validate('bad')).diagnostics).toMatchObject([
      { summary: 'Invalid attribute value', attribute: { steps: [{ attribute: 'name' }] } },
    ])
  })
})

describe.skipIf(noTerraform)(
  `tokens of Tavio under Terraform${noTerraform ? ` (skipped: ${noTerraform})` : ''}`,
  () => {
    it('reach a write-only argument, and neither plan nor state', { timeout: 60_000 }, async () => {
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
        terraform.write({
          terraform: { required_providers: { tavio: { source: 'hubform/tavio' } } },
          data: { tavio_solution: { orders: { name: 'Order webhook' } } },
          ephemeral: { tavio_organization_token: { it: {} } },
          resource: {
            tavio_environment: { a: { name: 'A', domain: 'a-1' } },
            tavio_configuration: {
              a: {
                environment: '${tavio_environment.a.domain}',
                solution_id: '${data.tavio_solution.orders.id}',
                name: 'orders',
                values: { url: 'https://a.example/orders' },
                secret_values: { signingKey: '${ephemeral.tavio_organization_token.it.token}' },
              },
            },
          },
        })
        await terraform.apply()
        const { configurations } = hub.tavio.comparable() as {
          configurations: { name: string; values: { signingKey?: string } }[]
        }
        const token = configurations.find(({ name }) => name === 'orders')?.values.signingKey ?? ''
        expect(token.length).toBeGreaterThan(20)
        expect(JSON.stringify(terraform.state())).not.toContain(token)
        const answer = await fetch(`${ready.systems.tavio}/v1/${ready.organization}/users`, {
          headers: { authorization: `Bearer ${token}` },
        })
        expect(answer.status).toBe(200)
      } finally {
        terraform.dispose()
        await served.close()
        await hub.close()
      }
    })
  },
)
