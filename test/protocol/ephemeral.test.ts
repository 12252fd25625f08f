import { afterEach, describe, expect, it } from 'vitest'
import { startEmulator } from '../../src/emulator/server.ts'
import * as messages from '../../src/protocol/messages.ts'
import { serveProvider } from '../../src/protocol/serve.ts'
import { decodeObject, encodeObject } from '../../src/protocol/value-codec.ts'
import { defineEphemeral } from '../../src/provider/ephemeral.ts'
import type { Provider } from '../../src/provider/provider.ts'
import type { Resource } from '../../src/provider/resource.ts'
import { schema, string } from '../../src/schema/attribute.ts'
import { type ObjectValue, UNKNOWN } from '../../src/schema/value.ts'
import { makeTavio } from '../../src/systems/tavio/provider.ts'
import { fakeService } from '../support/fake-service.ts'
import { quickClock } from '../support/quick-clock.ts'
import { noTerraform, workspace } from '../support/terraform.ts'
import { type Stand, stand } from './host.ts'

const lease = { renewAt: new Date('2030-01-01T00:00:00.250Z'), kept: { number: 7 } }

/** A provider with one ephemeral resource, and what was done to it. */
function lending(renewAt = () => lease.renewAt) {
  const done: unknown[] = []
  const loan = defineEphemeral<unknown>()({
    type: 'fake_loan',
    schema: schema({
      name: string.required('', { validators: [(value) => (value === 'bad' ? 'Not this.' : undefined)] }),
      value: string.computed('', { always: true, sensitive: true }),
    }),
    async open({ config }) {
      done.push(['open', config.name])
      return {
        result: { name: config.name, value: `lent to ${config.name}` },
        lease: { ...lease, renewAt: renewAt() },
      }
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
  `an ephemeral resource under Terraform${noTerraform ? ` (skipped: ${noTerraform})` : ''}`,
  () => {
    it('is renewed while something else takes its time, and then closed', {
      timeout: 60_000,
    }, async () => {
      const { provider, done } = lending(() => new Date(Date.now() + 20))
      const thing = provider.resources['fake_thing'] as Resource
      // Only a renewal after the last opening lets the object be made.
      const isRenewed = () => JSON.stringify(done.slice(done.findLastIndex(isOpen))).includes('renew')
      const create: Resource['create'] = async (args) => {
        const probe = async () => isRenewed()
        await args.poll({ what: 'a renewal', probe, until: (is) => is, timeoutMs: 30_000 })
        return await thing.create(args)
      }
      const served = await serveProvider(
        { ...provider, resources: { fake_thing: { ...thing, create } } },
        { env: {} },
      )
      const terraform = workspace({ TF_REATTACH_PROVIDERS: served.reattach })
      try {
        terraform.write({
          terraform: { required_providers: { fake: { source: 'hubform/fake' } } },
          ephemeral: { fake_loan: { it: { name: 'ada' } } },
          resource: { fake_thing: { a: { name: 'a', secret: '${ephemeral.fake_loan.it.value}' } } },
        })
        await terraform.apply()
        const applying = done.slice(done.findLastIndex(isOpen))
        expect(applying).toEqual([
          ['open', 'ada'],
          ['renew', { number: 7 }],
          // Terraform 1.11 hands back what opening kept, whatever renewing has kept since.
          ['close', { number: 7 }],
        ])
        expect(JSON.stringify(terraform.state())).not.toContain('lent to ada')
      } finally {
        terraform.dispose()
        await served.close()
      }
    })
  },
)

const isOpen = (entry: unknown) => JSON.stringify(entry).startsWith('["open"')

describe('tokens of Tavio', () => {
  it.each([
    ['tavio_organization_token', {}, 'the organization'],
    ['tavio_environment_token', { environment: 'a-1' }, 'environment "a-1"'],
  ] as const)('%s is opened, told about before its end, and closed', async (typeName, given, whose) => {
    const hub = await startEmulator()
    const { ready } = hub
    const provider = makeTavio(quickClock())
    const place = await stand(provider)
    try {
      const { host, configure, plan, apply } = place.caller()
      const settings = {
        base_url: ready.systems.tavio,
        organization: ready.organization,
        username: ready.username,
        password: ready.password,
      }
      expect(await configure(settings)).toEqual([])
      const make = async (type: string, config: ObjectValue) => {
        const { planned } = await plan(type, null, config)
        const { diagnostics } = await apply(type, null, planned ?? {}, config)
        expect(diagnostics).toEqual([])
      }
      await make('tavio_environment', { name: 'A', domain: 'a-1' })
      const login = await fetch(`${ready.systems.tavio}/v1/${ready.organization}/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: ready.username, password: ready.password }),
      })
      const { user } = (await login.json()) as { user: { id: string } }
      await make('tavio_environment_access', { environment: 'a-1', user_id: user.id, role: 'developer' })
      const { attributes } = provider.ephemeralResources?.[typeName]?.schema ?? { attributes: {} }
      const start = Date.now() / 1000
      const opened = await host.call('OpenEphemeralResource', messages.openEphemeralResource, {
        typeName,
        config: { msgpack: encodeObject(attributes, given) },
      })
      expect(opened.diagnostics).toEqual([])
      const result = decodeObject(attributes, opened.result?.msgpack ?? new Uint8Array())
      const { token, expires_in: life } = result as { token: string; expires_in: number }
      const renewAt = opened.renewAt?.seconds ?? 0
      expect(renewAt).toBeGreaterThan(start + life - 65)
      expect(renewAt).toBeLessThan(start + life)
      expect(Buffer.from(opened.private ?? []).toString()).not.toContain(token)
      const kept = { typeName, private: opened.private }
      const renewed = await host.call('RenewEphemeralResource', messages.renewEphemeralResource, kept)
      expect(renewed.diagnostics).toMatchObject([
        { severity: 2, summary: 'Token about to end', detail: expect.stringContaining(whose) },
      ])
      expect(renewed.renewAt).toBeUndefined()
      const closed = await host.call('CloseEphemeralResource', messages.closeEphemeralResource, kept)
      expect(closed.diagnostics).toEqual([])
      // Neither has ended it in the hands of whoever it was given to.
      const path = typeName === 'tavio_organization_token' ? 'users' : 'environments/a-1/deployments'
      const answer = await fetch(`${ready.systems.tavio}/v1/${ready.organization}/${path}`, {
        headers: { authorization: `Bearer ${token}` },
      })
      expect(answer.status).toBe(200)
    } finally {
      await place.close()
      await hub.close()
    }
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
