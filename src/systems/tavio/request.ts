// The one function through which everything sent to the service goes: pooling, time limits, retries, redaction.
import { DiagnosticError, problem } from '../../diagnostics.ts'
import type { PollClock } from '../../provider/poll.ts'
import { UncertainOutcomeError } from '../../provider/uncertain.ts'
import { type Num, parseNumber } from '../../schema/number.ts'
import type { Redactor } from './redact.ts'
import { backoffMs, classifyFailure, codesOf, retryAfterMs } from './retry.ts'
import type { Method } from './routes.ts'

export interface Outgoing {
  readonly method: Method
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** False if doing it twice does something twice: then it is sent again only when it certainly was not processed. */
  readonly repeatable: boolean
  /** Values in the body that no error text may show. */
  readonly secrets?: readonly string[]
}

export interface Answer {
  readonly status: number
  readonly header: (name: string) => string | undefined
  /** Parsed JSON, numbers exact; undefined when the body is empty or something else. */
  readonly body: unknown
}

export type Send = (outgoing: Outgoing, signal: AbortSignal) => Promise<Answer>

export interface Requester {
  /**
   * Sends, and sends again where that is safe. Returns any answer that is not worth another try, whatever its status.
   *
   * Throws UncertainOutcomeError when something not repeatable may have been processed, a diagnostic when there is no
   * answer at all, and the signal's reason when aborted.
   */
  readonly send: Send
  readonly retries: () => number
  readonly close: () => Promise<void>
}

export interface RequesterOptions {
  readonly redactor: Redactor
  readonly clock: PollClock
  readonly random?: () => number
  readonly attemptTimeoutMs?: number
  /** For one request with all its repetitions; the last attempt may exceed it. */
  readonly totalTimeoutMs?: number
  readonly maxAttempts?: number
}

export function makeRequester(options: RequesterOptions): Requester {
  const { clock, redactor } = options
  const { random = Math.random, maxAttempts = 5, attemptTimeoutMs = 60_000 } = options
  const socket = makeSocket(attemptTimeoutMs)
  let retries = 0
  // One refusal for sending too much holds back every request, not only the one refused.
  let pausedUntil = Number.NEGATIVE_INFINITY

  async function send(outgoing: Outgoing, signal: AbortSignal): Promise<Answer> {
    const deadline = clock.now() + (options.totalTimeoutMs ?? 600_000)
    for (let attempt = 1, failures = 0; ; attempt++) {
      while (clock.now() < pausedUntil) await clock.sleep(pausedUntil - clock.now() + 100 * random(), signal)
      signal.throwIfAborted()
      const outcome = await socket.once(outgoing, signal).catch((error: unknown) => ({ error }))
      const last = clock.now() > deadline
      if ('error' in outcome) {
        if (last || !mayRepeatFailure(outcome.error, outgoing, signal) || ++failures >= maxAttempts)
          throw explained(outcome.error, outgoing, signal)
      } else if (outcome.status === 429) {
        // Not processed, so even a create may be sent again.
        const asked = retryAfterMs(outcome.header('retry-after'), Date.now())
        const pause = Math.max(asked ?? 0, backoffMs(Math.min(attempt, 6), random))
        if (clock.now() + pause > deadline) return outcome
        pausedUntil = Math.max(pausedUntil, clock.now() + pause)
        retries += 1
        continue
      } else if (outcome.status >= 500 && outcome.status !== 501 && !outgoing.repeatable) {
        throw uncertain(outgoing, `answered ${outcome.status}`)
      } else if (outcome.status < 502 || outcome.status > 504 || last || ++failures >= maxAttempts) {
        return outcome
      } else {
        const asked = retryAfterMs(outcome.header('retry-after'), Date.now()) ?? 0
        if (asked > 0) await clock.sleep(Math.min(asked, 60_000), signal)
      }
      retries += 1
      await clock.sleep(backoffMs(failures, random), signal)
    }
  }

  function explained(error: unknown, outgoing: Outgoing, signal: AbortSignal): unknown {
    const failure = classifyFailure(error, signal)
    if (failure === 'unknown' && !outgoing.repeatable) return uncertain(outgoing, 'gave no answer', error)
    if (failure === 'aborted') {
      return outgoing.repeatable ? signal.reason : uncertain(outgoing, 'was interrupted', error)
    }
    const reason = redactor.clean(reasonOf(error), outgoing.secrets)
    const { origin } = new URL(outgoing.url)
    const detail = `${line(outgoing)} got no answer from ${origin} (${reason}). Check base_url (TAVIO_BASE_URL), the network, and whether the service is up.`
    return new DiagnosticError(problem('Service not reachable', detail), { cause: error })
  }

  return { send, retries: () => retries, close: socket.close }
}

function mayRepeatFailure(error: unknown, outgoing: Outgoing, signal: AbortSignal): boolean {
  const failure = classifyFailure(error, signal)
  return failure === 'unsent' || (failure === 'unknown' && outgoing.repeatable)
}

function uncertain(outgoing: Outgoing, what: string, cause?: unknown): UncertainOutcomeError {
  return new UncertainOutcomeError(
    `${line(outgoing)} ${what}, so the object may or may not exist.`,
    cause === undefined ? undefined : { cause },
  )
}

function line(outgoing: Outgoing): string {
  return `${outgoing.method} ${new URL(outgoing.url).pathname}`
}

function reasonOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'no answer in time'
  return codesOf(error)[0] ?? (error instanceof Error ? error.message : 'unknown failure')
}

/** One try over kept-alive connections. The library is loaded with the first of them. */
function makeSocket(timeoutMs: number) {
  let loading: Promise<Loaded> | undefined
  return {
    async once(outgoing: Outgoing, signal: AbortSignal): Promise<Answer> {
      loading ??= load()
      const { request, agent } = await loading
      const answer = await request(outgoing.url, {
        method: outgoing.method,
        headers: outgoing.headers,
        body: outgoing.body ?? null,
        dispatcher: agent,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      })
      const body = parseBody(await answer.body.text())
      const header = (name: string) => {
        const value = answer.headers[name]
        return Array.isArray(value) ? value[0] : value
      }
      return { status: answer.statusCode, header, body }
    },
    async close(): Promise<void> {
      // Destroyed rather than closed: after a cancelled run nobody waits for what is still under way.
      await (await loading)?.agent.destroy()
    },
  }
}

type Undici = typeof import('undici')
interface Loaded {
  readonly request: Undici['request']
  readonly agent: InstanceType<Undici['Agent']>
}

async function load(): Promise<Loaded> {
  // Its names, too, are there when it is a module; once bundled, it is only what it exports as a whole.
  const { Agent, request } = (await import('undici')).default
  const agent = new Agent({
    connections: 64,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: 10_000 },
  })
  return { request, agent }
}

/** Reads JSON; a number that a JS number cannot hold stays the text it came as, to be sent back unchanged. */
export function parseBody(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    if (!/[\d.]{16}|\d[eE]/.test(text)) return JSON.parse(text) as unknown
    return JSON.parse(text, keepExact as Parameters<typeof JSON.parse>[1]) as unknown
  } catch {
    // A page of a proxy, say. What must be there is for the caller to say.
    return undefined
  }
}

function keepExact(_key: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value !== 'number') return value
  const exact: Num | undefined = parseNumber(context.source ?? '')
  return typeof exact === 'number' ? value : raw(context.source ?? String(value))
}

function raw(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text)
}
