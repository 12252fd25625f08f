import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Hub, openHub } from './hub.ts'

let hub: Hub
beforeAll(async () => {
  hub = await openHub()
})
afterAll(() => hub.emulator.close())
beforeEach(() => hub.reset())

const create = (domain = 'acme') => hub.call('POST', '/environments', { body: { name: 'Acme', domain } })
const domains = () => hub.emulator.tavio.tables.environments.all().map(({ domain }) => domain)

describe('a fault', () => {
  it('answers with the status, body and headers it was given, and does nothing', async () => {
    const fault = { method: 'POST', path: '/v1/*/environments', status: 503, headers: { 'retry-after': '2' } }
    expect((await hub.control('POST', '/faults', fault)).status).toBe(200)
    const reply = await create()
    expect(reply.status).toBe(503)
    expect(reply.body).toMatchObject({ status: 503, error: 'Service Unavailable' })
    expect(reply.headers.get('retry-after')).toBe('2')
    expect(domains()).toEqual([])
    expect((await create()).status).toBe(201)
  })

  it('can send a body that is no JSON', async () => {
    hub.emulator.faults.add({ route: 'listUsers', status: 502, body: '<html>Bad gateway' })
    const token = await hub.admin()
    const response = await fetch(`${hub.emulator.ready.systems.tavio}/v1/northwind/users`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect([response.status, await response.text()]).toEqual([502, '<html>Bad gateway'])
  })

  it('hits the N-th matching call, as many times as asked', async () => {
    hub.emulator.faults.add({ route: 'listUsers', nth: 2, times: 2, status: 500 })
    const seen = []
    for (let call = 0; call < 4; call += 1) {
      seen.push((await hub.call('GET', '/users')).status)
      await hub.call('GET', '/solutions')
    }
    expect(seen).toEqual([200, 500, 500, 200])
    expect((await hub.control('GET', '/faults')).body).toMatchObject([{ matched: 4, fired: 2 }])
  })

  it('drops the connection before anything is done', async () => {
    hub.emulator.faults.add({ route: 'createEnvironment', drop: 'before' })
    await hub.admin()
    await expect(create()).rejects.toThrow()
    expect(domains()).toEqual([])
  })

  it('drops the connection after the write is committed', async () => {
    hub.emulator.faults.add({ route: 'createEnvironment', drop: 'after' })
    await expect(create()).rejects.toThrow()
    expect(domains()).toEqual(['acme'])
    expect((await create()).status).toBe(409)
    expect(hub.emulator.stats.report()).toMatchObject({ failures: 2, byStatus: { dropped: 1, 409: 1 } })
  })

  it('answers with a failure after the write is committed', async () => {
    hub.emulator.faults.add({ route: 'createEnvironment', status: 504, when: 'after' })
    expect((await create()).status).toBe(504)
    expect(domains()).toEqual(['acme'])
  })

  it('delays an answer, while others pass', async () => {
    await hub.call('GET', '/users')
    hub.emulator.faults.add({ route: 'createEnvironment', delayMs: 60 })
    const order: string[] = []
    const slow = create().then(() => order.push('slow'))
    const fast = hub.call('GET', '/users').then(() => order.push('fast'))
    await Promise.all([slow, fast])
    expect(order).toEqual(['fast', 'slow'])
    expect(domains()).toEqual(['acme'])
  })

  it('is forgotten on demand', async () => {
    hub.emulator.faults.add({ status: 500, times: 100 })
    expect((await hub.control('DELETE', '/faults')).status).toBe(204)
    expect((await create()).status).toBe(201)
  })

  it('is refused if it would do nothing or is misspelt', async () => {
    for (const wrong of [{ route: 'x' }, { status: 42 }, { statuscode: 500 }, { drop: 'maybe' }, 7])
      expect((await hub.control('POST', '/faults', wrong)).status, JSON.stringify(wrong)).toBe(400)
    expect(hub.emulator.faults.list()).toEqual([])
  })
})
