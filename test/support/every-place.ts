// Places for states of every kind that survives a process, and everything that is kept there, byte for byte.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { ObjectValue } from '../../src/schema/value.ts'
import { openStore } from '../../src/state/open-store.ts'
import type { Environment, Store } from '../../src/state/store.ts'
import { startPostgres } from './postgres.ts'
import { startS3Server } from './s3-server.ts'
import { startStateServer } from './state-server.ts'

/** A place that nobody has used yet. */
export interface EveryPlace {
  readonly kind: Kind
  /** As in `terraform.backend`, under the kind. */
  readonly settings: ObjectValue
  store(env?: Environment): Promise<Store>
  /** Everything that is kept: by the name of the file, document or row. */
  kept(): Promise<ReadonlyMap<string, string>>
}

export const kinds = ['local', 'pg', 'http', 's3'] as const
export type Kind = (typeof kinds)[number]

export interface EveryServer {
  make(kind: Kind): Promise<EveryPlace>
  /** Puts an object into the bucket of S3, as somebody left it. */
  put(key: string, text: string): void
  stop(): Promise<void>
}

/** Starts a server for each kind that needs one. */
export async function startEveryServer(): Promise<EveryServer> {
  const [web, s3, database] = await Promise.all([
    startStateServer({ gitlab: true }),
    startS3Server(),
    startPostgres(),
  ])
  const root = mkdtempSync(join(tmpdir(), 'hubform-places-'))
  let made = 0

  const parts: { readonly [kind in Kind]: () => Promise<Pick<EveryPlace, 'settings' | 'kept'>> } = {
    async local() {
      const directory = join(root, String(++made))
      mkdirSync(directory)
      const settings = { path: join(directory, 'hub.tfstate'), workspace_dir: join(directory, 'others') }
      return { settings, kept: async () => filesOf(directory) }
    },
    async pg() {
      const connection = await database.database()
      return { settings: { conn_str: connection }, kept: () => rowsOf(connection) }
    },
    async http() {
      const path = `/state/${++made}/hub`
      const address = `${web.origin}${path}`
      const settings = { address, lock_address: address, unlock_address: address }
      return { settings, kept: async () => beginningWith(path, [...web.documents, ...web.locks]) }
    },
    async s3() {
      const own = String(++made)
      const key = `${own}/hub.tfstate`
      const settings = {
        bucket: s3.bucket,
        key,
        workspace_key_prefix: `${own}/others`,
        region: 'eu-central-1',
        endpoints: { s3: s3.origin },
        access_key: 'ada',
        secret_key: 's3-secret-key',
        use_path_style: true,
      }
      return { settings, kept: async () => beginningWith(`${own}/`, [...s3.objects]) }
    },
  }

  return {
    async make(kind) {
      const { settings, kept } = await parts[kind]()
      return {
        kind,
        settings,
        kept,
        store: (env = {}) => openStore({ kind, settings, directory: root }, env),
      }
    },
    put: (key, text) => void s3.objects.set(key, text),
    async stop() {
      await Promise.all([web.stop(), s3.stop(), database.stop()])
      rmSync(root, { recursive: true })
    },
  }
}

/** Every file below a directory. */
export function filesOf(directory: string): ReadonlyMap<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [path, readFileSync(path, 'latin1')]
    }),
  )
}

function beginningWith(start: string, entries: readonly (readonly [string, string])[]) {
  return new Map(entries.filter(([name]) => name.startsWith(start)))
}

async function rowsOf(connectionString: string): Promise<ReadonlyMap<string, string>> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
    )
    const kept = new Map<string, string>()
    for (const { name } of tables) {
      const { rows } = await client.query<object>(`select * from ${name}`)
      for (const [i, row] of rows.entries()) kept.set(`${name} ${i}`, JSON.stringify(row))
    }
    return kept
  } finally {
    await client.end()
  }
}
