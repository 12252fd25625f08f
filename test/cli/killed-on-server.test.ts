// A run that is killed while it holds a lock that nothing gives back, on a machine that is never seen again.
import { rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator/server.ts'
import { openStore } from '../../src/state/open-store.ts'
import { bucketSettings, startS3Server } from '../support/s3-server.ts'
import { startStateServer } from '../support/state-server.ts'
import { customer, makePlace, messagesOf } from './hubform.ts'

const servers = [
  {
    kind: 'http',
    async start() {
      const server = await startStateServer({ gitlab: true })
      const address = `${server.origin}/state/prod`
      return { settings: { address, lock_address: address, unlock_address: address }, stop: server.stop }
    },
  },
  {
    kind: 's3',
    async start() {
      const server = await startS3Server()
      const settings = bucketSettings(server, 'prod')
      return { settings, stop: server.stop }
    },
  },
]

describe.each(servers)('a run that is killed over a state in $kind', ({ kind, start }) => {
  let hub: Emulator
  let server: { readonly settings: { readonly [name: string]: string | boolean }; stop(): Promise<void> }

  beforeEach(async () => {
    hub = await startEmulator()
    server = await start()
  })
  afterEach(async () => {
    await hub.close()
    await server.stop()
  })

  it('is finished by the next one elsewhere, which takes its lock over and says so', async () => {
    const stored = {
      ...customer,
      terraform: { ...customer.terraform, backend: { [kind]: server.settings } },
    }
    const lost = makePlace({ 'main.tf.json': stored }, hub)
    hub.faults.add({ method: 'POST', path: '/v1/*/environments', delayMs: 1500 })
    const killed = lost.start('apply', '--auto-approve')
    await killed.seen('tavio_user.ada: created')
    await killed.seen('tavio_environment.acme: creating…')
    killed.child.kill('SIGKILL')
    await killed.result
    rmSync(lost.directory, { recursive: true })

    // What was left undone is on the server, though nothing of it was begun.
    const backend = (await openStore({ kind, settings: server.settings, directory: '/' }, {})).open('default')
    const [, announced = ''] = (await backend.readJournal())?.split('\n') ?? []
    expect(JSON.parse(announced)).toMatchObject({
      kind: 'announced',
      steps: expect.arrayContaining([expect.objectContaining({ key: 'tavio_environment_access.ada' })]),
    })

    const place = makePlace({ 'main.tf.json': stored }, hub)
    const refused = await place.hubform('apply', '--auto-approve')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('Error: State is locked')

    const impatient = place.within({ ...place.env, HUBFORM_LOCK_EXPIRY: '0.6' })
    const next = await impatient('apply', '--auto-approve', '--lock-timeout', '30s')
    expect(next.code, next.stderr).toBe(0)
    expect(next.stderr).toContain('Warning: Lock taken over')
    expect(next.stderr).toContain('Warning: Earlier run did not finish')
    expect(next.stderr.replace(/\s+/g, ' ')).toContain(
      'Of its 3 changes, 1 had ended, 1 was under way, and 1 had not begun.',
    )
    const { environments, memberships, users } = hub.tavio.tables
    expect(environments.size).toBe(1)
    expect([...users.all()].filter(({ email }) => email === 'ada@example.com')).toHaveLength(1)
    expect(memberships.size).toBe(1)
    const after = await place.hubform('plan', '--detailed-exitcode')
    expect(after.code, after.stderr).toBe(0)
    expect((await place.hubform('destroy', '--auto-approve')).code).toBe(0)
  }, 90_000)

  it('has its lock taken over with --json as well, as a warning among the messages', async () => {
    const backend = { [kind]: server.settings }
    const resource = { tavio_environment: { one: { name: 'One', domain: 'one' } } }
    const stored = { ...customer, terraform: { ...customer.terraform, backend }, resource, output: {} }
    const place = makePlace({ 'main.tf.json': stored }, hub)
    hub.faults.add({ method: 'POST', path: '/v1/*/environments', delayMs: 60_000 })
    const killed = place.start('apply', '--auto-approve')
    await killed.seen('tavio_environment.one: creating…')
    killed.child.kill('SIGKILL')
    await killed.result
    hub.faults.clear()

    const impatient = place.within({ ...place.env, HUBFORM_LOCK_EXPIRY: '0.6' })
    const next = await impatient('apply', '--auto-approve', '--json', '--lock-timeout', '30s')
    expect(next.code, next.stderr).toBe(0)
    const messages = messagesOf(next)
    const waits = messages.filter(({ type }) => type === 'state_lock_acquire')
    expect(waits[0]).toMatchObject({
      '@level': 'info',
      '@message': expect.stringMatching(/ is using the state at .*: apply, since .*, lock id /),
    })
    const id = /lock id ([0-9a-f-]{36})/.exec(String(waits[0]?.['@message']))?.[1]
    expect(messages.filter((one) => one['@message'] === 'Warning: Lock taken over')).toMatchObject([
      {
        '@level': 'warn',
        type: 'diagnostic',
        diagnostic: {
          severity: 'warning',
          summary: 'Lock taken over',
          detail: expect.stringContaining(`(lock id ${id})`),
        },
      },
    ])
    expect(messages.filter((one) => one['@level'] === 'error')).toEqual([])
  }, 90_000)
})
