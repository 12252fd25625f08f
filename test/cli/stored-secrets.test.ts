// A customer with secrets, applied with a key for states: every byte that is kept anywhere is looked at.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator/server.ts'
import { exportSolution, solutionId } from '../support/customer.ts'
import {
  type EveryPlace,
  type EveryServer,
  filesOf,
  kinds,
  startEveryServer,
} from '../support/every-place.ts'
import { makePlace, type Place, type Result } from './hubform.ts'

let servers: EveryServer
let hub: Emulator
beforeAll(async () => {
  servers = await startEveryServer()
}, 60_000)
afterAll(() => servers.stop(), 60_000)
beforeEach(async () => {
  hub = await startEmulator()
  return () => hub.close()
})

const key = 'c0ffee'.repeat(11).slice(0, 64)
/** All are recognised by one word; the rest says where it was let through. */
const secrets = { variable: 'canary-variable', changed: 'canary-changed', api: 'canary-api-key' }
const search = /canary|c0ffeec0ffee/i

function configuration({ kind, settings }: EveryPlace) {
  const environment = '${tavio_environment.acme.domain}'
  return {
    terraform: { required_providers: { tavio: { source: 'hubform/tavio' } }, backend: { [kind]: settings } },
    variable: { hidden: { type: 'string', sensitive: true }, api: { type: 'string', sensitive: true } },
    resource: {
      tavio_environment: { acme: { name: '${var.hidden}', domain: 'acme' } },
      tavio_user: { ada: { email: 'ada@example.com', first_name: '${var.hidden}', last_name: 'L' } },
      tavio_configuration: {
        export: {
          environment,
          solution_id: solutionId(hub),
          name: 'export',
          values: { ...exportSolution.values, region: '${var.hidden}' },
          secret_values: { apiKey: '${var.api}' },
        },
      },
    },
    output: { hidden: { value: '${var.hidden}', sensitive: true } },
  }
}

function environmentFor(place: Place, hidden: string) {
  return {
    ...place.env,
    HUBFORM_STATE_KEY: `k:${key}`,
    HUBFORM_STATE_ENCRYPTION: 'enforced',
    HUBFORM_DEBUG: '1',
    HUBFORM_LOCK_EXPIRY: '0.6',
    TMPDIR: place.directory,
    TF_VAR_hidden: hidden,
    TF_VAR_api: secrets.api,
  }
}

/** Names of files, documents and rows that hold something in clear. */
async function leaks(place: Place, at: EveryPlace): Promise<readonly string[]> {
  return [...filesOf(place.directory), ...(await at.kept())]
    .filter(([name, text]) => search.test(name) || search.test(text))
    .map(([name]) => name)
}

/** What anybody on the machine sees of a process and its children. */
function commandLines(pid: number): string {
  const lineOf = (one: number) => readFileSync(`/proc/${one}/cmdline`, 'latin1')
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number),
  )
  return [pid, ...children].map(lineOf).join('\n')
}

describe.each(kinds)('secrets of a customer whose state is in a place of the kind "%s"', (kind) => {
  it('are in clear in no file, row, document, message or command line, also of a killed run', async () => {
    const at = await servers.make(kind)
    const place = makePlace({ 'main.tf.json': configuration(at) }, hub)
    const said: Result[] = []
    const hubform = async (hidden: string, ...args: readonly string[]) => {
      const result = await place.within(environmentFor(place, hidden))(...args)
      said.push(result)
      return result
    }
    const applied = await hubform(secrets.variable, 'apply', '--auto-approve')
    expect(applied.code, applied.stderr).toBe(0)
    expect(await leaks(place, at)).toEqual([])
    // It is all there, for those who have the key.
    const pulled = await place.within(environmentFor(place, ''))('state', 'pull')
    expect(pulled.stdout).toContain(secrets.variable)

    for (const line of [
      'plan --out p.hfplan',
      'plan --json',
      'show --json p.hfplan',
      'show',
      'output --json',
    ])
      expect(await hubform(secrets.changed, ...line.split(' '))).toMatchObject({ code: 0 })
    expect(await leaks(place, at)).toEqual([])

    hub.faults.add({ method: 'PUT', path: '/v1/*/environments/acme', delayMs: 2_000 })
    const run = place.startWithin(environmentFor(place, secrets.changed), 'apply', '--auto-approve')
    await run.seen('tavio_environment.acme: updating…')
    expect(commandLines(run.child.pid ?? 0)).not.toMatch(search)
    expect(await leaks(place, at), 'while it runs: journal and lock').toEqual([])
    run.child.kill('SIGKILL')
    said.push(await run.result)
    expect(await leaks(place, at), 'after it was killed').toEqual([])

    // Somebody without the key, and a run whose calls fail.
    said.push(await place.hubform('apply', '--auto-approve', '--lock-timeout', '30s'))
    hub.faults.add({ method: 'PUT', path: '/v1/*/environments/acme', status: 500, times: 9 })
    await hubform(secrets.changed, 'apply', '--auto-approve', '--lock-timeout', '30s')
    const again = await hubform(secrets.changed, 'apply', '--auto-approve', '--lock-timeout', '30s')
    said.push(again)
    expect(await leaks(place, at)).toEqual([])
    for (const { stdout, stderr } of said) expect(stdout + stderr).not.toMatch(search)
  }, 90_000)
})

describe('secrets of a run that cannot save', () => {
  it('are in clear in no file either', async () => {
    const at = await servers.make('pg')
    const place = makePlace({ 'main.tf.json': configuration(at) }, hub)
    hub.faults.add({ method: 'POST', path: '/v1/*/environments', delayMs: 1_500 })
    const run = place.startWithin(environmentFor(place, secrets.variable), 'apply', '--auto-approve')
    await run.seen('tavio_user.ada: created')
    await run.seen('tavio_environment.acme: creating…')
    await endSessions(String(at.settings['conn_str' as keyof typeof at.settings]))
    const { code, stdout, stderr } = await run.result
    expect(code).toBe(1)
    expect(readdirSync(place.directory)).toContain('errored.tfstate')
    expect(readFileSync(join(place.directory, 'errored.tfstate'), 'utf8')).toContain('"hubform_state"')
    expect(await leaks(place, at)).toEqual([])
    expect(stdout + stderr).not.toMatch(search)
  }, 60_000)
})

async function endSessions(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  await client.query(
    'select pg_terminate_backend(pid, 5000) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
  )
  await client.end()
}
