// Requests to a server that keeps states: credentials, certificates, checksums and second tries, as Terraform makes them.
import { createHash } from 'node:crypto'
import type { Dispatcher } from 'undici'
import type { LeaseClock } from '../remote/lease.ts'
import type { Environment } from '../store.ts'
import { type HttpAnswer, httpDamaged, httpUnreachable } from './fault.ts'

export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly body?: string | undefined
  /** What it is for, for messages: "read the state". */
  readonly act: string
}

/** Tries again as often as it may, and gives the last answer; throws a diagnostic when there was none. */
export type SendHttp = (request: HttpRequest) => Promise<HttpAnswer>

export interface HttpOptions {
  readonly username: string | undefined
  readonly password: string | undefined
  readonly tls: {
    readonly ca: string | undefined
    readonly cert: string | undefined
    readonly key: string | undefined
    readonly rejectUnauthorized: boolean
  }
  readonly retries: { readonly max: number; readonly minMs: number; readonly maxMs: number }
  readonly clock: Pick<LeaseClock, 'sleep'>
  readonly env: Environment
}

/** A server that says nothing for so long is taken for gone. */
const TIMEOUT_MS = 60_000

export function httpClient(options: HttpOptions): SendHttp {
  const { retries, clock } = options
  let loading: Promise<Loaded> | undefined

  const once = async ({ method, url, body, act }: HttpRequest): Promise<HttpAnswer & { wait: number }> => {
    loading ??= load(options)
    const { request, dispatcher } = await loading
    const { address, credentials } = split(url, options)
    const answer = await request(address, {
      method: method as Dispatcher.HttpMethod,
      dispatcher,
      headers: {
        ...(credentials === undefined ? {} : { authorization: credentials }),
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-md5': md5(Buffer.from(body)) }),
      },
      body: body ?? null,
    })
    const bytes = Buffer.from(await answer.body.arrayBuffer())
    const sum = answer.headers['content-md5']
    if (typeof sum === 'string' && sum !== '' && sum !== md5(bytes)) return httpDamaged(act, url)
    const wait = Number(answer.headers['retry-after'] ?? '')
    return {
      status: answer.statusCode,
      text: bytes.toString('utf8'),
      wait: Number.isFinite(wait) ? wait * 1_000 : 0,
    }
  }

  return async (request) => {
    for (let tried = 0; ; tried++) {
      const last = tried >= retries.max
      let wait = Math.min(retries.minMs * 2 ** tried, retries.maxMs)
      try {
        const answer = await once(request)
        if (last || !mayPass(answer.status)) return answer
        wait = Math.max(wait, Math.min(answer.wait, retries.maxMs))
      } catch (error) {
        if (last || !isNetwork(error)) throw httpUnreachable(error, request.act, request.url)
      }
      await clock.sleep(wait, undefined)
    }
  }
}

/** An address without user and password, as it may be shown. */
export function withoutCredentials(url: string): string {
  return split(url, { username: undefined, password: undefined }).address
}

function split(
  url: string,
  { username, password }: Pick<HttpOptions, 'username' | 'password'>,
): { readonly address: string; readonly credentials: string | undefined } {
  const parsed = new URL(url)
  const user = username || decodeURIComponent(parsed.username)
  const word = username ? (password ?? '') : decodeURIComponent(parsed.password)
  parsed.username = ''
  parsed.password = ''
  const credentials = user === '' ? undefined : `Basic ${Buffer.from(`${user}:${word}`).toString('base64')}`
  return { address: parsed.href, credentials }
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('base64')
}

function mayPass(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 501)
}

function isNetwork(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^(E[A-Z]+|UND_ERR_(SOCKET|.*TIMEOUT|RES_.*|REQ_.*)|HPE_.*)$/.test(code)
}

interface Loaded {
  readonly request: typeof import('undici').request
  readonly dispatcher: Dispatcher
}

async function load({ tls, env }: HttpOptions): Promise<Loaded> {
  // Its names, too, are there when it is a module; once bundled, it is only what it exports as a whole.
  const { Agent, EnvHttpProxyAgent, request } = (await import('undici')).default
  const { ca, cert, key, rejectUnauthorized } = tls
  const secure = {
    rejectUnauthorized,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  }
  const common = {
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    connect: { timeout: 10_000, ...secure },
  }
  const [httpProxy, httpsProxy, noProxy] = ['http_proxy', 'https_proxy', 'no_proxy'].map(
    (name) => env[name] || env[name.toUpperCase()] || '',
  )
  if (!httpProxy && !httpsProxy) return { request, dispatcher: new Agent(common) }
  const dispatcher = new EnvHttpProxyAgent({
    ...common,
    requestTls: secure,
    httpProxy: httpProxy ?? '',
    httpsProxy: httpsProxy ?? '',
    noProxy: noProxy ?? '',
  })
  return { request, dispatcher }
}
