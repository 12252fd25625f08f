// A host in a few lines: unary gRPC calls over node:http2, encoded with the same tables.
import { type ClientHttp2Session, connect } from 'node:http2'
import { connect as connectSocket } from 'node:net'
import type { Decoded, Encodable, Fields, Message } from '../../src/protocol/wire.ts'
import { decodeMessage } from '../../src/protocol/wire-decode.ts'
import { encodeMessage } from '../../src/protocol/wire-encode.ts'

export interface Reply {
  readonly status: number
  readonly message: string
  readonly body: Buffer
  /** Every message of the answer; `body` is the first. */
  readonly bodies: readonly Buffer[]
}

export interface Host {
  readonly session: ClientHttp2Session
  /** Any call, as bytes. */
  raw(path: string, request: Uint8Array, options?: { readonly compressed?: boolean }): Promise<Reply>
  /** A method of the provider. Throws if the status is not ok. */
  call<Q extends Fields, R extends Fields>(
    name: string,
    messages: { readonly request: Message<Q>; readonly response: Message<R> },
    request: Encodable<Message<Q>>,
  ): Promise<Decoded<Message<R>>>
  /** A method of the provider that answers with a stream. Throws if the status is not ok. */
  callAll<Q extends Fields, R extends Fields>(
    name: string,
    messages: { readonly request: Message<Q>; readonly response: Message<R> },
    request: Encodable<Message<Q>>,
  ): Promise<readonly Decoded<Message<R>>[]>
  close(): Promise<void>
}

/** The messages of a stream, out of their frames. */
function unframe(stream: Buffer): Buffer[] {
  if (stream.length < 5) return []
  const end = 5 + stream.readUInt32BE(1)
  return [stream.subarray(5, end), ...unframe(stream.subarray(end))]
}

/** Connects to a unix socket. */
export function openHost(path: string): Host {
  const session = connect('http://localhost', {
    maxSessionMemory: 1_000,
    createConnection: () => connectSocket(path),
  })
  const host: Host = {
    session,
    raw: async (path, request, { compressed = false } = {}) =>
      await new Promise((resolve, reject) => {
        const stream = session.request({
          ':method': 'POST',
          ':path': path,
          'content-type': 'application/grpc',
          te: 'trailers',
        })
        const chunks: Buffer[] = []
        let status: Record<string, unknown> = {}
        stream.on('response', (headers) => {
          status = { ...status, ...headers }
        })
        stream.on('trailers', (headers) => {
          status = { ...status, ...headers }
        })
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('error', reject)
        stream.on('close', () => {
          const bodies = unframe(Buffer.concat(chunks))
          resolve({
            status: Number(status['grpc-status'] ?? -1),
            message: decodeURIComponent(String(status['grpc-message'] ?? '')),
            body: bodies[0] ?? Buffer.alloc(0),
            bodies,
          })
        })
        const head = Buffer.alloc(5)
        head[0] = compressed ? 1 : 0
        head.writeUInt32BE(request.length, 1)
        stream.end(Buffer.concat([head, request]))
      }),
    async call(name, { request: asks, response: answers }, request) {
      const { status, message, body } = await host.raw(
        `/tfplugin6.Provider/${name}`,
        encodeMessage(asks, request),
      )
      if (status !== 0) throw new Error(`${name} ended with status ${status}: ${message}`)
      return decodeMessage(answers, body)
    },
    async callAll(name, { request: asks, response: answers }, request) {
      const { status, message, bodies } = await host.raw(
        `/tfplugin6.Provider/${name}`,
        encodeMessage(asks, request),
      )
      if (status !== 0) throw new Error(`${name} ended with status ${status}: ${message}`)
      return bodies.map((body) => decodeMessage(answers, body))
    },
    close: async () => {
      if (session.destroyed) return
      const closed = new Promise<void>((resolve) => session.once('close', () => resolve()))
      session.destroy()
      await closed
    },
  }
  return host
}
