// Who holds the lock on a state in PostgreSQL: our own word about it, or what the server tells of the session.
import type { Client } from 'pg'
import type { LockInfo } from '../backend.ts'
import type { PgTables } from './tables.ts'

/** A session that holds one of the keys. */
export interface PgHolder {
  readonly pid: number
  readonly info: LockInfo
}

/** Finds the holder of a state, whose row may not be there yet. */
export async function findHolder(
  client: Client,
  { states, locks, creationKeys }: PgTables,
  name: string,
  description: string,
): Promise<PgHolder | undefined> {
  const { rows } = await client.query<{
    pid: number
    info: string | null
    usename: string | null
    client_addr: string | null
    application_name: string | null
    backend_start: Date | null
  }>(
    `select l.pid, h.info, a.usename, host(a.client_addr) as client_addr, a.application_name, a.backend_start
       from pg_locks l
       left join pg_stat_activity a on a.pid = l.pid
       left join ${locks} h on h.name = $1 and h.pid = l.pid
        and coalesce((h.info::jsonb ->> 'Session')::timestamptz = a.backend_start, true)
      where l.locktype = 'advisory' and l.granted and l.objsubid = 1
        and l.database = (select oid from pg_database where datname = current_database())
        and l.pid <> pg_backend_pid()
        and ((l.classid::bigint << 32) | l.objid::bigint)
            in (select id from ${states} where name = $1 union all select unnest($2::bigint[]))
      order by h.info is null, l.pid
      limit 1`,
    [name, [...creationKeys]],
  )
  const [row] = rows
  if (row === undefined) return undefined
  if (row.info !== null) {
    const { Session: _, ...info } = JSON.parse(row.info) as LockInfo & { readonly Session?: string }
    return { pid: row.pid, info }
  }
  return {
    pid: row.pid,
    info: {
      ID: `session-${row.pid}`,
      Operation: 'another program',
      Info: '',
      Who: `${row.usename ?? 'somebody'}@${row.client_addr ?? 'localhost'}`,
      Version: row.application_name ?? '',
      Created: row.backend_start?.toISOString() ?? '',
      Path: description,
    },
  }
}
