// A server that keeps states, over real HTTP: as GitLab does it, or as simple ones do.
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** What goes wrong with a request: an answer, or a connection that is cut before or after it was carried out. */
export type Fault = number | 'cut before' | 'cut after'

/** To wait first lets other things happen in between. */
export type MaybeFault = Fault | undefined | Promise<Fault | undefined>

export interface StateServerOptions {
  /** Looks into what it keeps: JSON with a serial that grows; and makes up most of what it tells about a holder. */
  readonly gitlab?: boolean
  /** Keeps a state at this path only; another gets this answer. */
  readonly only?: { readonly path: string; readonly status: number }
  /** One document, whatever the path. */
  readonly ignoresPath?: boolean
  readonly credentials?: { readonly username: string; readonly password: string }
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca?: string }
}

export interface StateServer {
  /** `http://127.0.0.1:…`, without a slash at the end. */
  readonly origin: string
  readonly documents: Map<string, string>
  /** What was sent to take the lock at a path. */
  readonly locks: Map<string, string>
  /** `GET /state`, in order. */
  readonly requests: string[]
  /** Decides for each request; undefined: nothing goes wrong. */
  fault: ((request: { readonly method: string; readonly path: string }) => MaybeFault) | undefined
  /** Waited for when a request was carried out, and not answered yet. */
  done: (() => Promise<void> | undefined) | undefined
  /** Told when the whole answer is on its way. */
  answered: (() => void) | undefined
  /** The time that it tells. */
  now: () => number
  /** Every answer comes with a checksum of something else. */
  wrongMd5: boolean
  stop(): Promise<void>
}

interface Request {
  readonly method: string
  readonly path: string
  readonly id: string | null
  readonly body: string
  readonly md5: string | undefined
}

interface Answer {
  readonly status: number
  readonly body?: string
}

export async function startStateServer(options: StateServerOptions = {}): Promise<StateServer> {
  const documents = new Map<string, string>()
  const locks = new Map<string, string>()
  const made = {
    documents,
    locks,
    requests: [] as string[],
    fault: undefined as StateServer['fault'],
    done: undefined as StateServer['done'],
    answered: undefined as StateServer['answered'],
    now: () => Date.now(),
    wrongMd5: false,
  }

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const url = new URL(incoming.url ?? '/', 'http://here')
    const path = options.ignoresPath ? '/' : url.pathname
    const method = incoming.method ?? ''
    made.requests.push(`${method} ${url.pathname}`)
    const body = await textOf(incoming)
    const fault = await made.fault?.({ method, path: url.pathname })
    if (fault === 'cut before') return incoming.socket.destroy()
    const sum = incoming.headers['content-md5']
    const request = {
      method,
      path,
      id: url.searchParams.get('ID'),
      body,
      md5: sum === undefined ? undefined : String(sum),
    }
    const answer: Answer =
      typeof fault === 'number' ? { status: fault } : denied(incoming) ? { status: 401 } : act(request)
    await made.done?.()
    if (fault === 'cut after') return incoming.socket.destroy()
    outgoing.once('finish', () => made.answered?.())
    const text = answer.body ?? ''
    outgoing.writeHead(
      answer.status,
      method === 'GET' && answer.status === 200
        ? { 'content-md5': md5(made.wrongMd5 ? `${text}x` : text) }
        : {},
    )
    return outgoing.end(text)
  }

  const denied = ({ headers }: IncomingMessage): boolean => {
    const { credentials } = options
    if (credentials === undefined) return false
    const wanted = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')
    return headers.authorization !== `Basic ${wanted}`
  }

  const act = (request: Request): Answer => {
    const { method, path, md5: sum } = request
    const { only } = options
    if (sum !== undefined && sum !== md5(request.body)) return { status: 400, body: 'wrong Content-MD5' }
    if (only !== undefined && path.replace(/\/lock$/, '') !== only.path) return { status: only.status }
    if (method === 'LOCK' || (method === 'POST' && path.endsWith('/lock'))) return lock(request)
    if (method === 'UNLOCK' || (method === 'DELETE' && path.endsWith('/lock'))) return unlock(request)
    if (method === 'GET') {
      const body = documents.get(path)
      return body === undefined ? { status: 404 } : { status: 200, body }
    }
    if (method === 'POST' || method === 'PUT') return update(request)
    return { status: 405 }
  }

  const since = new Map<string, number>()
  const lock = ({ path, body }: Request): Answer => {
    const at = path.replace(/\/lock$/, '')
    const holder = locks.get(at)
    if (holder === undefined) {
      locks.set(at, body)
      since.set(at, made.now())
      return { status: 200, body }
    }
    const told = options.gitlab ? toldByGitlab(body, holder, since.get(at)) : JSON.parse(holder)
    return { status: options.gitlab ? 409 : 423, body: JSON.stringify(told) }
  }

  const unlock = ({ path, body }: Request): Answer => {
    const at = path.replace(/\/lock$/, '')
    const holder = locks.get(at)
    // Without a body: whatever is held, as for Terraform's force-unlock.
    if (body !== '' && holder !== undefined && idOf(body) !== idOf(holder)) return { status: 409 }
    locks.delete(at)
    return { status: 200 }
  }

  const update = ({ path, id, body }: Request): Answer => {
    const holder = locks.get(path)
    if ((holder === undefined ? null : idOf(holder)) !== id) return { status: 409, body: 'locked' }
    if (options.gitlab) {
      const before = documents.get(path)
      const serial = serialOf(body)
      if (serial === undefined) return { status: 400, body: 'no serial' }
      if (before !== undefined && serial <= (serialOf(before) ?? 0))
        return { status: 422, body: 'not a new version' }
    }
    documents.set(path, body)
    return { status: 200 }
  }

  const listener: RequestListener = (incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => incoming.socket.destroy())
  }
  const { tls } = options
  const server =
    tls === undefined
      ? createServer(listener)
      : createSecureServer(
          { ...tls, requestCert: tls.ca !== undefined, rejectUnauthorized: tls.ca !== undefined },
          listener,
        )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(made, {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

/** It keeps the id, the user and the time; what else it tells is of the one who asks. */
function toldByGitlab(asked: string, holder: string, since = 0): object {
  const { Operation, Info, Version, Path } = JSON.parse(asked) as { readonly [key: string]: unknown }
  return {
    Operation,
    Info,
    Version,
    Path,
    ID: idOf(holder),
    Who: 'root',
    Created: new Date(since).toISOString(),
  }
}

function idOf(body: string): unknown {
  return (JSON.parse(body) as { ID?: unknown }).ID
}

function serialOf(body: string): number | undefined {
  try {
    const { serial } = JSON.parse(body) as { serial?: unknown }
    return typeof serial === 'number' ? serial : undefined
  } catch {
    return undefined
  }
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('base64')
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
