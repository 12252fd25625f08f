// One state in PostgreSQL: Terraform's row and locks, and our journal and fencing token beside them.
import type { ClientConfig } from 'pg'
import pg from 'pg'
import { fail } from '../../diagnostics.ts'
import type { Backend, Lock, LockInfo } from '../backend.ts'
import { batches } from '../batches.ts'
import { lockLost } from '../lost.ts'
import { lockNotHeld, wrongLockId } from '../unlock.ts'
import { isMissingTable, pgFault } from './fault.ts'
import { findHolder } from './holder.ts'
import { type PgLock, takePgLock } from './lock.ts'
import { ensureTables, type PgSkips, type PgTables } from './tables.ts'

export interface PgOptions {
  readonly connection: ClientConfig
  readonly tables: PgTables
  readonly skips: PgSkips
  /** The workspace: the name of the row. */
  readonly name: string
  readonly description: string
  /** How many earlier contents are kept. */
  readonly backups: number
}

interface Held {
  readonly client: pg.Client
  readonly lock: PgLock
  readonly append: (lines: readonly string[]) => Promise<void>
  /** What was asked of the session last. */
  turn: Promise<void>
  wrote: boolean
  /** Why the session is gone, once it is. */
  lost: unknown
}

/** A query that takes longer than this is taken for a connection that is gone. */
const QUERY_TIMEOUT_MS = 60_000

const fence = 'name = $1 and token = $2'

/**
 * One client of one row.
 *
 * The lock is the session's own: it ends with the process, and a session that is gone is never made anew, so that a run
 * without its lock cannot write. Every write also names a token that the next holder raises.
 */
export function pgBackend(options: PgOptions): Backend {
  const { connection, tables, name, description } = options
  let held: Held | undefined

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ ...connection, query_timeout: QUERY_TIMEOUT_MS })
    // What it has to say is said again by the query that fails for it.
    client.on('error', () => undefined)
    await client.connect()
    return client
  }
  /** With the lock's session, or with one for the time of the work. */
  const withClient = async <T>(act: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
    let own: pg.Client | undefined
    try {
      own = held === undefined ? await connect() : undefined
      return await work(own ?? (held as Held).client)
    } catch (error) {
      throw pgFault(error, act, description)
    } finally {
      await own?.end().catch(() => undefined)
    }
  }
  /** Rows of a query, none where there are no tables yet. */
  const look = (act: string, query: string) =>
    withClient(act, async (client) => {
      try {
        return (await client.query<{ text: string | null }>(query, [name])).rows
      } catch (error) {
        if (isMissingTable(error)) return []
        throw error
      }
    })
  const needLock = (): Held => {
    if (held === undefined) throw new Error(`the state at ${description} is written without holding its lock`)
    return held
  }
  /** One after the other: on one session, one's commit would be the other's as well. */
  const inTurn = (mine: Held, work: () => Promise<void>): Promise<void> => {
    const done = mine.turn.then(async () => {
      if (mine.lost !== undefined) lockLost(description, mine.lost)
      try {
        await work()
      } catch (error) {
        if (mine.lost !== undefined) lockLost(description, mine.lost)
        throw pgFault(error, 'write the state', description)
      }
    })
    mine.turn = done.catch(() => undefined)
    return done
  }
  /** Only as the holder of the newest token, which nobody can raise until this is committed. */
  const fenced = (mine: Held, work: (client: pg.Client) => Promise<void>): Promise<void> =>
    inTurn(mine, async () => {
      const { client, lock } = mine
      try {
        await client.query('begin')
        const { rowCount } = await client.query(`select from ${tables.locks} where ${fence} for update`, [
          name,
          lock.token,
        ])
        if (rowCount !== 1) lockLost(description, undefined)
        await work(client)
        await client.query('commit')
      } catch (error) {
        await client.query('rollback').catch(() => undefined)
        throw error
      }
    })

  return {
    description,
    backupDescription: options.backups === 0 ? undefined : `${tables.backups} in ${description}`,
    journalDescription: `${tables.journal} in ${description}`,

    async read() {
      const [row] = await look('read the state', `select data as text from ${tables.states} where name = $1`)
      return row?.text || undefined
    },

    async write(text) {
      const mine = needLock()
      await fenced(mine, async (client) => {
        if (!mine.wrote && options.backups > 0) await backUp(client, options)
        await client.query(
          `insert into ${tables.states} (name, data) values ($1, $2) on conflict (name) do update set data = excluded.data`,
          [name, text],
        )
      })
      mine.wrote = true
    },

    async lock(info: LockInfo): Promise<Lock> {
      let client: pg.Client | undefined
      try {
        client = await connect()
        await ensureTables(client, tables, options.skips)
        const lock = await takePgLock({ client, tables, name, info, description })
        const mine = hold(client, lock)
        held = mine
        return { info, release: () => release(mine) }
      } catch (error) {
        await client?.end().catch(() => undefined)
        throw pgFault(error, 'lock the state', description)
      }
    },

    async forceUnlock(id) {
      return withClient('break the lock', async (client) => {
        const holder = await findHolder(client, tables, name, description).catch((error: unknown) => {
          if (isMissingTable(error)) return undefined
          throw error
        })
        if (holder === undefined) return lockNotHeld(description)
        if (holder.info.ID !== id) return wrongLockId(id, holder.info, description)
        await endSession(client, holder.pid, description)
        return holder.info
      })
    },

    async append(lines) {
      await needLock().append(lines)
    },

    async readJournal() {
      const rows = await look(
        'read the journal',
        `select lines as text from ${tables.journal} where name = $1 order by seq`,
      )
      return rows.length === 0 ? undefined : rows.map(({ text }) => text ?? '').join('')
    },

    async clearJournal() {
      await fenced(needLock(), async (client) => {
        await client.query(`delete from ${tables.journal} where name = $1`, [name])
      })
    },

    async rewriteBackups(rewrite) {
      const mine = needLock()
      const { backups } = tables
      const { rows } = await withClient('read the backups', (client) =>
        client.query<{ seq: string }>(`select seq from ${backups} where name = $1 order by seq`, [name]),
      )
      // One at a time: each may be large.
      for (const { seq } of rows)
        await fenced(mine, async (client) => {
          const row = [name, seq]
          const found = await client.query<{ data: string | null }>(
            `select data from ${backups} where name = $1 and seq = $2`,
            row,
          )
          const text = found.rows[0]?.data
          const next = text ? rewrite(text, `${backups} in ${description}, seq ${seq}`) : undefined
          if (next !== undefined)
            await client.query(`update ${backups} set data = $3 where name = $1 and seq = $2`, [...row, next])
        })
    },
  }

  function hold(client: pg.Client, lock: PgLock): Held {
    const mine: Held = {
      client,
      lock,
      wrote: false,
      lost: undefined,
      turn: Promise.resolve(),
      append: batches((lines) =>
        inTurn(mine, async () => {
          const text = lines.map((line) => `${line}\n`).join('')
          // One statement, committed by itself: this is what every step of a run waits for.
          const { rowCount } = await client.query(
            `with held as (select from ${tables.locks} where ${fence} for update)
             insert into ${tables.journal} (name, lines) select $1, $3 from held`,
            [name, lock.token, text],
          )
          if (rowCount !== 1) lockLost(description, undefined)
        }),
      ),
    }
    const lose = (error?: unknown) => {
      mine.lost ??= error ?? new Error('the connection has ended')
    }
    client.on('error', lose)
    client.on('end', () => lose())
    return mine
  }

  /** The locks end with the session. The word about the holder is taken back, so that it is not taken for a live one. */
  async function release(mine: Held): Promise<void> {
    if (held !== mine) return
    held = undefined
    const { client, lock } = mine
    if (mine.lost === undefined)
      await client
        .query(`update ${tables.locks} set info = null, pid = null where name = $1 and token = $2`, [
          name,
          lock.token,
        ])
        .catch(() => undefined)
    await client.end().catch(() => undefined)
  }
}

async function backUp(client: pg.Client, { tables, name, backups: keep }: PgOptions): Promise<void> {
  const { states, backups } = tables
  await client.query(
    `insert into ${backups} (name, data) select name, data from ${states} where name = $1 and data <> ''`,
    [name],
  )
  await client.query(
    `delete from ${backups} where name = $1 and seq not in
       (select seq from ${backups} where name = $1 order by seq desc limit $2)`,
    [name, keep],
  )
}

/** Ends a session, and waits until its locks are gone. */
async function endSession(client: pg.Client, pid: number, description: string): Promise<void> {
  // The server itself waits, up to 5 seconds.
  const { rows } = await client.query<{ ended: boolean }>('select pg_terminate_backend($1, 5000) as ended', [
    pid,
  ])
  if (rows[0]?.ended === true) return
  fail(
    'Lock not broken',
    `The database at ${description} did not end the session ${pid} that holds the lock. Try again, or have the session ended by an administrator: select pg_terminate_backend(${pid}).`,
  )
}
