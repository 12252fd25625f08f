// A server that fails, and a network that loses requests and answers, at every request of a run.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Backend } from '../../../src/state/backend.ts'
import { lockInfo } from '../../contract/lock-info.ts'
import { handClock } from '../../support/hand-clock.ts'
import { failOnce, type StateServerAt, servers } from '../../support/state-places.ts'

/** With an id as runs have it, which says that they give signs of life. */
const infoOf = (digit: number) => lockInfo(`${String(digit).repeat(8)}-0000-4000-8000-000000000000`)

/** What a run does to a state: each step with what is there once it is done. */
async function runOnce(backend: Backend): Promise<void> {
  const lock = await backend.lock(infoOf(1))
  try {
    await backend.readJournal()
    await backend.read()
    await backend.append(['intent'])
    await backend.append(['outcome'])
    await backend.write('{"serial": 2}')
    await backend.clearJournal()
    await backend.append(['next'])
  } finally {
    await lock.release()
  }
}

describe.each(servers)('a run on a server that fails, over $kind', ({ start }) => {
  let server: StateServerAt

  const prepare = async () => {
    server = await start()
    const backend = server.client(handClock())
    const lock = await backend.lock(infoOf(0))
    await backend.write('{"serial": 1}')
    await lock.release()
  }
  const look = async () => {
    const reader = server.client(handClock())
    return { text: await reader.read(), journal: await reader.readJournal() }
  }

  beforeEach(prepare)
  afterEach(() => server.stop())

  /** Each of the tests goes through all of them. */
  const countRequests = async (): Promise<number> => {
    const before = server.requests()
    await runOnce(server.client(handClock()))
    const count = server.requests() - before
    await server.stop()
    await prepare()
    return count
  }

  it.each(['cut before', 'cut after', 503] as const)(
    'goes on, and does nothing twice, when one request meets: %s',
    { timeout: 60_000 },
    async (fault) => {
      const count = await countRequests()
      expect(count).toBeGreaterThan(15)
      for (let number = 0; number < count; number++) {
        await server.stop()
        await prepare()
        failOnce(server, number, fault)
        await runOnce(server.client(handClock()))
        server.failWith(undefined)
        expect(await look(), `request ${number}`).toEqual({ text: '{"serial": 2}', journal: 'next\n' })
        expect(server.lock(), `request ${number}`).toBeUndefined()
      }
    },
  )

  it('leaves one state or the other, and the next run finds its way, when the server stays away', {
    timeout: 120_000,
  }, async () => {
    const count = await countRequests()
    for (let number = 0; number < count; number++) {
      await server.stop()
      await prepare()
      let seen = 0
      server.failWith(() => (seen++ >= number ? 'cut before' : undefined))
      await runOnce(server.client(handClock())).catch(() => undefined)
      server.failWith(undefined)
      const { text, journal } = await look()
      expect(['{"serial": 1}', '{"serial": 2}']).toContain(text)
      if (text === '{"serial": 1}') expect([undefined, 'intent\n', 'intent\noutcome\n']).toContain(journal)
      const clock = handClock()
      clock.set(3_600_000)
      const next = server.client(clock)
      const lock = await next.lock(infoOf(2))
      await next.clearJournal()
      await next.append(['again'])
      await next.write('{"serial": 3}')
      await lock.release()
      expect(await look()).toEqual({ text: '{"serial": 3}', journal: 'again\n' })
    }
  })
})
