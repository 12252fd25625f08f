// Encrypting and rotating as real processes that are killed at every document they write to a server.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type StateServer, startStateServer } from '../support/state-server.ts'
import { makePlace } from './hubform.ts'

let server: StateServer
beforeEach(async () => {
  server = await startStateServer()
})
afterEach(() => server.stop())

const path = '/state/prod'
const secret = 'recognisable-7f21'
const [old, next] = [`old:${'ab'.repeat(32)}`, `next:${'cd'.repeat(32)}`]
const clear = JSON.stringify({
  version: 4,
  terraform_version: '1.11.4',
  serial: 3,
  lineage: 'a-lineage',
  outputs: { o: { value: secret, type: 'string' } },
  resources: [],
  check_results: null,
})

/** Holds the n-th document that is written, and says when it has come. */
function holdWrite(n: number): { readonly arrived: Promise<void>; goOn(): void } {
  const arrived = Promise.withResolvers<void>()
  const held = Promise.withResolvers<undefined>()
  let count = 0
  server.fault = ({ method }) => {
    if (method !== 'POST' || count++ !== n) return undefined
    arrived.resolve()
    return held.promise
  }
  return { arrived: arrived.promise, goOn: () => held.resolve(undefined) }
}

const kept = () =>
  [...server.documents].map(([name, text]) => `${name} ${text.replaceAll('\\', '')}`).join('\n')

describe.each([
  { verb: 'encrypt', before: undefined, keys: old, gone: secret },
  { verb: 'rotate', before: old, keys: `${next},${old}`, gone: '"key":"old"' },
])('hubform state $verb', ({ verb, before, keys, gone }) => {
  it('killed at any document, leaves everything readable, and a second one finishes', async () => {
    const address = `${server.origin}${path}`
    const backend = { http: { address, lock_address: address, unlock_address: address } }
    const place = makePlace({ 'main.tf.json': { terraform: { backend } } })
    const hubform = place.within({ ...place.env, HUBFORM_STATE_KEY: keys, HUBFORM_LOCK_EXPIRY: '0.6' })
    for (let n = 0; ; n++) {
      server.fault = undefined
      server.documents.clear()
      server.locks.clear()
      server.documents.set(path, clear)
      if (before !== undefined)
        await place.within({ ...place.env, HUBFORM_STATE_KEY: before })('state', 'encrypt')
      const write = holdWrite(n)
      const run = place.startWithin({ ...place.env, HUBFORM_STATE_KEY: keys }, 'state', verb)
      const ended = await Promise.race([write.arrived.then(() => undefined), run.result])
      run.child.kill('SIGKILL')
      await run.result
      write.goOn()
      server.fault = undefined
      expect((await hubform('state', 'pull')).stdout, `killed at ${n}`).toContain(secret)
      const again = await hubform('state', verb, '--lock-timeout', '30s')
      expect(again.code, `killed at ${n}: ${again.stderr}`).toBe(0)
      expect(kept(), `killed at ${n}`).not.toContain(gone)
      expect((await hubform('state', 'pull')).stdout).toContain(secret)
      if (ended === undefined) continue
      expect(ended.code, ended.stderr).toBe(0)
      // The lock, the first backup, the state, and that backup once more.
      expect(n).toBeGreaterThanOrEqual(3)
      break
    }
  }, 120_000)
})
