// Which call goes where. The provider itself is loaded with the first call that needs it.
import type { ServerHttp2Session } from 'node:http2'
import { type Handler, serveCalls } from './grpc.ts'
import type { Conversation } from './service.ts'

export interface RouterOptions {
  /** Starts a conversation, loading whatever it takes. */
  readonly converse: () => Promise<Conversation>
  /** The answer to GetProviderSchema, if it was made beforehand. */
  readonly schema?: Uint8Array | undefined
  /** Called when the host has asked us to go, and was answered. */
  readonly leave: () => void
}

const PROVIDER = '/tfplugin6.Provider/'
/** Methods that answer with more than one message. */
const STREAMS: ReadonlySet<string> = new Set(['ListResource'])

/** Makes the function that answers the calls of one connection. */
export function makeRouter({
  converse,
  schema,
  leave,
}: RouterOptions): (session: ServerHttp2Session) => void {
  return (session) => {
    let conversation: Promise<Conversation> | undefined
    const call = (name: string): Handler => ({
      kind: 'unary',
      async handle(request, signal) {
        conversation ??= converse()
        return await (await conversation).call(name, request, signal)
      },
    })
    const stream = (name: string): Handler => ({
      kind: 'stream',
      async *handle(request, signal) {
        conversation ??= converse()
        yield* (await conversation).stream(name, request, signal)
      },
    })
    session.once('close', () => void conversation?.then((open) => open.close()).catch(() => {}))
    serveCalls(session, (path) => {
      if (!path.startsWith(PROVIDER)) return besides(path, leave)
      const name = path.slice(PROVIDER.length)
      if (name === 'GetProviderSchema' && schema !== undefined) return constant(schema)
      return STREAMS.has(name) ? stream(name) : call(name)
    })
  }
}

/** What go-plugin expects beside the provider. Its broker is not among it: hosts do without. */
function besides(path: string, leave: () => void): Handler | undefined {
  switch (path) {
    case '/plugin.GRPCController/Shutdown':
      return { ...constant(new Uint8Array()), answered: leave }
    case '/plugin.GRPCStdio/StreamStdio':
      return { kind: 'held' }
    case '/grpc.health.v1.Health/Check':
      // Field 1, SERVING.
      return constant(Uint8Array.of(0x08, 0x01))
    default:
      return undefined
  }
}

function constant(answer: Uint8Array): Extract<Handler, { kind: 'unary' }> {
  return { kind: 'unary', handle: async () => answer }
}
