// What is spoken once a host knows where we are.
import type { ServerHttp2Session } from 'node:http2'
import { realClock } from '../provider/poll.ts'
import type { Provider } from '../provider/provider.ts'
import { watchHost } from './lifetime.ts'
import { type Listening, makeSpeaker, type Tls } from './listen.ts'
import { makeRouter } from './router.ts'
import type { Conversation } from './service.ts'
import type { SessionOptions } from './session.ts'

/** A write that is under way when the host asks to stop has this long to end by itself. */
const GRACE_MS = 10_000

export interface OpenOptions {
  readonly load: () => Promise<Provider>
  readonly schema?: Uint8Array | undefined
  readonly host: NodeJS.Process
  /** The process that started us, looked up as early as could be. */
  readonly parent: number
  readonly leave: () => void
  readonly listening: Listening
  readonly tls: Tls | undefined
}

/** Lets the host in that started us, and ends the process with it. */
export async function openPlugin(options: OpenOptions): Promise<void> {
  const { load, schema, host, parent, leave, listening, tls } = options
  const lifetime = watchHost(host, parent, leave)
  const route = makeRouter({
    schema,
    leave,
    converse: conversing(load, { env: host.env, clock: realClock, graceMs: GRACE_MS, log: logger(host) }),
  })
  const speak = await makeSpeaker(tls, (session: ServerHttp2Session) => {
    lifetime.connected(session)
    route(session)
  })
  listening.accept(speak)
}

/** Hosts show what is written to stderr only in their logs, which is where a stack belongs. */
function logger(host: NodeJS.Process): SessionOptions['log'] {
  return (error) => {
    const message = error.stack ?? error.message
    const line = { '@level': 'error', '@message': message, '@timestamp': new Date().toISOString() }
    host.stderr.write(`${JSON.stringify(line)}\n`)
  }
}

/** Loads the methods and the provider, side by side, when a conversation begins. */
export function conversing(
  load: () => Promise<Provider>,
  options: SessionOptions,
): () => Promise<Conversation> {
  return async () => {
    const [{ converse }, provider] = await Promise.all([import('./service.ts'), load()])
    return converse({ ...options, provider })
  }
}
