// A run over PostgreSQL whose session is ended while it works.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator/server.ts'
import { type Postgres, startPostgres } from '../support/postgres.ts'
import { customer, makePlace } from './hubform.ts'

let server: Postgres
let connection: string
let hub: Emulator

beforeAll(async () => {
  server = await startPostgres()
}, 60_000)
afterAll(() => server.stop())
beforeEach(async () => {
  connection = await server.database()
  hub = await startEmulator()
  return () => hub.close()
})

/** With a password, which nobody may ever see. The server asks for none. */
const withPassword = () => connection.replace('hubform@', 'hubform:s3cret-pass@')
const stored = () => ({
  ...customer,
  terraform: { ...customer.terraform, backend: { pg: { conn_str: withPassword() } } },
})

async function endSessions(): Promise<void> {
  const client = new pg.Client({ connectionString: connection })
  await client.connect()
  await client.query(
    'select pg_terminate_backend(pid, 5000) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
  )
  await client.end()
}

describe('a run that loses its session with the database', () => {
  it('keeps everything in errored.tfstate, and the next one goes on without orphan or duplicate', async () => {
    const place = makePlace({ 'main.tf.json': stored() }, hub)
    hub.faults.add({ method: 'POST', path: '/v1/*/environments', delayMs: 1500 })
    const run = place.start('apply', '--auto-approve')
    await run.seen('tavio_user.ada: created')
    await run.seen('tavio_environment.acme: creating…')
    await endSessions()
    const { code, stdout, stderr } = await run.result
    const said = `${stdout}${stderr}`.replace(/\s+/g, ' ')
    expect(code).toBe(1)
    expect(said).toContain('Error: Lock on state lost')
    expect(said).toContain('Error: State not saved')
    expect(said).toContain('Run stopped early')
    expect(said).toContain('hubform state push')
    expect(said).not.toContain('s3cret-pass')

    const kept = join(place.directory, 'errored.tfstate')
    expect(statSync(kept).mode & 0o777).toBe(0o600)
    const { resources } = JSON.parse(readFileSync(kept, 'utf8')) as { resources: { type: string }[] }
    expect(resources.map(({ type }) => type)).toEqual(['tavio_environment', 'tavio_user'])

    const next = await place.hubform('apply', '--auto-approve')
    expect(next.code, next.stderr).toBe(0)
    expect(next.stderr).toContain('Warning: Earlier run did not finish')
    const { environments, memberships, users } = hub.tavio.tables
    expect(environments.size).toBe(1)
    expect([...users.all()].filter(({ email }) => email === 'ada@example.com')).toHaveLength(1)
    expect(memberships.size).toBe(1)
    expect((await place.hubform('plan', '--detailed-exitcode')).code).toBe(0)
    expect(existsSync(join(place.directory, 'errored-2.tfstate'))).toBe(false)

    // What was kept is older than what the next run made of it.
    const late = await place.hubform('state', 'push', 'errored.tfstate')
    expect(late.code).toBe(1)
    expect(late.stderr).toMatch(/State to push is older|Same serial, different content/)
    expect(late.stderr.replace(/\s+/g, ' ')).toContain('if it finds nothing missing, remove errored.tfstate.')
  }, 60_000)

  it('what was kept can be pushed instead of running again', async () => {
    const place = makePlace({ 'main.tf.json': stored() }, hub)
    hub.faults.add({ method: 'POST', path: '/v1/*/environments', delayMs: 1500 })
    const run = place.start('apply', '--auto-approve')
    await run.seen('tavio_environment.acme: creating…')
    await run.seen('tavio_user.ada: created')
    await endSessions()
    expect((await run.result).code).toBe(1)
    const pushed = await place.hubform('state', 'push', 'errored.tfstate')
    expect(pushed.code, pushed.stderr).toBe(0)
    expect((await place.hubform('state', 'list')).stdout).toBe('tavio_environment.acme\ntavio_user.ada\n')
    const next = await place.hubform('apply', '--auto-approve')
    expect(next.code, next.stderr).toBe(0)
    const words = next.stderr.replace(/\s+/g, ' ')
    expect(words).toContain(
      'These had not ended, and their objects are recorded by now: create tavio_environment.acme.',
    )
    expect(words).not.toContain('Nobody knows')
    expect(next.stdout).toContain('Applied: 1 added, 0 changed, 0 destroyed.')
    expect((await place.hubform('plan', '--detailed-exitcode')).code).toBe(0)
  }, 60_000)
})
