// A stand-in for S3, written for these tests, as the registries offer no real server with conditional writes. It does over
// real HTTP what the backend and Terraform ask of S3: objects by path, ETag, If-Match and If-None-Match, listing. It does
// not check signatures or rights, and knows no versions, no multipart uploads and no encryption.
import { createHash } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MaybeFault } from './state-server.ts'

export interface S3Request {
  readonly method: string
  /** Of the object, without the bucket; empty for the bucket itself. */
  readonly key: string
  readonly headers: IncomingHttpHeaders
}

export interface S3Server {
  readonly origin: string
  readonly bucket: string
  /** By key. */
  readonly objects: Map<string, string>
  readonly requests: S3Request[]
  fault: ((request: S3Request) => MaybeFault) | undefined
  /** Waited for when a request was carried out, and not answered yet. */
  done: (() => Promise<void> | undefined) | undefined
  /** Told when the whole answer is on its way. */
  answered: (() => void) | undefined
  stop(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly body?: string
  readonly etag?: string
}

export async function startS3Server({ conditionalDelete = true } = {}): Promise<S3Server> {
  const objects = new Map<string, string>()
  const bucket = 'states'
  const made = {
    bucket,
    objects,
    requests: [] as S3Request[],
    fault: undefined as S3Server['fault'],
    done: undefined as S3Server['done'],
    answered: undefined as S3Server['answered'],
  }

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const url = new URL(incoming.url ?? '/', 'http://here')
    const [, name = '', ...rest] = url.pathname.split('/').map(decodeURIComponent)
    const request = { method: incoming.method ?? '', key: rest.join('/'), headers: incoming.headers }
    made.requests.push(request)
    const body = decodeBody(await bytesOf(incoming), incoming.headers)
    const fault = await made.fault?.(request)
    if (fault === 'cut before') return incoming.socket.destroy()
    const answer: Answer =
      typeof fault === 'number'
        ? refuse(fault, 'InternalError')
        : name !== bucket
          ? refuse(404, 'NoSuchBucket')
          : request.key === ''
            ? list(url.searchParams)
            : act(request, body)
    await made.done?.()
    if (fault === 'cut after') return incoming.socket.destroy()
    outgoing.once('finish', () => made.answered?.())
    const content = answer.body ?? ''
    outgoing.writeHead(answer.status, {
      ...(answer.etag === undefined ? {} : { etag: answer.etag }),
      ...(answer.status === 204 ? {} : { 'content-length': Buffer.byteLength(content) }),
      ...(request.key === '' || answer.status >= 400 ? { 'content-type': 'application/xml' } : {}),
    })
    return outgoing.end(request.method === 'HEAD' ? undefined : content)
  }

  const act = ({ method, key, headers }: S3Request, body: string | undefined): Answer => {
    const there = objects.get(key)
    if (method === 'GET' || method === 'HEAD')
      return there === undefined
        ? refuse(404, 'NoSuchKey')
        : { status: 200, body: there, etag: etagOf(there) }
    if (method === 'DELETE') {
      if (headers['if-match'] !== undefined && !conditionalDelete) return refuse(501, 'NotImplemented')
      if (there === undefined || !fulfils(headers, there))
        return headers['if-match'] === undefined
          ? { status: 204 }
          : refuse(there === undefined ? 404 : 412, 'PreconditionFailed')
      objects.delete(key)
      return { status: 204 }
    }
    if (method !== 'PUT') return refuse(405, 'MethodNotAllowed')
    if (body === undefined) return refuse(400, 'XAmzContentSHA256Mismatch')
    if (headers['if-match'] !== undefined && there === undefined) return refuse(404, 'NoSuchKey')
    if (!fulfils(headers, there)) return refuse(412, 'PreconditionFailed')
    objects.set(key, body)
    return { status: 200, etag: etagOf(body) }
  }

  const list = (query: URLSearchParams): Answer => {
    const prefix = query.get('prefix') ?? ''
    const after = query.get('continuation-token') ?? ''
    const size = Math.min(Number(query.get('max-keys') ?? 1_000), 1_000)
    const all = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort()
    const page = all.slice(0, size)
    const more = all.length > page.length
    const next = more ? `<NextContinuationToken>${inXml(page.at(-1) ?? '')}</NextContinuationToken>` : ''
    const contents = page.map((key) => `<Contents><Key>${inXml(key)}</Key><Size>1</Size></Contents>`).join('')
    const body = `${xml}<ListBucketResult><Name>${bucket}</Name><IsTruncated>${more}</IsTruncated>${next}${contents}</ListBucketResult>`
    return { status: 200, body }
  }

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => incoming.socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(made, {
    origin: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

const xml = '<?xml version="1.0" encoding="UTF-8"?>'

function refuse(status: number, code: string): Answer {
  return { status, body: `${xml}<Error><Code>${code}</Code><Message>${code}</Message></Error>` }
}

function fulfils(headers: IncomingHttpHeaders, there: string | undefined): boolean {
  const { 'if-match': match, 'if-none-match': none } = headers
  if (none === '*' && there !== undefined) return false
  return match === undefined || (there !== undefined && match === etagOf(there))
}

function etagOf(text: string): string {
  return `"${createHash('md5').update(text).digest('hex')}"`
}

function inXml(text: string): string {
  return text.replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`)
}

/** Undefined if it is not what was signed: a part of it is missing. */
function decodeBody(bytes: Buffer, headers: IncomingHttpHeaders): string | undefined {
  const sum = String(headers['x-amz-content-sha256'] ?? '')
  if (sum.startsWith('STREAMING-')) return unchunk(bytes)
  const whole = !/^[0-9a-f]{64}$/.test(sum) || sum === createHash('sha256').update(bytes).digest('hex')
  return whole ? bytes.toString('utf8') : undefined
}

/** The framing of signed or checksummed streams: size in hex, perhaps a signature, and so many bytes. */
function unchunk(bytes: Buffer): string {
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const end = bytes.indexOf('\r\n', at)
    const size = Number.parseInt(bytes.subarray(at, end).toString('latin1'), 16)
    if (!(size > 0)) return Buffer.concat(parts).toString('utf8')
    parts.push(bytes.subarray(end + 2, end + 2 + size))
    at = end + 2 + size + 2
  }
}

async function bytesOf(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Settings of the backend "s3" for a state in the bucket. */
export function bucketSettings({ bucket, origin }: Pick<S3Server, 'bucket' | 'origin'>, key: string) {
  return {
    bucket,
    key,
    region: 'eu-central-1',
    endpoint: origin,
    access_key: 'ada',
    secret_key: 's3cret',
    use_path_style: true,
  }
}
