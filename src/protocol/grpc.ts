// gRPC on node:http2: calls with one request, and one answer or a stream of them.
import { once } from 'node:events'
import {
  constants,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'

/** The status codes we use. */
export const Status = { ok: 0, cancelled: 1, invalid: 3, unimplemented: 12, internal: 13 } as const

/** Ends a call with a status other than ok. */
export class GrpcError extends Error {
  readonly code: number

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'GrpcError'
    this.code = code
  }
}

/** What answers one method. */
export type Handler =
  | {
      readonly kind: 'unary'
      /** `signal` is aborted when the caller gives up, or the connection ends. */
      readonly handle: (request: Uint8Array, signal: AbortSignal) => Promise<Uint8Array>
      /** Called once the answer is on its way, also if it could not be sent any more. */
      readonly answered?: () => void
    }
  /** A stream from us, of as many messages as there are. */
  | {
      readonly kind: 'stream'
      readonly handle: (request: Uint8Array, signal: AbortSignal) => AsyncIterable<Uint8Array>
    }
  /** A stream from us that never has anything in it, and ends when the caller cancels it. */
  | { readonly kind: 'held' }

/**
 * Answers every call of a connection. `find` is given the path, as `/package.Service/Method`.
 *
 * Methods that are not found answer UNIMPLEMENTED, by which hosts learn what we do not know yet.
 */
export function serveCalls(session: ServerHttp2Session, find: (path: string) => Handler | undefined): void {
  // A connection that breaks is the caller's affair; each of its calls is told by its signal.
  session.on('error', () => {})
  session.on('stream', (stream, headers) => {
    // A stream that is reset in mid-answer must not take the process with it.
    stream.on('error', () => {})
    const handler = find(String(headers[':path']))
    if (handler === undefined) {
      refuse(stream, new GrpcError(Status.unimplemented, `unknown method ${String(headers[':path'])}`))
    } else if (handler.kind === 'held') hold(stream)
    else if (handler.kind === 'stream') void answerAll(stream, headers, handler)
    else void answer(stream, headers, handler)
  })
}

async function answer(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  handler: Extract<Handler, { kind: 'unary' }>,
): Promise<void> {
  const gone = new AbortController()
  stream.once('close', () => gone.abort())
  try {
    const request = await readMessage(stream, headers)
    const response = await handler.handle(request, gone.signal)
    if (handler.answered !== undefined) {
      if (stream.destroyed) handler.answered()
      else stream.once('close', handler.answered)
    }
    send(stream, response)
  } catch (error) {
    refuse(stream, error)
  }
}

async function answerAll(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  handler: Extract<Handler, { kind: 'stream' }>,
): Promise<void> {
  const gone = new AbortController()
  stream.once('close', () => gone.abort())
  try {
    const request = await readMessage(stream, headers)
    for await (const message of handler.handle(request, gone.signal)) {
      if (stream.destroyed || stream.closed) return
      if (!stream.headersSent) begin(stream)
      if (!stream.write(frame(message))) await once(stream, 'drain', { signal: gone.signal })
    }
    if (stream.destroyed || stream.closed) return
    if (!stream.headersSent) begin(stream)
    stream.end()
  } catch (error) {
    // Once there are headers, a status would come too late; a stream that breaks off is the only way to say so.
    if (stream.headersSent) stream.close(constants.NGHTTP2_INTERNAL_ERROR)
    else refuse(stream, error)
  }
}

/** Reads the one message of a unary call. */
async function readMessage(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  // An aborted request ends this loop with an error.
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  const frame = Buffer.concat(chunks)
  if (frame.length < 5 || frame.length !== 5 + frame.readUInt32BE(1))
    throw new GrpcError(Status.internal, 'the request is not one whole message')
  if (frame[0] !== 0)
    throw new GrpcError(
      Status.unimplemented,
      `requests compressed with ${String(headers['grpc-encoding'])} are not understood`,
    )
  return frame.subarray(5)
}

function send(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (stream.destroyed || stream.closed) return
  begin(stream)
  stream.end(frame(message))
}

function begin(stream: ServerHttp2Stream): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.once('wantTrailers', () => {
    if (!stream.destroyed) stream.sendTrailers({ 'grpc-status': String(Status.ok) })
  })
}

function frame(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

function hold(stream: ServerHttp2Stream): void {
  stream.resume()
  if (!stream.destroyed) stream.respond({ ':status': 200, 'content-type': 'application/grpc' })
}

function refuse(stream: ServerHttp2Stream, error: unknown): void {
  if (stream.destroyed || stream.closed || stream.headersSent) return
  const known = error instanceof GrpcError ? error : undefined
  const message = error instanceof Error ? error.message : String(error)
  // What the caller still sends is not wanted any more, but must be taken off the line.
  stream.resume()
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': String(known?.code ?? Status.internal),
      'grpc-message': encodeURIComponent(message),
    },
    { endStream: true },
  )
}
