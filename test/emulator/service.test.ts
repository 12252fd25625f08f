import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Hub, type Json, openHub } from './hub.ts'

let hub: Hub
beforeAll(async () => {
  hub = await openHub({ clock: () => Date.UTC(2024, 0, 2, 3, 4, 5, 678) })
})
afterAll(() => hub.emulator.close())
beforeEach(() => hub.reset())

const environment = (domain = 'acme') =>
  hub.call('POST', '/environments', { body: { name: 'Acme', domain, description: 'd' } })
const inside = (method: string, path: string, body?: unknown) =>
  hub.call(method, `/environments/acme${path}`, body === undefined ? {} : { body })

describe('what the service refuses', () => {
  const refusals: readonly {
    name: string
    because: string
    call: () => Promise<{ status: number; body: Json }>
    status: number
  }[] = [
    {
      name: 'a call without a token',
      because: 'everything but signing in needs one',
      call: () => hub.call('GET', '/users', { token: null }),
      status: 401,
    },
    {
      name: 'an unknown path',
      because: 'the error object is the same everywhere',
      call: () => hub.call('POST', '/users/1/resend-invitation'),
      status: 404,
    },
    {
      name: 'a path outside the version',
      because: 'the error object is the same everywhere',
      call: () => hub.raw('GET', '/tavio/v2/x'),
      status: 404,
    },
    {
      name: 'a verb the path does not have',
      because: 'solutions can only be looked at',
      call: () => hub.call('POST', '/solutions', { body: {} }),
      status: 405,
    },
    {
      name: 'another organization',
      because: 'there is only one',
      call: () => hub.raw('POST', '/tavio/v1/other/auth/login', { body: { username: 'a', password: 'b' } }),
      status: 404,
    },
    {
      name: 'broken JSON',
      because: 'the body is not what the header says',
      call: () => hub.call('POST', '/environments', { text: '{"name":' }),
      status: 400,
    },
    {
      name: 'a body of another type',
      because: 'only JSON is documented',
      call: () =>
        hub.call('POST', '/environments', { text: 'a=b', headers: { 'content-type': 'text/plain' } }),
      status: 400,
    },
    {
      name: 'a missing field',
      because: 'name is required',
      call: () => hub.call('POST', '/environments', { body: { domain: 'x' } }),
      status: 400,
    },
    {
      name: 'a domain that would not be a path segment',
      because: 'it is part of every path',
      call: () => environment('Not A Domain'),
      status: 400,
    },
    {
      name: 'a second environment of a domain',
      because: 'the domain is the key',
      call: async () => {
        await environment()
        return environment()
      },
      status: 409,
    },
    {
      name: 'an unknown filter field',
      because: 'the emulator has chosen this',
      call: () => hub.call('GET', '/users?filters=color:red'),
      status: 400,
    },
    {
      name: 'revoking the last owner',
      because: 'nobody could manage the organization',
      call: async () => {
        const { body } = await hub.call('GET', '/me', { token: await hub.login() })
        return hub.call('DELETE', `/users/${body.id}/access/owner`)
      },
      status: 409,
    },
    {
      name: 'revoking what was not granted',
      because: 'there is nothing to revoke',
      call: async () => {
        const { body } = await hub.call('POST', '/users', { body: { email: 'a@b.example' } })
        return hub.call('DELETE', `/users/${body.id}/access/admin`)
      },
      status: 404,
    },
    {
      name: 'a value of another type',
      because: 'parameters are typed',
      call: async () => {
        await environment()
        const values = { apiKey: 'k', batchSize: '50' }
        return inside('POST', '/configurations', { solutionId: hub.solution('Candidate export'), values })
      },
      status: 400,
    },
    {
      name: 'a value the solution does not know',
      because: 'it would have no effect',
      call: async () => {
        await environment()
        const values = { apiKey: 'k', color: 'red' }
        return inside('POST', '/configurations', { solutionId: hub.solution('Candidate export'), values })
      },
      status: 400,
    },
    {
      name: 'a deployment that lacks a required value',
      because: 'creating it would activate it',
      call: async () => {
        await environment()
        const solutionId = hub.solution('Candidate export')
        return inside('POST', '/deployments', { solutionId, configurationIds: [] })
      },
      status: 400,
    },
    {
      name: 'an update during a transition',
      because: 'the state is not settled',
      call: async () => {
        await environment()
        const body = { solutionId: hub.solution('Heartbeat'), configurationIds: [] }
        const { body: created } = await inside('POST', '/deployments', body)
        return inside('PUT', `/deployments/${created.id}`, { configurationIds: [] })
      },
      status: 409,
    },
  ]
  it.each(refusals)('$name', async ({ call, status, because }) => {
    const reply = await call()
    expect(reply.status, because).toBe(status)
    expect(Object.keys(reply.body)).toEqual(['status', 'error', 'message', 'path', 'timestamp'])
    expect(reply.body.status).toBe(status)
    expect(reply.body.timestamp).toBe('2024-01-02T03:04:05Z')
  })
})

describe('who may do what', () => {
  it('a connected developer may write inside the environment, and nowhere else', async () => {
    await environment()
    await environment('other')
    const { token } = await hub.member('d@b.example', 'acme', 'developer')
    const connected = await hub.call('POST', '/environments/acme/connect', { token })
    const call = (method: string, path: string, body?: unknown) =>
      hub.call(method, path, { token: connected.body.token, ...(body === undefined ? {} : { body }) })
    const body = { solutionId: hub.solution('Heartbeat'), values: {} }
    expect((await call('POST', '/environments/acme/configurations', body)).status).toBe(201)
    expect((await call('GET', '/environments/acme')).status).toBe(200)
    expect((await call('GET', '/solutions')).status).toBe(200)
    expect((await call('GET', '/environments/other/configurations')).status).toBe(403)
    expect((await call('PUT', '/environments/acme', { name: 'New' })).status).toBe(403)
    expect((await call('GET', '/users')).status).toBe(403)
  })

  it('connected support may only read', async () => {
    await environment()
    const { token } = await hub.member('s@b.example', 'acme', 'support')
    const connected = await hub.call('POST', '/environments/acme/connect', { token })
    const options = { token: connected.body.token }
    const body = { solutionId: hub.solution('Heartbeat'), values: {} }
    expect((await hub.call('GET', '/environments/acme/configurations', options)).status).toBe(200)
    const refused = await hub.call('POST', '/environments/acme/configurations', { ...options, body })
    expect(refused.status).toBe(403)
  })

  it('deleting an environment ends its tokens, removes its content and frees its domain', async () => {
    await environment()
    const { id, token } = await hub.member('d@b.example', 'acme', 'developer')
    const connected = await hub.call('POST', '/environments/acme/connect', { token })
    await inside('POST', '/configurations', { solutionId: hub.solution('Heartbeat'), values: {} })
    expect((await hub.call('DELETE', '/environments/acme')).status).toBe(204)
    await environment()
    const options = { token: connected.body.token }
    expect((await hub.call('GET', '/environments/acme', options)).status).toBe(401)
    expect((await inside('GET', '/configurations')).body).toEqual([])
    expect((await inside('GET', '/users')).body).toEqual([])
    expect((await hub.call('GET', `/users/${id}`)).status).toBe(200)
  })

  it('an account that must change its password can log in, but do nothing', async () => {
    const { users } = hub.emulator.tavio.tables
    for (const user of users.all()) users.put({ ...user, changePassword: true })
    const token = await hub.login()
    expect((await hub.call('GET', '/users', { token })).status).toBe(403)
  })

  it('a removed role counts at once, also for tokens issued before', async () => {
    await environment()
    const { id, token } = await hub.member('d@b.example', 'acme', 'developer')
    await hub.call('DELETE', `/environments/acme/users/${id}/access/developer`)
    expect((await hub.call('POST', '/environments/acme/connect', { token })).status).toBe(404)
  })
})

describe('what the service keeps', () => {
  it('creating a user sends an invitation, and a duplicate does not', async () => {
    await hub.call('POST', '/users', { body: { email: 'a@b.example' } })
    await hub.call('POST', '/users', { body: { email: 'A@b.example' } })
    const { body } = await hub.control('GET', '/outbox')
    expect(body).toMatchObject([{ kind: 'invitation', to: 'a@b.example', sentAt: '2024-01-02T03:04:05Z' }])
  })

  it('an invitation can lapse', async () => {
    const { body } = await hub.call('POST', '/users', { body: { email: 'a@b.example' } })
    await hub.control('POST', '/outbox', { to: 'a@b.example', expire: true })
    expect((await hub.call('GET', `/users/${body.id}`)).body.invite_expired).toBe(true)
  })

  it('numbers of any length come back as they were sent', async () => {
    await environment()
    const text = (extra: string) =>
      `{"solutionId":"${hub.solution('Candidate export')}","values":{"apiKey":"k","batchSize":${extra}}}`
    const options = { text: text('123456789012345678901234567890.5'), token: await hub.admin() }
    const path = '/tavio/v1/northwind/environments/acme/configurations'
    const created = await hub.raw('POST', path, options)
    const response = await fetch(new URL(`${path}/${created.body.id}`, hub.emulator.ready.control), {
      headers: { authorization: `Bearer ${options.token}` },
    })
    expect(await response.text()).toContain('"batchSize":123456789012345678901234567890.5')
  })

  it('an enabled environment can be deleted only when its deployments are down', async () => {
    await environment()
    const body = { solutionId: hub.solution('Heartbeat'), configurationIds: [] }
    const { body: created } = await inside('POST', '/deployments', body)
    const path = `/deployments/${created.id}`
    const until = async (status: string) => {
      for (let reads = 0; reads < 5; reads += 1)
        if ((await inside('GET', path)).body.status === status) return true
      return false
    }
    expect(await until('DEPLOYED')).toBe(true)
    expect((await inside('POST', `${path}/enable`)).status).toBe(200)
    expect((await hub.call('DELETE', '/environments/acme')).status).toBe(409)
    expect((await inside('POST', `${path}/disable`)).status).toBe(202)
    expect((await inside('POST', `${path}/enable`)).status).toBe(409)
    expect((await hub.call('DELETE', '/environments/acme')).status).toBe(409)
    expect(await until('UNDEPLOYED')).toBe(true)
    expect((await hub.call('DELETE', '/environments/acme')).status).toBe(204)
  })

  it('a deployment that is updated while enabled passes through a transition again', async () => {
    await environment()
    const solutionId = hub.solution('Heartbeat')
    const { body: created } = await inside('POST', '/deployments', { solutionId, configurationIds: [] })
    for (let reads = 0; reads < 3; reads += 1) await inside('GET', `/deployments/${created.id}`)
    const updated = await inside('PUT', `/deployments/${created.id}`, { configurationIds: [], name: 'n' })
    expect(updated).toMatchObject({ status: 200, body: { status: 'DEPLOYING', name: 'n', enabled: true } })
  })

  it('a PUT replaces: what is left out becomes empty', async () => {
    await environment()
    const { body } = await hub.call('PUT', '/environments/acme', { body: { name: 'New' } })
    expect(body).toMatchObject({ name: 'New', description: '', domain: 'acme' })
  })

  it('lists are filtered and sorted as chosen', async () => {
    for (const domain of ['b', 'a', 'c']) await environment(domain)
    const sorted = await hub.call('GET', '/environments?sort=-domain')
    expect(sorted.body.map((e: Json) => e.domain)).toEqual(['c', 'b', 'a'])
    const filtered = await hub.call('GET', '/environments?filters=domain:b,name:Acme')
    expect(filtered.body.map((e: Json) => e.domain)).toEqual(['b'])
  })

  it('the same seed and the same calls give the same ids', async () => {
    const first = await environment()
    const other = await openHub()
    const second = await other.call('POST', '/environments', { body: { name: 'Acme', domain: 'acme' } })
    await other.emulator.close()
    expect(second.body.id).toBe(first.body.id)
    expect(other.emulator.ready.client_secret).toBe(hub.emulator.ready.client_secret)
  })

  it('a call without a body may declare JSON all the same', async () => {
    const headers = { 'content-type': 'application/json' }
    const options = { token: await hub.login(), headers }
    expect((await hub.call('POST', '/auth/token/renew', options)).status).toBe(200)
    await environment()
    expect((await hub.call('DELETE', '/environments/acme', { headers })).status).toBe(204)
  })

  it('a credential of the client can travel as HTTP Basic', async () => {
    const { client_id, client_secret } = hub.emulator.ready
    const response = await fetch(hub.emulator.ready.token_url, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    expect(response.status).toBe(200)
  })
})
