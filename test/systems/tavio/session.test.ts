import { afterEach, describe, expect, it } from 'vitest'
import {
  type Asked,
  clientOf,
  type Reply,
  type Scripted,
  scripted,
  signal,
  type TestClient,
} from './scripted.ts'

const LOGIN = 'POST /v1/org/auth/login'
const RENEW = 'POST /v1/org/auth/token/renew'
const CONNECT = 'POST /v1/org/environments/acme/connect'
const user = { username: 'ada@acme.example', password: 'the-password' }
const asUser = { account: { client: undefined, user } }

const open: (Scripted | TestClient)[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function setUp(reply: (asked: Asked, count: number) => Reply, options: Parameters<typeof clientOf>[1]) {
  const server = await scripted(reply)
  const client = clientOf(server, options)
  open.push(server, client)
  return { ...client, server }
}

/** Issues tokens `login-1`, `renew-2`, … and accepts only the last one of each kind. */
function issuer(options: { life?: number; renews?: boolean; extra?: object } = {}) {
  const { life = 3600, renews = true, extra } = options
  let count = 0
  const valid = new Set<string>()
  const bearer = ({ headers }: Asked) => (headers.authorization ?? '').replace('Bearer ', '')
  const issue = (kind: string, old?: string): Reply => {
    if (old !== undefined) valid.delete(old)
    count += 1
    valid.add(`${kind}-${count}`)
    return { json: { token: `${kind}-${count}`, expires_in: life, ...extra } }
  }
  return {
    revokeAll: () => valid.clear(),
    reply: (asked: Asked, other: () => Reply): Reply => {
      if (asked.line === LOGIN) return issue('login')
      if (!valid.has(bearer(asked)))
        return { status: 401, json: { status: 401, message: `bad ${bearer(asked)}` } }
      if (asked.line === RENEW) return renews ? issue('renew', bearer(asked)) : { status: 401 }
      return asked.line === CONNECT ? issue('connect') : other()
    },
  }
}

describe('a user', () => {
  it('logs in once, and connects once to an environment', async () => {
    const { reply } = issuer()
    const { client, server } = await setUp((asked) => reply(asked, () => ({ json: [] })), asUser)
    await Promise.all([
      client.users(signal),
      client.deployments('acme', signal),
      client.configurations('acme', signal),
    ])
    expect(server.lines().filter((line) => line.startsWith('POST'))).toEqual([LOGIN, CONNECT])
    const inside = server.asked.find(({ line }) => line.endsWith('/deployments'))
    expect(inside?.headers.authorization).toBe('Bearer connect-2')
  })

  it('renews before the token runs out, once for all callers', async () => {
    const { reply } = issuer({ life: 1000 })
    const { client, clock, server } = await setUp((asked) => reply(asked, () => ({ json: [] })), asUser)
    await client.users(signal)
    clock.pass(950_000)
    await Promise.all([client.users(signal), client.users(signal), client.users(signal)])
    expect(server.lines().filter((line) => line.startsWith('POST'))).toEqual([LOGIN, RENEW])
  })

  it('logs in afresh when the token has run out, since such a one cannot be renewed', async () => {
    const { reply } = issuer({ life: 1000 })
    const { client, clock, server } = await setUp((asked) => reply(asked, () => ({ json: [] })), asUser)
    await client.users(signal)
    clock.pass(1_000_001)
    await client.users(signal)
    expect(server.lines().filter((line) => line.startsWith('POST'))).toEqual([LOGIN, LOGIN])
  })

  it('on a refused token renews, then logs in and connects afresh, and sends the call again', async () => {
    const hub = issuer()
    const { client, server } = await setUp((asked) => hub.reply(asked, () => ({ json: [] })), asUser)
    await client.deployments('acme', signal)
    hub.revokeAll()
    expect(await client.deployments('acme', signal)).toEqual([])
    expect(server.lines().slice(3)).toEqual([
      'GET /v1/org/environments/acme/deployments',
      RENEW,
      CONNECT,
      RENEW,
      LOGIN,
      CONNECT,
      'GET /v1/org/environments/acme/deployments',
    ])
  })

  it('gives up when nothing helps', async () => {
    const { reply } = issuer()
    const { client, server } = await setUp(
      (asked) => reply(asked, () => ({ status: 401, json: { message: 'go away' } })),
      asUser,
    )
    await expect(client.users(signal)).rejects.toThrow(/401: go away\. Signing in again did not help/)
    expect(server.lines().filter((line) => line.endsWith('/users'))).toHaveLength(3)
  })

  it.each([400, 401])('a login refused with %i names the settings, and no secret', async (status) => {
    const { client } = await setUp(() => ({ status, json: { message: 'bad the-password' } }), asUser)
    const error: Error = await client.users(signal).then(
      () => new Error('none'),
      (e: Error) => e,
    )
    expect(error.message).toMatch(/Sign-in refused.*TAVIO_USERNAME.*TAVIO_PASSWORD/)
    expect(error.message).not.toContain('the-password')
  })

  it('a login answered 404 speaks of access to the organization', async () => {
    const { client } = await setUp(() => ({ status: 404 }), asUser)
    await expect(client.users(signal)).rejects.toThrow(/No access to organization.*TAVIO_ORGANIZATION/)
  })

  it('environments connected at the same time all find the other verb of connect', async () => {
    const { reply } = issuer()
    const { client } = await setUp((asked) => {
      if (asked.line.endsWith('/connect') && asked.line.startsWith('POST')) return { status: 405 }
      if (asked.line.startsWith('PUT')) return reply({ ...asked, line: CONNECT }, () => ({ status: 500 }))
      return reply(asked, () => ({ json: [] }))
    }, asUser)
    const all = ['a', 'b', 'c'].map((domain) => client.deployments(domain, signal))
    expect(await Promise.all(all)).toEqual([[], [], []])
  })

  it('a connect answered 404 is lack of a grant, never an absence', async () => {
    const { reply } = issuer()
    const { client } = await setUp(
      (asked) =>
        asked.line === CONNECT
          ? { status: 404 }
          : reply(asked, () => ({ json: { domain: 'acme', name: 'Acme', status: 'ACTIVE' } })),
      asUser,
    )
    const which = { environment: 'acme', id: 'd1' }
    await expect(client.deployment(which, signal)).rejects.toThrow(/no role in it.*tavio_environment_access/)
    await expect(client.configuration(which, signal)).rejects.toThrow(/no role in it/)
    await expect(client.deployments('acme', signal)).rejects.toThrow(/no role in it/)
  })

  it('what was in an environment is gone with it', async () => {
    const { reply } = issuer()
    const { client } = await setUp(
      (asked) =>
        asked.line === CONNECT
          ? { status: 404 }
          : reply(asked, () => (asked.line.endsWith('/environments') ? { json: [] } : { status: 404 })),
      asUser,
    )
    expect(await client.deployment({ environment: 'acme', id: 'd1' }, signal)).toBeUndefined()
    expect(await client.deployments('acme', signal)).toEqual([])
  })

  it.each([
    [{ mfaRequired: true, mfaConfigured: false }, /multi-factor.*client credentials/],
    [{ changePassword: true }, /password must be changed first/],
  ])('a refusal after a login that says %o explains it', async (flags, message) => {
    const { reply } = issuer({ extra: { user: { id: 'u1', ...flags } } })
    const { client } = await setUp((asked) => reply(asked, () => ({ status: 403 })), asUser)
    await expect(client.users(signal)).rejects.toThrow(message)
  })
})

describe('a client', () => {
  const granted: Reply = { json: { token: 'granted', expires_in: 60 } }

  it.each<[string, (asked: Asked) => Reply, readonly string[]]>([
    ['below the organization', () => granted, ['POST /v1/org/oauth/token']],
    [
      'at the root',
      ({ line }) => (line === 'POST /oauth/token' ? granted : { status: 404 }),
      ['POST /v1/org/oauth/token', 'POST /oauth/token'],
    ],
    [
      'by HTTP Basic',
      ({ headers }) =>
        headers.authorization?.startsWith('Basic ')
          ? granted
          : { status: 401, json: { error: 'invalid_client' } },
      ['POST /v1/org/oauth/token', 'POST /v1/org/oauth/token'],
    ],
  ])('gets a token %s', async (_name, tokens, expected) => {
    const { client, server } = await setUp(
      (asked) => (asked.line.endsWith('/oauth/token') ? tokens(asked) : { json: [] }),
      {},
    )
    await client.users(signal)
    expect(server.lines()).toEqual([...expected, 'GET /v1/org/users'])
    expect(server.asked.at(-1)?.headers.authorization).toBe('Bearer granted')
  })

  it('asks the token URL that is set, with the scope', async () => {
    const { client, server } = await setUp(
      (asked) => (asked.line === 'POST /here' ? granted : { json: [] }),
      {
        account: { tokenUrl: '/here', scope: 'api admin' },
      },
    )
    await client.users(signal)
    expect(server.asked[0]?.body).toContain('scope=api+admin')
  })

  it.each<[string, Reply, RegExp]>([
    [
      'in the form of RFC 6749',
      { status: 401, json: { error: 'invalid_client', error_description: 'who?' } },
      /401: who\?.*TAVIO_CLIENT_SECRET/,
    ],
    [
      'in the form of the service',
      { status: 400, json: { status: 400, message: 'no the-client-secret' } },
      /400: no \(hidden\)/,
    ],
    ['for its scope', { status: 400, json: { error: 'invalid_scope' } }, /TAVIO_SCOPE/],
    ['for its address', { status: 404 }, /Token URL not found.*TAVIO_TOKEN_URL/],
  ])('says what to do when refused %s', async (_name, reply, message) => {
    const { client } = await setUp(() => reply, {})
    await expect(client.users(signal)).rejects.toThrow(message)
  })

  it('connects as a user beside where it is not let into an environment', async () => {
    const { reply } = issuer()
    const { client, server } = await setUp(
      (asked) => {
        if (asked.line.endsWith('/oauth/token')) return granted
        if (asked.headers.authorization === 'Bearer granted') return { status: 403 }
        return reply(asked, () => ({ json: [] }))
      },
      { account: { user } },
    )
    await client.deployments('acme', signal)
    await client.configurations('acme', signal)
    expect(server.lines()).toEqual([
      'POST /v1/org/oauth/token',
      'GET /v1/org/environments/acme/deployments',
      LOGIN,
      CONNECT,
      'GET /v1/org/environments/acme/deployments',
      'GET /v1/org/environments/acme/configurations',
    ])
  })

  it('says to name a user where it is let into no environment', async () => {
    const { client } = await setUp(
      (asked) => (asked.line.endsWith('/oauth/token') ? granted : { status: 403 }),
      {},
    )
    await expect(client.deployments('acme', signal)).rejects.toThrow(/TAVIO_USERNAME/)
  })
})
