import { afterAll, beforeAll } from 'vitest'
import { openStore } from '../../src/state/open-store.ts'
import { type StateServer, startStateServer } from '../support/state-server.ts'
import { backendContract } from './backend.ts'

let server: StateServer
let made = 0

beforeAll(async () => {
  server = await startStateServer()
})

afterAll(() => server.stop())

backendContract('http', async () => {
  const path = `/state/${++made}`
  const address = `${server.origin}${path}`
  const settings = { address, lock_address: address, unlock_address: address }
  const store = await openStore({ kind: 'http', settings, directory: '/' }, {})
  return {
    client: () => store.open('default'),
    backup() {
      const document = server.documents.get(`${path}-journal-backup`)
      return document && (JSON.parse(document) as { hubform_document: string }).hubform_document
    },
    clear: () => undefined,
  }
})
