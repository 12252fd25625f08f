// States on servers: what a tortured run begins with there, and who stands at their requests.
import pg from 'pg'
import type { ObjectValue } from '../../src/schema/value.ts'
import { pgStore } from '../../src/state/postgres/store.ts'
import { startPostgres } from '../support/postgres.ts'
import { bucketSettings, type S3Server, startS3Server } from '../support/s3-server.ts'
import { type MaybeFault, type StateServer, startStateServer } from '../support/state-server.ts'

export interface Kept {
  /** What is inside the block of its kind. */
  readonly settings: ObjectValue
  readonly gate: StateGate | undefined
  keep(): Promise<void>
  restore(): Promise<void>
  close(): Promise<void>
}

/** Moments of a request to a server that keeps states. */
export interface StateGate {
  arrived: ((request: { readonly writes: boolean }) => MaybeFault) | undefined
  done: (() => Promise<void> | undefined) | undefined
  answered: (() => void) | undefined
}

/** A server that looks into what it keeps, as GitLab does; or a bucket. */
export async function webServer(kind: 'http' | 's3'): Promise<Kept> {
  const { server, settings, contents } = kind === 'http' ? await startWeb() : await startBucket()
  let kept = contents.map((content) => new Map(content))
  return {
    settings,
    gate: gateOf(server),
    async keep() {
      kept = contents.map((content) => new Map(content))
    },
    async restore() {
      server.requests.length = 0
      for (const [i, content] of contents.entries()) {
        content.clear()
        for (const [name, text] of kept[i] ?? []) content.set(name, text)
      }
    },
    close: server.stop,
  }
}

async function startWeb() {
  const server = await startStateServer({ gitlab: true })
  const address = `${server.origin}/state/prod`
  const settings = { address, lock_address: address, unlock_address: address }
  return { server, settings, contents: [server.documents, server.locks] }
}

async function startBucket() {
  const server = await startS3Server()
  const settings = bucketSettings(server, 'prod')
  return { server, settings, contents: [server.objects] }
}

function gateOf(server: StateServer | S3Server): StateGate {
  const gate: StateGate = { arrived: undefined, done: undefined, answered: undefined }
  server.fault = ({ method }: { readonly method: string }) =>
    gate.arrived?.({ writes: method !== 'GET' && method !== 'HEAD' })
  server.done = () => gate.done?.()
  server.answered = () => gate.answered?.()
  return gate
}

/** A real PostgreSQL of its own. */
export async function database(): Promise<Kept> {
  const server = await startPostgres()
  const connection = await server.database()
  const settings = { conn_str: connection }
  const store = pgStore({ kind: 'pg', settings, directory: '/nowhere' }, {})
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
    settings,
    gate: undefined,
    async keep() {
      if (!(await exists())) return
      const { rows } = await client.query<{ data: string }>('select data from terraform_remote_state.states')
      kept = rows
    },
    async restore() {
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
