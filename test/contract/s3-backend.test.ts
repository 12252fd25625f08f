import { afterAll, beforeAll } from 'vitest'
import { openStore } from '../../src/state/open-store.ts'
import { type S3Server, startS3Server } from '../support/s3-server.ts'
import { backendContract } from './backend.ts'

let server: S3Server
let made = 0

beforeAll(async () => {
  server = await startS3Server()
})

afterAll(() => server.stop())

backendContract('s3', async () => {
  const key = `team/${++made}.tfstate`
  const settings = {
    bucket: server.bucket,
    key,
    region: 'eu-central-1',
    endpoints: { s3: server.origin },
    access_key: 'ada',
    secret_key: 's3cret',
    use_path_style: true,
  }
  const store = await openStore({ kind: 's3', settings, directory: '/' }, {})
  return {
    client: () => store.open('default'),
    backup: () => [...server.objects].findLast(([name]) => name.startsWith(`${key}.backups/`))?.[1],
    clear: () => undefined,
  }
})
