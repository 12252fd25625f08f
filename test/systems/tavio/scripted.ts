// A server that answers as a test says, and remembers what it was asked.
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PollClock } from '../../../src/provider/poll.ts'
import type { Reader, Writer } from '../../../src/systems/tavio/client.ts'
import { type Account, connect } from '../../../src/systems/tavio/connect.ts'
import type { RequesterOptions } from '../../../src/systems/tavio/request.ts'
import { defaultStatusWords } from '../../../src/systems/tavio/status.ts'

export interface Asked {
  /** `GET /v1/acme/users?page=1` */
  readonly line: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export type Reply =
  | {
      readonly status?: number
      readonly headers?: Record<string, string>
      readonly json?: unknown
      readonly text?: string
    }
  /** Ends the connection without an answer, after having read the request. */
  | 'drop'
  /** Never answers. */
  | 'hang'

export interface Scripted {
  readonly url: string
  readonly asked: Asked[]
  readonly lines: () => string[]
  readonly close: () => Promise<void>
}

export async function scripted(reply: (asked: Asked, count: number) => Reply): Promise<Scripted> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const one = {
        line: `${request.method} ${request.url}`,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      }
      asked.push(one)
      const same = asked.filter(({ line }) => line === one.line).length
      const answer = reply(one, same)
      if (answer === 'hang') return
      if (answer === 'drop') {
        request.socket.destroy()
        return
      }
      const text = answer.text ?? (answer.json === undefined ? '' : JSON.stringify(answer.json))
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
      response.end(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    lines: () => asked.map(({ line }) => line),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Time that only passes when somebody sleeps, or the test says so. */
export interface HandClock extends PollClock {
  readonly slept: number[]
  pass(ms: number): void
}

export function handClock(): HandClock {
  let now = 1_000
  const slept: number[] = []
  return {
    now: () => now,
    pass: (ms) => {
      now += ms
    },
    slept,
    sleep: async (ms, signal) => {
      signal.throwIfAborted()
      slept.push(ms)
      now += ms
    },
  }
}

export interface TestClient {
  readonly client: Writer
  readonly clock: HandClock
  readonly usage: () => ReturnType<ReturnType<typeof connect>['usage']>
  readonly close: () => Promise<void>
}

export const signal = new AbortController().signal

/** A client of a scripted server, signed in by client credentials unless the account says otherwise. */
export function clientOf(
  server: Scripted,
  options: {
    readonly account?: Partial<Account>
    readonly access?: 'read' | 'write'
    readonly request?: Partial<RequesterOptions>
  } = {},
): TestClient {
  const clock = handClock()
  const connection = connect({
    account: {
      baseUrl: server.url,
      organization: 'org',
      client: { id: 'the-client', secret: 'the-client-secret' },
      ...options.account,
    },
    words: defaultStatusWords,
    access: options.access ?? 'write',
    signal,
    clock,
    request: { random: () => 0.5, ...options.request },
  })
  return {
    client: connection.client as Writer & Reader,
    clock,
    usage: connection.usage,
    close: connection.close,
  }
}
