// Terraform's advisory locks, taken the way it takes them.
import type { Client } from 'pg'
import { LockHeldError, type LockInfo } from '../backend.ts'
import { findHolder } from './holder.ts'
import type { PgTables } from './tables.ts'

/** What the session holds: released by key. */
export interface PgLock {
  readonly keys: readonly string[]
  /** Grows with each holder of this state; a write that names an older one is refused. */
  readonly token: string
}

export interface PgLockRequest {
  readonly client: Client
  readonly tables: PgTables
  readonly name: string
  readonly info: LockInfo
  readonly description: string
}

/** Takes the lock of a state for this session at once, or throws LockHeldError. */
export async function takePgLock(request: PgLockRequest): Promise<PgLock> {
  const { client, tables, name, info, description } = request
  const keys = await takeKeys(request)
  if (keys === undefined) {
    const holder = await findHolder(client, tables, name, description)
    throw new LockHeldError(holder?.info)
  }
  // A number is given to another session again, after a restart of the server very soon.
  const session =
    "jsonb_build_object('Session', (select backend_start from pg_stat_activity where pid = pg_backend_pid()))"
  const { rows } = await client.query<{ token: string }>(
    `insert into ${tables.locks} as held (name, token, pid, info) values ($1, 1, pg_backend_pid(), ($2::jsonb || ${session})::text)
     on conflict (name) do update set token = held.token + 1, pid = excluded.pid, info = excluded.info
     returning token`,
    [name, JSON.stringify(info)],
  )
  return { keys, token: rows[0]?.token ?? '' }
}

/** A state with a row is locked by its id; one without by the keys for making one, which are kept for the whole run. */
async function takeKeys({ client, tables, name }: PgLockRequest): Promise<readonly string[] | undefined> {
  const [terraform, tofu] = tables.creationKeys
  for (;;) {
    const before = await findId(client, tables, name)
    const wanted = before === undefined ? [terraform, tofu] : [before, terraform, tofu]
    const taken = await tryAll(client, wanted)
    if (taken.length < wanted.length) {
      await unlock(client, taken)
      return undefined
    }
    if (before !== undefined) {
      await unlock(client, [terraform, tofu])
      return [before]
    }
    // Somebody may have made the row, and be done, between our look and our lock.
    if ((await findId(client, tables, name)) === undefined) return wanted
    await unlock(client, wanted)
  }
}

async function findId(client: Client, { states }: PgTables, name: string): Promise<string | undefined> {
  const { rows } = await client.query<{ id: string }>(`select id from ${states} where name = $1`, [name])
  return rows[0]?.id
}

async function tryAll(client: Client, keys: readonly string[]): Promise<readonly string[]> {
  const { rows } = await client.query<{ key: string; taken: boolean }>(
    'select key::text, pg_try_advisory_lock(key) as taken from unnest($1::bigint[]) as key',
    [keys],
  )
  return rows.filter(({ taken }) => taken).map(({ key }) => key)
}

async function unlock(client: Client, keys: readonly string[]): Promise<void> {
  await client.query('select pg_advisory_unlock(key) from unnest($1::bigint[]) as key', [keys])
}
