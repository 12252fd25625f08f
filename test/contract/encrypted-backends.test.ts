// Encryption does not depend on where a state is kept: the contract once more over places of every kind.
import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { openStore } from '../../src/state/open-store.ts'
import { encryptedStore } from '../../src/state/sealed/backend.ts'
import { openState } from '../../src/state/sealed/envelope.ts'
import { encryptionOf, oldKey } from '../state/sealed/keys.ts'
import { type Postgres, startPostgres } from '../support/postgres.ts'
import { type S3Server, startS3Server } from '../support/s3-server.ts'
import { type StateServer, startStateServer } from '../support/state-server.ts'
import { backendContract } from './backend.ts'

let web: StateServer
let s3: S3Server
let database: Postgres
let made = 0

beforeAll(async () => {
  web = await startStateServer()
  s3 = await startS3Server()
  database = await startPostgres()
}, 60_000)

afterAll(async () => {
  await web.stop()
  await s3.stop()
  await database.stop()
})

async function clientOf(kind: string, settings: Parameters<typeof openStore>[0]['settings']) {
  const store = await openStore({ kind, settings, directory: '/' }, {})
  return () => encryptedStore(store, encryptionOf([oldKey], { enforced: true })).open('default')
}

function opened(text: string | undefined): string | undefined {
  return text && openState(text, [oldKey], { file: 'backup' }).text
}

backendContract('encrypted, http', async () => {
  const path = `/sealed/${++made}`
  const address = `${web.origin}${path}`
  return {
    client: await clientOf('http', { address, lock_address: address, unlock_address: address }),
    backup() {
      const document = web.documents.get(`${path}-journal-backup`)
      return opened(document && (JSON.parse(document) as { hubform_document: string }).hubform_document)
    },
    clear: () => undefined,
  }
})

backendContract('encrypted, s3', async () => {
  const key = `sealed/${++made}.tfstate`
  return {
    client: await clientOf('s3', {
      bucket: s3.bucket,
      key,
      region: 'eu-central-1',
      endpoints: { s3: s3.origin },
      access_key: 'ada',
      secret_key: 's3cret',
      use_path_style: true,
    }),
    backup: () => opened([...s3.objects].findLast(([name]) => name.startsWith(`${key}.backups/`))?.[1]),
    clear: () => undefined,
  }
})

backendContract('encrypted, pg', async () => {
  const connection = await database.database()
  return {
    client: await clientOf('pg', { conn_str: connection }),
    async backup() {
      const client = new pg.Client({ connectionString: connection })
      await client.connect()
      const { rows } = await client.query<{ data: string }>(
        'select data from terraform_remote_state.hubform_backups order by seq desc limit 1',
      )
      await client.end()
      return opened(rows[0]?.data)
    },
    clear: () => undefined,
  }
})
