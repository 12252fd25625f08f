// A provider served in a process that runs already, for hosts to attach to: for debugging, and for fast tests.
import type { ServerHttp2Session } from 'node:http2'
import { type PollClock, realClock } from '../provider/poll.ts'
import type { Provider } from '../provider/provider.ts'
import { reattachValue } from './handshake.ts'
import { listen, makeSpeaker } from './listen.ts'
import { conversing } from './open.ts'
import { makeRouter } from './router.ts'
import type { SessionOptions } from './session.ts'

export interface ServeOptions {
  readonly env: { readonly [name: string]: string | undefined }
  readonly clock?: PollClock
  readonly graceMs?: number
  /** Takes faults of the provider, with their stacks. */
  readonly log?: SessionOptions['log']
  /** Where the socket goes; the system's folder for temporary files if absent. */
  readonly socketDirectory?: string
}

export interface Served {
  /** The value for the environment variable TF_REATTACH_PROVIDERS. */
  readonly reattach: string
  readonly network: 'unix' | 'tcp'
  readonly address: string
  /** Ends every connection and removes the socket. */
  close(): Promise<void>
}

/**
 * Serves a provider without encryption, to whoever may open the socket on this machine, until it is closed.
 *
 * Any number of hosts may use it at the same time and in turn; each connection has settings of its own.
 */
export async function serveProvider(provider: Provider, options: ServeOptions): Promise<Served> {
  const listening = await listen(options.socketDirectory)
  const sessions = new Set<ServerHttp2Session>()
  const { env, clock = realClock, graceMs = 10_000, log = () => {} } = options
  const route = makeRouter({
    // A host that attached does not own us, so it cannot send us away.
    leave: () => {},
    converse: conversing(async () => provider, { env, clock, graceMs, log }),
  })
  const speak = await makeSpeaker(undefined, (session) => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
    route(session)
  })
  listening.accept(speak)
  return {
    network: listening.network,
    address: listening.address,
    reattach: reattachValue(fullSource(provider.source), listening, process.pid),
    async close() {
      listening.close()
      const ended = [...sessions].map(
        async (session) => await new Promise<void>((resolve) => session.once('close', () => resolve())),
      )
      for (const session of sessions) session.destroy()
      await Promise.all(ended)
    },
  }
}

function fullSource(source: string): string {
  return source.split('/').length === 3 ? source : `registry.terraform.io/${source}`
}
