// A program that locks a state and waits for its end. Run by tests as another process.
import { LockHeldError } from '../../../src/state/backend.ts'
import { localBackend } from '../../../src/state/local/backend.ts'
import { lockInfo } from '../../contract/lock-info.ts'

const [path = '', text] = process.argv.slice(2)
const backend = localBackend({ path })
try {
  await backend.lock(lockInfo('other'))
  if (text !== undefined) await backend.write(text)
  console.log('locked')
  process.stdin.resume()
  process.stdin.on('end', () => process.exit())
} catch (error) {
  console.log(error instanceof LockHeldError ? `held by ${error.holder?.ID} in ${error.pid}` : String(error))
}
