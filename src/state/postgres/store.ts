// States in PostgreSQL, in Terraform's own table: the backend "pg".
import { fail } from '../../diagnostics.ts'
import { countOfBackups } from '../backups.ts'
import { readSettings } from '../settings.ts'
import type { Environment, Store, StorePlace } from '../store.ts'
import { pgBackend } from './backend.ts'
import { connectionOptions, describeConnection } from './connection.ts'
import { pgTables } from './tables.ts'
import { pgWorkspaces } from './workspaces.ts'

const known = {
  conn_str: { type: 'text', env: ['PG_CONN_STR'], secret: true },
  schema_name: { type: 'text', env: ['PG_SCHEMA_NAME'] },
  skip_schema_creation: { type: 'flag', env: ['PG_SKIP_SCHEMA_CREATION'] },
  skip_table_creation: { type: 'flag', env: ['PG_SKIP_TABLE_CREATION'] },
  skip_index_creation: { type: 'flag', env: ['PG_SKIP_INDEX_CREATION'] },
  // OpenTofu's.
  table_name: { type: 'text', env: ['PG_TABLE_NAME'] },
  index_name: { type: 'text', env: ['PG_INDEX_NAME'] },
} as const

/** One row for each workspace. Throws diagnostics about settings; connects to nothing yet. */
export function pgStore({ settings, where }: StorePlace, env: Environment): Store {
  const given = readSettings({ kind: 'pg', known, given: settings, env, where })
  const schema = given.schema_name ?? 'terraform_remote_state'
  if (schema === '') fail('Wrong backend setting', '"schema_name" must not be empty.', where)
  const connection = connectionOptions(given.conn_str, env)
  const tables = pgTables(schema, given.table_name)
  const skips = {
    schema: given.skip_schema_creation ?? false,
    table: given.skip_table_creation ?? false,
    index: given.skip_index_creation ?? false,
  }
  const backups = countOfBackups(env)
  const place = `${describeConnection(connection)} (${schema})`
  return {
    open: (name) =>
      pgBackend({
        connection,
        tables,
        skips,
        name,
        backups,
        description: name === 'default' ? place : `${place}, workspace ${name}`,
      }),
    workspaces: pgWorkspaces({ connection, tables, skips, place }),
  }
}
