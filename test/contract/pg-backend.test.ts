import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { openStore } from '../../src/state/open-store.ts'
import { type Postgres, startPostgres } from '../support/postgres.ts'
import { backendContract } from './backend.ts'

let server: Postgres

beforeAll(async () => {
  server = await startPostgres()
}, 60_000)

afterAll(() => server.stop())

backendContract('pg', async () => {
  const connection = await server.database()
  const settings = { conn_str: connection }
  const store = await openStore({ kind: 'pg', settings, directory: '/' }, {})
  return {
    client: () => store.open('default'),
    async backup() {
      const client = new pg.Client({ connectionString: connection })
      await client.connect()
      const { rows } = await client.query<{ data: string }>(
        'select data from terraform_remote_state.hubform_backups order by seq desc limit 1',
      )
      await client.end()
      return rows[0]?.data
    },
    clear: () => undefined,
  }
})
