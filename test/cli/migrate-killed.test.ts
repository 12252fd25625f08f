// Migrations of real processes: killed in the middle, and beside a run that holds one of the two places.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator/server.ts'
import { type StateServer, startStateServer } from '../support/state-server.ts'
import { customer, makePlace, type Place } from './hubform.ts'

let server: StateServer
let hub: Emulator
beforeEach(async () => {
  server = await startStateServer()
  hub = await startEmulator()
})
afterEach(async () => {
  await server.stop()
  await hub.close()
})

const path = '/state/prod'
const onServer = () => {
  const address = `${server.origin}${path}`
  return { http: { address, lock_address: address, unlock_address: address } }
}
const to = () => ['state', 'migrate', '--to', JSON.stringify(onServer())]
const fileOf = ({ directory }: Place) => readFileSync(join(directory, 'terraform.tfstate'), 'utf8')
const words = (text: string) => text.replace(/\s+/g, ' ')

/** Holds the request that writes the state until told otherwise, and says when it has come. */
function holdWrite(): { readonly arrived: Promise<void>; goOn(fault: 'cut before' | undefined): void } {
  const arrived = Promise.withResolvers<void>()
  const held = Promise.withResolvers<'cut before' | undefined>()
  server.fault = ({ method, path: at }) => {
    if (method !== 'POST' || at !== path) return undefined
    arrived.resolve()
    return held.promise
  }
  return { arrived: arrived.promise, goOn: held.resolve }
}

describe('a migration', () => {
  it.each([
    { when: 'before the server has it', outcome: 'cut before' as const, there: false },
    { when: 'after, before it was read back', outcome: undefined, there: true },
  ])(
    'killed while it writes, $when: the source is as it was, and a second one finishes',
    async ({ outcome, there }) => {
      const place = makePlace({ 'main.tf.json': customer }, hub)
      expect((await place.hubform('apply', '--auto-approve')).code).toBe(0)
      const before = fileOf(place)
      const write = holdWrite()
      const killed = place.start(...to())
      await write.arrived
      killed.child.kill('SIGKILL')
      await killed.result
      write.goOn(outcome)
      server.fault = undefined
      expect(fileOf(place)).toBe(before)

      // Nobody gave its lock back.
      const refused = await place.hubform(...to())
      expect(refused.code).toBe(1)
      expect(words(refused.stderr)).toMatch(/Error: State is locked .*migration destination state/)
      const patient = place.within({ ...place.env, HUBFORM_LOCK_EXPIRY: '0.6' })
      const done = await patient(...to(), '--lock-timeout', '30s')
      expect(done.code, done.stderr).toBe(0)
      expect(done.stdout).toContain(there ? 'has the state of' : 'Copied the state from')
      expect(server.documents.get(path)).toBe(before)
      expect(fileOf(place)).toBe(before)

      place.write('main.tf.json', { ...customer, terraform: { ...customer.terraform, backend: onServer() } })
      expect((await place.hubform('plan', '--detailed-exitcode')).code).toBe(0)
    },
    60_000,
  )

  it('of a state that a run is changing is refused, or waits and takes what came of it', async () => {
    const place = makePlace({ 'main.tf.json': customer }, hub)
    hub.faults.add({ method: 'POST', path: '/v1/*/environments', delayMs: 3_000 })
    const run = place.start('apply', '--auto-approve')
    await run.seen('tavio_environment.acme: creating…')
    const refused = await place.hubform(...to())
    expect(refused.code).toBe(1)
    expect(words(refused.stderr)).toMatch(/Error: State is locked .*apply/)
    const dry = await place.hubform(...to(), '--dry-run')
    expect(dry.code).toBe(1)
    expect(words(dry.stderr)).toMatch(/Error: Earlier run not settled .* is at work now, or ended/)
    expect([...server.documents.keys()]).toEqual([])
    const waiting = await place.hubform(...to(), '--lock-timeout', '30s')
    expect((await run.result).code).toBe(0)
    expect(waiting.code, waiting.stderr).toBe(0)
    expect(waiting.stdout).toContain('(3 objects, serial 1)')
    expect(server.documents.get(path)).toBe(fileOf(place))
  }, 60_000)
})
