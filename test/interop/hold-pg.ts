// A program that locks a state in PostgreSQL and waits for its end. Run by tests as another process.
import { openStore } from '../../src/state/open-store.ts'
import { lockInfo } from '../contract/lock-info.ts'

const [connection = ''] = process.argv.slice(2)
const store = await openStore({ kind: 'pg', settings: { conn_str: connection }, directory: '/' }, {})
await store.open('default').lock(lockInfo('other'))
console.log('locked')
process.stdin.resume()
