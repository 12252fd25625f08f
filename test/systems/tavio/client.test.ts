import { afterEach, describe, expect, it } from 'vitest'
import { UncertainOutcomeError } from '../../../src/provider/uncertain.ts'
import {
  type Asked,
  clientOf,
  type Reply,
  type Scripted,
  scripted,
  signal,
  type TestClient,
} from './scripted.ts'

const TOKEN = 'POST /v1/org/oauth/token'
const token: Reply = { json: { access_token: 'token-1', token_type: 'Bearer', expires_in: 3600 } }
const ada = { id: 'u1', email: 'ada@acme.example' }

const open: (Scripted | TestClient)[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function setUp(
  reply: (asked: Asked, count: number) => Reply,
  options: Parameters<typeof clientOf>[1] = {},
): Promise<TestClient & { server: Scripted }> {
  const server = await scripted((asked, count) => (asked.line === TOKEN ? token : reply(asked, count)))
  const client = clientOf(server, options)
  open.push(server, client)
  return { ...client, server }
}

describe('sending', () => {
  it('waits as long as Retry-After says, and then sends even a create again', async () => {
    const { client, clock, server } = await setUp((_asked, count) =>
      count === 1 ? { status: 429, headers: { 'retry-after': '7' } } : { status: 201, json: ada },
    )
    expect((await client.createUser({ email: ada.email }, signal)).id).toBe('u1')
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(7_000)
    expect(server.lines().filter((line) => line === 'POST /v1/org/users')).toHaveLength(2)
  })

  it('holds back every request while the service asks for patience', async () => {
    const { client, clock } = await setUp((asked, count) =>
      asked.line.includes('/users/u1') && count === 1
        ? { status: 429, headers: { 'retry-after': '30' } }
        : { json: ada },
    )
    await client.user('u1', signal)
    const before = clock.slept.length
    await client.user('u2', signal)
    expect(clock.slept.length).toBe(before)
    expect(Math.max(...clock.slept)).toBeGreaterThanOrEqual(30_000)
  })

  it.each([502, 503, 504])('reads again after %i', async (status) => {
    const { client, usage } = await setUp((_asked, count) => (count < 3 ? { status } : { json: ada }))
    expect((await client.user('u1', signal))?.id).toBe('u1')
    expect(usage().retries).toBe(2)
  })

  it('gives up reading after some failures, naming the request and what came', async () => {
    const { client } = await setUp(() => ({ status: 503, json: { message: 'down for repairs' } }))
    await expect(client.user('u1', signal)).rejects.toThrow(
      /GET \/v1\/org\/users\/u1 was answered 503: down for repairs/,
    )
  })

  it('reads again when the connection drops', async () => {
    const { client } = await setUp((_asked, count) => (count === 1 ? 'drop' : { json: ada }))
    expect((await client.user('u1', signal))?.id).toBe('u1')
  })

  it.each<[string, Reply]>([
    ['the connection drops', 'drop'],
    ['no answer comes in time', 'hang'],
    ['the service fails', { status: 500 }],
    ['a gateway fails', { status: 502 }],
    ['the service is unavailable', { status: 503 }],
  ])('never repeats a create when %s', async (_name, reply) => {
    const { client, server } = await setUp(() => reply, { request: { attemptTimeoutMs: 200 } })
    await expect(client.createUser({ email: ada.email }, signal)).rejects.toThrow(UncertainOutcomeError)
    expect(server.lines().filter((line) => line === 'POST /v1/org/users')).toHaveLength(1)
  })

  it('a create refused before it was processed is a refusal, not an uncertainty', async () => {
    const { client } = await setUp(() => ({ status: 501 }))
    await expect(client.createUser({ email: ada.email }, signal)).rejects.toMatchObject({ status: 501 })
  })

  it('names the address when nobody listens', async () => {
    const server = await scripted(() => token)
    await server.close()
    const { client, close } = clientOf(server)
    await expect(client.user('u1', signal)).rejects.toThrow(/no answer from .*ECONNREFUSED.*TAVIO_BASE_URL/)
    await close()
  })

  it('stops at once when aborted', async () => {
    const controller = new AbortController()
    const { client } = await setUp(() => {
      queueMicrotask(() => controller.abort(new Error('stopped')))
      return 'hang'
    })
    await expect(client.user('u1', controller.signal)).rejects.toThrow('stopped')
  })

  it('says that something else answered when there is no JSON', async () => {
    const { client } = await setUp(() => ({ text: '<html>Welcome</html>' }))
    await expect(client.user('u1', signal)).rejects.toThrow(/not with a JSON object.*TAVIO_BASE_URL/)
  })
})

describe('reading', () => {
  it('a reader has no way to write, neither by its functions nor by its transport', async () => {
    const { client, server } = await setUp(() => ({ json: ada }), { access: 'read' })
    expect(Object.keys(client).filter((name) => /create|update|delete|grant|revoke|set/.test(name))).toEqual(
      [],
    )
    expect(server.asked).toEqual([])
  })

  it('a reader asks once for what it is asked twice', async () => {
    const { client, server } = await setUp(() => ({ json: ada }), { access: 'read' })
    await Promise.all([client.user('u1', signal), client.user('u1', signal)])
    await client.user('u1', signal)
    expect(server.lines()).toEqual([TOKEN, 'GET /v1/org/users/u1'])
  })

  it('a reader asks again after a failure', async () => {
    const { client } = await setUp((_asked, count) => (count === 1 ? { status: 403 } : { json: ada }), {
      access: 'read',
    })
    await expect(client.user('u1', signal)).rejects.toThrow(/403/)
    expect((await client.user('u1', signal))?.id).toBe('u1')
  })

  it('a writer sees what changed', async () => {
    const { client } = await setUp((_asked, count) => ({ json: { ...ada, firstName: `${count}` } }))
    await client.user('u1', signal)
    expect((await client.user('u1', signal))?.firstName).toBe('2')
  })

  it.each<[string, unknown]>([
    ['a bare array', [ada]],
    ['content', { content: [ada], totalElements: 1 }],
    ['items', { items: [ada] }],
    ['data', { data: [ada] }],
    ['the plural name', { users: [ada], tags: [] }],
    ['the only array', { people: [ada], count: 1 }],
  ])('takes a list as %s', async (_name, json) => {
    const { client } = await setUp(() => ({ json }))
    expect((await client.users(signal))?.map(({ id }) => id)).toEqual(['u1'])
  })

  it('follows pages to the end, once the answer says that there are any', async () => {
    const { client, server } = await setUp(({ line }) => {
      const number = Number(/page=(\d+)/.exec(line)?.[1] ?? 0)
      return { json: { content: [{ id: `u${number}` }], totalElements: 3, totalPages: 3, number, size: 1 } }
    })
    expect((await client.users(signal))?.map(({ id }) => id)).toEqual(['u0', 'u1', 'u2'])
    expect(server.lines().slice(1)).toEqual([
      'GET /v1/org/users',
      'GET /v1/org/users?page=1',
      'GET /v1/org/users?page=2',
    ])
  })

  it('a list of which not every page can be had is an error and not a shorter list', async () => {
    const { client } = await setUp(() => ({ json: { content: [ada], totalPages: 2, number: 0, size: 1 } }))
    await expect(client.users(signal)).rejects.toThrow(/not be complete/)
  })

  it('a list that is not offered is no list', async () => {
    const { client } = await setUp(() => ({ status: 405 }))
    expect(await client.users(signal)).toBeUndefined()
  })

  it('falls back to the list where a user cannot be read', async () => {
    const { client } = await setUp(({ line }) =>
      line.endsWith('/users') ? { json: [ada] } : { status: 405 },
    )
    expect((await client.user('u1', signal))?.email).toBe(ada.email)
    expect(await client.user('u2', signal)).toBeUndefined()
  })

  it('a 404 everywhere is no proof that an object is gone', async () => {
    const { client } = await setUp(() => ({ status: 404 }))
    await expect(client.environment('acme', signal)).rejects.toThrow(
      /no such object, or the account has no access/,
    )
  })

  it('an object that neither reading nor the list finds is gone', async () => {
    const { client } = await setUp(({ line }) =>
      line.endsWith('/environments') ? { json: [] } : { status: 404 },
    )
    expect(await client.environment('acme', signal)).toBeUndefined()
  })

  it('an environment whose status says that it is deleted is gone', async () => {
    const { client } = await setUp(() => ({ json: { domain: 'acme', status: 'Deleted' } }))
    expect(await client.environment('acme', signal)).toBeUndefined()
  })

  it('finds the current user under each of its addresses, and remembers which', async () => {
    const { client, server } = await setUp(({ line }) =>
      line.endsWith('/auth/me') ? { json: ada } : { status: 404 },
    )
    await client.currentUser(signal)
    await client.currentUser(signal)
    expect(server.lines().slice(1)).toEqual([
      'GET /v1/org/me',
      'GET /v1/org/users/me',
      'GET /v1/org/auth/me',
      'GET /v1/org/auth/me',
    ])
  })

  it('keeps numbers exact that are sent back', async () => {
    const { client, server } = await setUp(({ line }) =>
      line.startsWith('GET') ? { text: '{"id":"u1","quota":9007199254740993}' } : { status: 204 },
    )
    const last = async () => (await client.user('u1', signal))?.raw
    await client.updateUser('u1', { firstName: 'A' }, last, signal)
    expect(server.asked.at(-1)?.body).toContain('"quota":9007199254740993')
  })
})

describe('writing', () => {
  it('sends back what was served, or only the known keys where the rest is refused, and remembers', async () => {
    const { client, server } = await setUp(({ line, body }) => {
      if (line.startsWith('GET')) return { json: { ...ada, favorite: true } }
      return body.includes('favorite') ? { status: 400 } : { json: ada }
    })
    const last = async () => (await client.user('u1', signal))?.raw
    await client.updateUser('u1', { firstName: 'Ada' }, last, signal)
    await client.updateUser('u1', { firstName: 'Eva' }, last, signal)
    const puts = server.asked.filter(({ line }) => line.startsWith('PUT')).map(({ body }) => JSON.parse(body))
    expect(puts).toEqual([
      { ...ada, favorite: true, firstName: 'Ada' },
      { firstName: 'Ada' },
      { firstName: 'Eva' },
    ])
  })

  it('updates by PATCH where PUT is not offered, with the changed keys alone', async () => {
    const { client, server } = await setUp(({ line }) =>
      line.startsWith('PUT') ? { status: 405 } : { json: { ...ada, favorite: true } },
    )
    await client.updateUser('u1', { firstName: 'Ada' }, async () => ({ favorite: true }), signal)
    expect(server.asked.at(-1)).toMatchObject({ line: 'PATCH /v1/org/users/u1', body: '{"firstName":"Ada"}' })
  })

  it('grants and revokes with the role in the body where the path does not take it', async () => {
    const { client, server } = await setUp(({ line }) =>
      line.endsWith('/access') ? { status: 204 } : { status: 404 },
    )
    await client.grant({ userId: 'u1', role: 'admin' }, signal)
    await client.revoke({ userId: 'u1', role: 'admin' }, signal)
    expect(server.asked.slice(1).map(({ line, body }) => `${line} ${body}`)).toEqual([
      'PUT /v1/org/users/u1/access/admin ',
      'POST /v1/org/users/u1/access/admin ',
      'POST /v1/org/users/u1/access {"role":"admin"}',
      'DELETE /v1/org/users/u1/access {"role":"admin"}',
    ])
  })

  it('takes the id of a new object from Location', async () => {
    const { client } = await setUp(() => ({ status: 201, headers: { location: '/v1/org/users/a%20b?x=1' } }))
    expect((await client.createUser({ email: ada.email }, signal)).id).toBe('a b')
  })

  it.each([200, 202, 204])('a delete answered %i is one', async (status) => {
    const { client } = await setUp(() => ({ status }))
    expect(await client.deleteUser('u1', signal)).toBe('deleted')
  })

  it.each([405, 501])('a delete answered %i is not offered', async (status) => {
    const { client } = await setUp(() => ({ status }))
    expect(await client.deleteUser('u1', signal)).toBe('refused')
  })

  it('no error repeats a value of a configuration, however the service spells it', async () => {
    const secret = 'päss "word"/1'
    const { client } = await setUp(({ body }) => ({
      status: 400,
      json: { message: `bad: ${body} ${encodeURIComponent(secret)} ${secret} 7` },
    }))
    const values = { apiKey: secret, pin: 7, flag: true }
    const error: Error = await client
      .createConfiguration('acme', { solutionId: 's', values }, signal)
      .catch((e) => e)
    expect(error.message).toContain('(hidden)')
    expect(error.message).not.toMatch(/p(ä|%C3%A4|\\u00e4)ss|word|\b7\b/)
  })
})
