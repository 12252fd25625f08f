// Where the state of a tortured run is kept: files of its project, or a database.
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { Backend } from '../../src/state/backend.ts'
import { localBackend } from '../../src/state/local/backend.ts'
import { pgStore } from '../../src/state/postgres/store.ts'
import type { Json } from '../support/engine.ts'
import { startPostgres } from '../support/postgres.ts'

export interface TorturePlace {
  /** `terraform.backend`. */
  readonly settings: Json
  backend(): Backend
  /** Takes what is there for what every run begins with. */
  keep(): Promise<void>
  /** Puts that back, and nothing else. */
  restore(): Promise<void>
  close(): Promise<void>
}

export type PlaceKind = 'local' | 'pg'

/** `directory` is the project's, which is emptied at each restore; `root` is beside it. */
export async function openPlace(kind: PlaceKind, directory: string, root: string): Promise<TorturePlace> {
  return kind === 'pg' ? database(directory) : files(directory, root)
}

function files(directory: string, root: string): TorturePlace {
  const path = join(directory, 'state.tfstate')
  const kept = join(root, 'kept')
  return {
    settings: { local: { path } },
    backend: () => localBackend({ path }),
    async keep() {
      cpSync(directory, kept, { recursive: true })
    },
    async restore() {
      rmSync(directory, { recursive: true, force: true })
      cpSync(kept, directory, { recursive: true })
    },
    close: async () => undefined,
  }
}

async function database(directory: string): Promise<TorturePlace> {
  const server = await startPostgres()
  const connection = await server.database()
  const settings = { conn_str: connection }
  const store = pgStore({ kind: 'pg', settings, directory }, {})
  const client = new pg.Client({ connectionString: connection })
  await client.connect()
  let kept: readonly { readonly data: string }[] = []
  const exists = async () => {
    const { rows } = await client.query<{ there: boolean }>(
      "select to_regclass('terraform_remote_state.states') is not null as there",
    )
    return rows[0]?.there === true
  }
  return {
    settings: { pg: settings },
    backend: () => store.open('default'),
    async keep() {
      if (!(await exists())) return
      const { rows } = await client.query<{ data: string }>('select data from terraform_remote_state.states')
      kept = rows
    },
    async restore() {
      rmSync(join(directory, 'errored.tfstate'), { force: true })
      // Sessions of killed runs are gone as soon as the server sees it, which may take it a moment.
      await client.query(
        'select pg_terminate_backend(pid, 5000) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
      )
      if (!(await exists())) return
      await client.query('drop schema terraform_remote_state cascade')
      if (kept.length === 0) return
      await (await store.open('default').lock(nobody)).release()
      for (const { data } of kept)
        await client.query("insert into terraform_remote_state.states (name, data) values ('default', $1)", [
          data,
        ])
    },
    async close() {
      await client.end()
      await server.stop()
    },
  }
}

const nobody = {
  ID: 'setup',
  Operation: 'setup',
  Info: '',
  Who: 'torture',
  Version: '',
  Created: '',
  Path: '',
}

/** Writes the configuration into a project. */
export function writeConfig(directory: string, config: Json): void {
  writeFileSync(join(directory, 'main.tf.json'), JSON.stringify(config))
}
