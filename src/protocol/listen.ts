// A socket that a host can connect to. What is spoken on it is loaded after the host knows where it is.
import { mkdtempSync, rmdirSync, unlinkSync } from 'node:fs'
import type { ServerHttp2Session } from 'node:http2'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Listening {
  readonly network: 'unix' | 'tcp'
  readonly address: string
  /** Takes connections from now on; those that came before have waited. */
  accept(connection: (socket: Socket) => void): void
  /** Takes no more connections and removes the socket. Synchronous, so that it works at exit; may be called twice. */
  close(): void
}

/** Longest path of a socket that every system takes. */
const LONGEST = 100

/** Listens on a unix socket in a directory of its own, or where there are none, on a port of the loopback interface. */
export async function listen(directory: string | undefined): Promise<Listening> {
  const waiting: Socket[] = []
  let connection = (socket: Socket): void => void waiting.push(socket)
  const server = createServer((socket) => connection(socket))
  const place = process.platform === 'win32' ? undefined : socketPlace(directory)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    if (place === undefined) server.listen(0, '127.0.0.1', resolve)
    else server.listen(place.path, resolve)
  })
  const bound = server.address()
  const address = place?.path ?? (typeof bound === 'object' ? `127.0.0.1:${bound?.port}` : String(bound))
  let open = true
  return {
    network: place === undefined ? 'tcp' : 'unix',
    address,
    accept(take) {
      connection = take
      for (const socket of waiting.splice(0)) take(socket)
    },
    close() {
      if (!open) return
      open = false
      server.close()
      if (place !== undefined) remove(place)
    },
  }
}

interface Place {
  readonly directory: string
  readonly path: string
}

function socketPlace(directory: string | undefined): Place {
  const parent = directory ?? tmpdir()
  const made = mkdtempSync(join(Buffer.byteLength(parent) > LONGEST - 16 ? '/tmp' : parent, 'hubform-'))
  return { directory: made, path: join(made, 's') }
}

function remove({ directory, path }: Place): void {
  try {
    unlinkSync(path)
  } catch {
    // Closing the server may have removed it already.
  }
  try {
    rmdirSync(directory)
  } catch {
    // Somebody who clears temporary folders came first.
  }
}

export interface Tls {
  readonly key: string
  readonly certificate: string
  /** PEM of the only client that is let in. */
  readonly client: string
}

/** Makes the function that speaks HTTP/2 on a socket, encrypted if `tls` is given. */
export async function makeSpeaker(
  tls: Tls | undefined,
  session: (session: ServerHttp2Session) => void,
): Promise<(socket: Socket) => void> {
  const { createServer: createPlain, createSecureServer } = await import('node:http2')
  // Calls run side by side and may be large; the usual limit would refuse new ones for the sake of those.
  const options = { maxSessionMemory: 4_096, settings: { initialWindowSize: 1 << 20 } }
  const server =
    tls === undefined
      ? createPlain(options)
      : createSecureServer({
          ...options,
          key: tls.key,
          cert: tls.certificate,
          ca: tls.client,
          requestCert: true,
          rejectUnauthorized: true,
          minVersion: 'TLSv1.2',
        })
  server.on('session', session)
  server.on('sessionError', () => {})
  server.on('tlsClientError', () => {})
  return (socket) => {
    socket.on('error', () => {})
    server.emit('connection', socket)
  }
}
