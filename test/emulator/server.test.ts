import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { describe as describeHub } from '../../src/emulator/server.ts'
import { openHub } from './hub.ts'

const directory = mkdtempSync(join(tmpdir(), 'hub-'))
afterAll(() => rmSync(directory, { recursive: true }))

describe('a hub on a file', () => {
  it('keeps objects, their order and their ids over a restart, and ends tokens', async () => {
    const database = join(directory, 'hub.sqlite')
    const first = await openHub({ database })
    for (const domain of ['b', 'a', 'c'])
      await first.call('POST', '/environments', { body: { name: 'Ä "x"', domain } })
    await first.call('DELETE', '/environments/a')
    const token = await first.login()
    const before = (await first.control('GET', '/snapshot')).body
    await first.emulator.close()

    const second = await openHub({ database })
    expect((await second.control('GET', '/snapshot')).body).toEqual(before)
    const list = await second.call('GET', '/environments')
    expect(list.body.map((environment: { domain: string }) => environment.domain)).toEqual(['b', 'c'])
    expect((await second.call('GET', '/me', { token })).status).toBe(401)
    const created = await second.call('POST', '/environments', { body: { name: 'D', domain: 'd' } })
    await second.emulator.close()
    expect(JSON.stringify(before)).not.toContain(created.body.id)
  })

  it('keeps what a reset left', async () => {
    const database = join(directory, 'reset.sqlite')
    const first = await openHub({ database })
    await first.call('POST', '/environments', { body: { name: 'A', domain: 'a' } })
    await first.control('POST', '/reset')
    await first.emulator.close()
    const second = await openHub({ database })
    const sizes = [second.emulator.tavio.tables.environments.size, second.emulator.tavio.tables.users.size]
    await second.emulator.close()
    expect(sizes).toEqual([0, 1])
  })
})

describe('a hub', () => {
  it('describes itself in plain data, on the loopback interface', async () => {
    const hub = await openHub()
    const ready = JSON.parse(JSON.stringify(describeHub(hub.emulator)))
    await hub.emulator.close()
    expect(new URL(ready.systems.tavio).hostname).toBe('127.0.0.1')
    expect(Object.keys(ready)).toEqual([
      'systems',
      'control',
      'organization',
      'client_id',
      'client_secret',
      'username',
      'password',
      'token_url',
    ])
  })

  it('closes although a client keeps its connection open', async () => {
    const hub = await openHub()
    const socket = connect(Number(new URL(hub.emulator.ready.control).port), '127.0.0.1')
    await new Promise((resolve) => socket.once('connect', resolve))
    const ended = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => undefined)
    socket.write('GET /_emulator/stats HTTP/1.1\r\nHost: x\r\n\r\n')
    await new Promise((resolve) => socket.once('data', resolve))
    await hub.emulator.close()
    await hub.emulator.close()
    await ended
  })

  it('answers a path with a bad escape in the usual shape', async () => {
    const hub = await openHub()
    const response = await fetch(`${hub.emulator.ready.systems.tavio}/v1/northwind/users/%zz`)
    const body = await response.json()
    await hub.emulator.close()
    expect([response.status, body]).toMatchObject([400, { status: 400, path: '/v1/northwind/users/%zz' }])
  })
})
