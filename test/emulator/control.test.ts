import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { profileOf } from '../../src/emulator/tavio/switches.ts'
import { type Hub, type Json, openHub } from './hub.ts'

let hub: Hub
let now = Date.UTC(2024, 0, 1)
beforeAll(async () => {
  hub = await openHub({ clock: () => now })
})
afterAll(() => hub.emulator.close())
beforeEach(() => hub.reset())

/** Fills a hub with one of each; in which order is up to the test. */
async function fill(target: Hub, domains: readonly string[]): Promise<void> {
  for (const domain of domains) {
    await target.call('POST', '/environments', { body: { name: domain, domain } })
    const { body: user } = await target.call('POST', '/users', { body: { email: `${domain}@b.example` } })
    await target.call('PUT', `/environments/${domain}/users/${user.id}/access/developer`)
    const solutionId = target.solution('Order webhook')
    const values = { url: 'https://x.example', signingKey: 's' }
    const path = `/environments/${domain}`
    const { body } = await target.call('POST', `${path}/configurations`, { body: { solutionId, values } })
    const deployment = { solutionId, configurationIds: [body.id] }
    await target.call('POST', `${path}/deployments`, { body: deployment })
  }
}

describe('stats', () => {
  it('count by method and route, with writes apart from sign-in', async () => {
    await hub.admin()
    await fill(hub, ['acme'])
    await hub.call('GET', '/nothing')
    const { body } = await hub.control('GET', '/stats')
    expect(body).toMatchObject({
      writes: 5,
      byMethod: { GET: 1, PUT: 1 },
      byRoute: { createEnvironment: 1, grantEnvironmentAccess: 1, createDeployment: 1, unknown: 1 },
      violations: [],
    })
    expect([body.total, body.failures]).toEqual([7, 1])
    expect((await hub.control('DELETE', '/stats')).status).toBe(204)
    expect(hub.emulator.stats.report()).toMatchObject({ total: 0, writes: 0, byRoute: {} })
  })

  it('do not count the control surface', async () => {
    hub.emulator.stats.clear()
    await hub.control('GET', '/stats')
    expect(hub.emulator.stats.report().total).toBe(0)
  })
})

describe('a snapshot', () => {
  it('restores the store it was taken from, on another hub', async () => {
    await fill(hub, ['acme', 'beta'])
    const { body: snapshot } = await hub.control('GET', '/snapshot')
    const other = await openHub()
    expect((await other.control('PUT', '/snapshot', snapshot)).status).toBe(204)
    expect((await other.control('GET', '/snapshot')).body).toEqual(snapshot)
    const created = await other.call('POST', '/environments', { body: { name: 'New', domain: 'new' } })
    await other.emulator.close()
    expect(JSON.stringify(snapshot)).not.toContain(created.body.id)
  })

  it('in its comparable form does not tell in which order things were made', async () => {
    const other = await openHub({ seed: 7 })
    await fill(hub, ['acme', 'beta'])
    await fill(other, ['beta', 'acme'])
    const forms = await Promise.all(
      [hub, other].map(async (each) => (await each.control('GET', '/snapshot?form=comparable')).body),
    )
    await other.call('PUT', '/environments/acme', { body: { name: 'Else' } })
    const changed = (await other.control('GET', '/snapshot?form=comparable')).body
    await other.emulator.close()
    expect(forms[0]).toEqual(forms[1])
    expect(changed).not.toEqual(forms[1])
  })

  it('holds no token', async () => {
    const token = await hub.login()
    expect(JSON.stringify((await hub.control('GET', '/snapshot')).body)).not.toContain(token)
  })

  it('that is none is refused, and changes nothing', async () => {
    await fill(hub, ['acme'])
    const before = (await hub.control('GET', '/snapshot')).body
    for (const wrong of [{ tavio: {} }, { other: {} }, { tavio: { ...before.tavio, users: [{}] } }])
      expect((await hub.control('PUT', '/snapshot', wrong)).status).toBe(400)
    expect((await hub.control('GET', '/snapshot')).body).toEqual(before)
  })
})

describe('conditions', () => {
  const condition = (changes: Json) => hub.control('PUT', '/conditions', changes)

  it('read-only answers a write with 500 and records it, and lets reads and sign-in pass', async () => {
    await condition({ readOnly: true })
    expect((await hub.call('POST', '/environments', { body: { name: 'A', domain: 'a' } })).status).toBe(500)
    expect((await hub.call('GET', '/environments', { token: await hub.admin() })).body).toEqual([])
    expect(hub.emulator.stats.report().violations).toMatchObject([
      { method: 'POST', path: '/v1/northwind/environments', route: 'createEnvironment' },
    ])
  })

  it('a rate limit answers 429 with the seconds to wait, and lifts after them', async () => {
    const token = await hub.admin()
    await condition({ rateLimitPerMinute: 2 })
    const seen = []
    for (let call = 0; call < 3; call += 1) seen.push(await hub.call('GET', '/users', { token }))
    expect(seen.map(({ status }) => status)).toEqual([200, 200, 429])
    expect(seen[2]?.headers.get('retry-after')).toBe('30')
    now += 30_000
    expect((await hub.call('GET', '/users', { token })).status).toBe(200)
    expect((await hub.call('GET', '/users', { token })).status).toBe(429)
  })

  it('tokens expire after their life, and cannot be renewed then', async () => {
    await condition({ tokenLifeSeconds: 60 })
    const token = await hub.login()
    now += 59_000
    expect((await hub.call('GET', '/me', { token })).status).toBe(200)
    now += 1_000
    expect((await hub.call('GET', '/me', { token })).status).toBe(401)
    expect((await hub.call('POST', '/auth/token/renew', { token })).status).toBe(401)
  })

  it('latency makes calls overlap', async () => {
    const token = await hub.admin()
    await condition({ latencyMs: 30, jitterMs: 5 })
    hub.emulator.stats.clear()
    const calls = Array.from({ length: 5 }, () => hub.call('GET', '/users', { token }))
    await Promise.all(calls)
    expect(hub.emulator.stats.report().peakConcurrency).toBeGreaterThan(1)
  })

  it('a deployment fails on demand', async () => {
    await hub.call('POST', '/environments', { body: { name: 'A', domain: 'a' } })
    await condition({ failTransitions: 1 })
    const body = { solutionId: hub.solution('Heartbeat'), configurationIds: [] }
    const { body: created } = await hub.call('POST', '/environments/a/deployments', { body })
    const path = `/environments/a/deployments/${created.id}`
    const settle = async () => {
      for (let reads = 0; reads < 5; reads += 1) {
        const reply = await hub.call('GET', path)
        if (reply.body.status !== 'DEPLOYING') return reply.body.status
      }
    }
    expect(await settle()).toBe('FAILED')
    expect((await hub.call('POST', `${path}/enable`)).status).toBe(202)
    expect(await settle()).toBe('DEPLOYED')
  })

  it('that are misspelt are refused', async () => {
    for (const wrong of [{ latency: 5 }, { latencyMs: -1 }, { readOnly: 'yes' }, 7])
      expect((await condition(wrong)).status, JSON.stringify(wrong)).toBe(400)
  })
})

describe('reset', () => {
  it('forgets objects, tokens, faults, counts and conditions, but not switches', async () => {
    const token = await hub.login()
    await fill(hub, ['acme'])
    await hub.control('PUT', '/switches', { deletes: true })
    await hub.control('PUT', '/conditions', { readOnly: true })
    hub.emulator.faults.add({ status: 500, nth: 1000 })
    expect((await hub.control('POST', '/reset')).status).toBe(204)
    expect(hub.emulator.tavio.tables.environments.size).toBe(0)
    expect(hub.emulator.tavio.tables.solutions.size).toBe(5)
    expect((await hub.call('GET', '/me', { token })).status).toBe(401)
    expect((await hub.control('GET', '/switches')).body.deletes).toBe(true)
    expect((await hub.control('GET', '/conditions')).body.readOnly).toBe(false)
    expect((await hub.control('GET', '/faults')).body).toEqual([])
    hub.emulator.tavio.setSwitches(profileOf('default'))
  })
})
