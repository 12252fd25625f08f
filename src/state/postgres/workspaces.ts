// The rows of Terraform's table, as workspaces.
import type { ClientConfig } from 'pg'
import pg from 'pg'
import { DEFAULT_WORKSPACE, type Workspaces } from '../store.ts'
import { workspaceExists } from '../workspace-name.ts'
import { isMissingTable, pgFault } from './fault.ts'
import { ensureTables, type PgSkips, type PgTables } from './tables.ts'

export interface PgWorkspacesOptions {
  readonly connection: ClientConfig
  readonly tables: PgTables
  readonly skips: PgSkips
  /** In words, for messages. */
  readonly place: string
}

/** Each call makes a connection of its own. */
export function pgWorkspaces({ connection, tables, skips, place }: PgWorkspacesOptions): Workspaces {
  const withClient = async <T>(act: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client(connection)
    client.on('error', () => undefined)
    try {
      await client.connect()
      return await work(client)
    } catch (error) {
      throw pgFault(error, act, place)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  return {
    list: () =>
      withClient('list the workspaces', async (client) => {
        const query = `select name from ${tables.states} where name <> $1 order by name`
        const { rows } = await client
          .query<{ name: string }>(query, [DEFAULT_WORKSPACE])
          .catch((error: unknown) => {
            if (isMissingTable(error)) return { rows: [] }
            throw error
          })
        return [DEFAULT_WORKSPACE, ...rows.map(({ name }) => name)]
      }),
    create: (name, empty) =>
      withClient('make the workspace', async (client) => {
        await ensureTables(client, tables, skips)
        const { rowCount } = await client.query(
          `insert into ${tables.states} (name, data) values ($1, $2) on conflict (name) do nothing`,
          [name, empty],
        )
        if (rowCount !== 1) workspaceExists(name, place)
      }),
    remove: (name) =>
      withClient('remove the workspace', async (client) => {
        await client.query(`delete from ${tables.states} where name = $1`, [name])
        await client.query(`delete from ${tables.journal} where name = $1`, [name])
        await client
          .query(`delete from ${tables.backups} where name = $1`, [name])
          .catch((error: unknown) => {
            if (!isMissingTable(error)) throw error
          })
      }),
  }
}
