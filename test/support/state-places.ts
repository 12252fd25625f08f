// Both kinds of servers that know no sessions, for tests of what is the same on both.

import type { Backend } from '../../src/state/backend.ts'
import { httpStore } from '../../src/state/http/store.ts'
import type { LeaseClock } from '../../src/state/remote/lease.ts'
import { s3Store } from '../../src/state/s3/store.ts'
import { bucketSettings, startS3Server } from './s3-server.ts'
import { type Fault, type MaybeFault, startStateServer } from './state-server.ts'

/** A request as both kinds of servers know it. */
export interface AnyRequest {
  readonly method: string
  /** The name of the document, from that of the state on: empty for the state itself. */
  readonly name: string
}

export interface StateServerAt {
  /** One run's client; each run has clocks of its own. */
  client(clock: LeaseClock, env?: { readonly [name: string]: string }): Backend
  /** As if another program held the lock. */
  lockAs(text: string): void
  /** The lock as the server has it; undefined when nobody holds it. */
  lock(): string | undefined
  failWith(fault: ((request: AnyRequest) => MaybeFault) | undefined): void
  requests(): number
  stop(): Promise<void>
}

export const servers: { readonly kind: string; readonly start: () => Promise<StateServerAt> }[] = [
  {
    kind: 'http',
    async start() {
      const server = await startStateServer()
      const path = '/state/prod'
      const address = `${server.origin}${path}`
      const settings = { address, lock_address: address, unlock_address: address }
      return {
        client: (clock, env = {}) =>
          httpStore({ kind: 'http', settings, directory: '/nowhere' }, env, clock).open('default'),
        lockAs: (text) => server.locks.set(path, text),
        lock: () => server.locks.get(path),
        failWith(fault) {
          server.fault = fault && (({ method, path: at }) => fault({ method, name: at.slice(path.length) }))
        },
        requests: () => server.requests.length,
        stop: server.stop,
      }
    },
  },
  {
    kind: 's3',
    async start() {
      const server = await startS3Server()
      const key = 'team/prod'
      const settings = bucketSettings(server, key)
      return {
        client: (clock, env = {}) =>
          s3Store({ kind: 's3', settings, directory: '/nowhere' }, env, clock).open('default'),
        lockAs: (text) => server.objects.set(`${key}.tflock`, text),
        lock: () => server.objects.get(`${key}.tflock`),
        failWith(fault) {
          server.fault = fault && (({ method, key: at }) => fault({ method, name: at.slice(key.length) }))
        },
        requests: () => server.requests.length,
        stop: server.stop,
      }
    },
  },
]

/** Fails the request of that number, counted from now, once. */
export function failOnce(server: StateServerAt, number: number, fault: Fault): void {
  let count = 0
  server.failWith(() => (count++ === number ? fault : undefined))
}
