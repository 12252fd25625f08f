// What the contract does not ask of every backend: sessions that die, tokens, tables that are there already.
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { LockHeldError } from '../../../src/state/backend.ts'
import { openStore } from '../../../src/state/open-store.ts'
import type { Store } from '../../../src/state/store.ts'
import { lockInfo } from '../../contract/lock-info.ts'
import { type Postgres, startPostgres } from '../../support/postgres.ts'

let server: Postgres
let connection: string
let store: Store

beforeAll(async () => {
  server = await startPostgres()
}, 60_000)
afterAll(() => server.stop())
beforeEach(async () => {
  connection = await server.database()
  store = await storeWith({})
})

const storeWith = (settings: { readonly [name: string]: string | boolean }) =>
  openStore({ kind: 'pg', settings: { conn_str: connection, ...settings }, directory: '/' }, {})

async function query<T extends object>(text: string, values: readonly unknown[] = []): Promise<T[]> {
  const client = new pg.Client({ connectionString: connection })
  await client.connect()
  try {
    return (await client.query<T>(text, [...values])).rows
  } finally {
    await client.end()
  }
}

/** Ends the sessions of everybody else, as a server does that is restarted, or a network that is gone. */
const cutConnections = () =>
  query(
    'select pg_terminate_backend(pid, 5000) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
  )

describe('a state in PostgreSQL', () => {
  it('leaves nothing behind where it was only read', async () => {
    expect(await store.open('default').read()).toBeUndefined()
    expect(
      await query("select from information_schema.schemata where schema_name = 'terraform_remote_state'"),
    ).toEqual([])
  })

  it('cannot be written any more once the session that held its lock is gone', async () => {
    const [first, second] = [store.open('default'), store.open('default')]
    await first.lock(lockInfo('one'))
    await first.append(['a'])
    await first.write('before')
    await cutConnections()

    await second.lock(lockInfo('two'))
    await second.write('after')
    await expect(first.write('late')).rejects.toThrow('Lock on state lost')
    await expect(first.append(['late'])).rejects.toThrow('Lock on state lost')
    await expect(first.clearJournal()).rejects.toThrow('Lock on state lost')
    expect(await second.read()).toBe('after')
    expect(await second.readJournal()).toBe('a\n')
  })

  it('refuses the writes of a holder whose token is no longer the newest', async () => {
    const backend = store.open('default')
    const lock = await backend.lock(lockInfo('one'))
    await backend.write('before')
    // What another holder does; here without ending the first one's session, as a pooler in between may bring about.
    await query('update terraform_remote_state.hubform_locks set token = token + 1')
    await expect(backend.write('late')).rejects.toThrow('another run has taken it over since')
    await expect(backend.append(['late'])).rejects.toThrow('Lock on state lost')
    expect(await store.open('default').read()).toBe('before')
    await lock.release()
  })

  it('says what a write that was cut off did, by what is there: all of it or nothing', async () => {
    const backend = store.open('default')
    await backend.lock(lockInfo('one'))
    await backend.write('before')
    const writing = backend.write('after').then(
      () => 'after',
      () => undefined,
    )
    await cutConnections()
    const acknowledged = await writing
    const found = await store.open('default').read()
    expect(['before', 'after']).toContain(found)
    if (acknowledged !== undefined) expect(found).toBe(acknowledged)
  })

  it('is locked by whoever holds the id of its row, and names that session', async () => {
    await (await store.open('default').lock(lockInfo('one'))).release()
    const maker = store.open('default')
    const lock = await maker.lock(lockInfo('one'))
    await maker.write('x')
    await lock.release()
    const other = new pg.Client({ connectionString: connection, application_name: 'elsewhere' })
    other.on('error', () => undefined)
    await other.connect()
    await other.query('select pg_advisory_lock(id) from terraform_remote_state.states')
    const error = await store
      .open('default')
      .lock(lockInfo('two'))
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(LockHeldError)
    const { holder } = error as LockHeldError
    expect(holder).toMatchObject({ Who: 'hubform@127.0.0.1', Version: 'elsewhere' })
    expect(holder?.ID).toMatch(/^session-\d+$/)
    await store.open('default').forceUnlock(holder?.ID ?? '')
    await (await store.open('default').lock(lockInfo('two'))).release()
  })

  it('does not take a session for another one that had its number before', async () => {
    const dead = store.open('default')
    await dead.lock(lockInfo('dead'))
    await dead.write('x')
    await cutConnections()
    const other = new pg.Client({ connectionString: connection })
    await other.connect()
    await other.query('select pg_advisory_lock(id) from terraform_remote_state.states')
    await other.query('update terraform_remote_state.hubform_locks set pid = pg_backend_pid()')
    const error = await store
      .open('default')
      .lock(lockInfo('two'))
      .catch((reason: unknown) => reason)
    expect((error as LockHeldError).holder?.ID).toMatch(/^session-\d+$/)
    await expect(store.open('default').forceUnlock('dead')).rejects.toThrow('Lock id does not match')
    await other.end()
  })

  it.each([
    { key: '-1', whose: 'Terraform' },
    { key: '-3797183428', whose: 'OpenTofu' },
  ])('is not made while $whose makes one', async ({ key }) => {
    const other = new pg.Client({ connectionString: connection })
    await other.connect()
    await other.query('select pg_advisory_lock($1::bigint)', [key])
    await expect(store.open('default').lock(lockInfo('one'))).rejects.toBeInstanceOf(LockHeldError)
    await other.end()
  })

  it('is made by one of two that come at the same time', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, (_, i) => store.open('default').lock(lockInfo(`run-${i}`))),
    )
    const locks = outcomes.filter((one) => one.status === 'fulfilled')
    const refused = outcomes.filter((one) => one.status === 'rejected').map((one) => one.reason as unknown)
    expect(locks).toHaveLength(1)
    for (const reason of refused) expect(reason).toBeInstanceOf(LockHeldError)
    await locks[0]?.value.release()
  })

  it('in another table of the same schema is another state, with a lock and a journal of its own', async () => {
    const [usual, other] = [
      store.open('default'),
      (await storeWith({ table_name: 'others' })).open('default'),
    ]
    const first = await usual.lock(lockInfo('one'))
    await usual.write('first')
    await usual.append(['a'])
    await first.release()
    await usual.lock(lockInfo('again'))
    const beside = await other.lock(lockInfo('two'))
    expect([await other.read(), await other.readJournal()]).toEqual([undefined, undefined])
    await other.append(['b'])
    await beside.release()
    await usual.append(['c'])
    expect(await usual.readJournal()).toBe('a\nc\n')
  })

  it('asks for no right to create where everything is there', async () => {
    await (await store.open('default').lock(lockInfo('one'))).release()
    await query('create role reader login')
    await query('grant usage on schema terraform_remote_state to reader')
    await query(
      'grant select, insert, update, delete on all tables in schema terraform_remote_state to reader',
    )
    await query('grant usage on all sequences in schema terraform_remote_state, public to reader')
    connection = connection.replace('hubform@', 'reader@')
    const backend = (await storeWith({})).open('default')
    const lock = await backend.lock(lockInfo('two'))
    await backend.append(['a'])
    await backend.write('x')
    await lock.release()
    expect(await backend.read()).toBe('x')
  })

  it('says which right is missing', async () => {
    await query('create role outsider login')
    connection = connection.replace('hubform@', 'outsider@')
    await query('select 1')
    const backend = (await storeWith({})).open('default')
    await expect(backend.lock(lockInfo('one'))).rejects.toThrow(
      /No permission for state: Hubform could not lock the state at postgres:.*permission denied/,
    )
  })

  it('says when there is no server, without the password', async () => {
    const settings = { conn_str: 'postgres://ada:s3cret@127.0.0.1:1/x?sslmode=disable' }
    const gone = await openStore({ kind: 'pg', settings, directory: '/' }, {})
    const error = await gone
      .open('default')
      .read()
      .catch((reason: unknown) => String(reason))
    expect(error).toContain('State database not reachable')
    expect(error).not.toContain('s3cret')
  })

  it('keeps ten earlier contents, one for each run', async () => {
    const backend = store.open('default')
    for (let run = 0; run < 13; run++) {
      const lock = await backend.lock(lockInfo(`run-${run}`))
      await backend.write(`${run}`)
      await backend.write(`${run} again`)
      await lock.release()
    }
    const kept = await query<{ data: string }>(
      'select data from terraform_remote_state.hubform_backups order by seq',
    )
    expect(kept.map(({ data }) => data)).toEqual(Array.from({ length: 10 }, (_, i) => `${i + 2} again`))
  })

  it('is one of several workspaces, each with a journal and a lock of its own', async () => {
    expect(await store.workspaces?.list()).toEqual(['default'])
    await store.workspaces?.create('blue', 'empty')
    await expect(store.workspaces?.create('blue', 'empty')).rejects.toThrow('Workspace exists already')
    const [usual, blue] = [store.open('default'), store.open('blue')]
    const making = await usual.lock(lockInfo('one'))
    // As with Terraform, one state that is being made keeps all others from being locked.
    await expect(blue.lock(lockInfo('two'))).rejects.toBeInstanceOf(LockHeldError)
    await usual.write('usual')
    await making.release()
    const locks = [await usual.lock(lockInfo('one')), await blue.lock(lockInfo('two'))]
    await usual.append(['usual'])
    await blue.append(['blue'])
    await blue.write('blue')
    expect([await usual.read(), await blue.read()]).toEqual(['usual', 'blue'])
    expect([await usual.readJournal(), await blue.readJournal()]).toEqual(['usual\n', 'blue\n'])
    for (const lock of locks) await lock.release()
    expect(await store.workspaces?.list()).toEqual(['default', 'blue'])
    await store.workspaces?.remove('blue')
    expect(await store.workspaces?.list()).toEqual(['default'])
    expect(await blue.readJournal()).toBeUndefined()
  })
})
