import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Hub, type Json, openHub } from './hub.ts'

let hub: Hub
beforeAll(async () => {
  hub = await openHub({ profile: 'flipped' })
})
afterAll(() => hub.emulator.close())

it('with every switch flipped, the whole way from a customer to a deployment and back can be gone', async () => {
  const token = await hub.login()
  const call = (method: string, path: string, body?: Json) =>
    hub.call(method, path, { token, ...(body === undefined ? {} : { body }) })
  const read = async (path: string, until: (body: Json) => boolean = () => true): Promise<Json> => {
    for (let reads = 0; reads < 10; reads += 1) {
      const { status, body } = await call('GET', path)
      if (status === 200 && until(body)) return body
    }
    throw new Error(`${path} does not come to be as expected`)
  }

  expect((await read('/users/me')).roles).toEqual([{ name: 'owner' }])
  const environment = await call('POST', '/environments', { name: 'Acme Shop' })
  expect([environment.status, environment.body]).toEqual([200, undefined])
  expect(environment.headers.get('location')).toBe('/tavio/v1/northwind/environments/acme-shop')
  const path = '/environments/acme-shop'
  await read(path)
  expect((await call('PATCH', path, { description: 'new' })).status).toBe(204)

  const user = await call('POST', '/users', { email: 'a@b.example' })
  expect(user.body.id).toBeDefined()
  const grant = await call('POST', `${path}/users/${user.body.id}/access`, { role: 'specialist' })
  expect([grant.status, grant.body.roles]).toEqual([200, [{ name: 'specialist' }]])

  const solutions = await read(`${path}/solutions`)
  const solution = solutions.content.find((each: Json) => each.name === 'Candidate export')
  const configuration = await call('POST', `${path}/configurations`, {
    solutionId: solution.id,
    values: { apiKey: 'k' },
    ignored: true,
  })
  expect(configuration.body.values).toEqual({ apiKey: '********' })

  const deployment = await call('POST', `${path}/deployments`, {
    solutionId: solution.id,
    configurationIds: [configuration.body.id],
  })
  const at = `${path}/deployments/${deployment.headers.get('location')?.split('/').at(-1)}`
  expect((await read(at)).status).toBe('UNDEPLOYED')
  expect((await call('PATCH', at, { enabled: true })).status).toBe(204)
  expect(await read(at)).toMatchObject({ enabled: true, status: 'DEPLOYED' })
  expect((await call('PATCH', at, { enabled: false })).status).toBe(204)
  expect((await call('DELETE', at)).status).toBe(202)
  expect((await call('DELETE', path)).status).toBe(202)
  expect((await read(path, (body) => body.status === 'DELETED')).status).toBe('DELETED')
})

it('with every switch flipped, a client without a user is sent away, unless it connects', async () => {
  const token = await hub.admin()
  const listed = await hub.call('GET', '/environments', { token })
  expect(listed.status).toBe(200)
  await hub.call('POST', '/environments', { token, body: { name: 'Beta' } })
  expect((await hub.call('GET', '/environments/beta/deployments', { token })).status).toBe(403)
  const connected = await hub.call('PUT', '/environments/beta/connect', { token })
  const inside = await hub.call('GET', '/environments/beta/deployments', { token: connected.body.token })
  expect(inside.status).toBe(200)
})
