// When to send again: pure arithmetic and classification. Nothing here sends or waits.

/** What failing to get an answer says about the request. */
export type Failure =
  /** The caller does not want the answer any more. */
  | 'aborted'
  /** It never left: sending again cannot do anything twice. */
  | 'unsent'
  /** It never left, and trying again cannot help: no such host, or a certificate that is not trusted. */
  | 'hopeless'
  /** It may have been received and acted on. */
  | 'unknown'

const unsent = new Set([
  'ECONNREFUSED',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
])
const hopeless =
  /^(ENOTFOUND|ERR_TLS_.*|ERR_SSL_.*|CERT_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*|UNABLE_TO_.*|ERR_INVALID_URL|UND_ERR_INVALID_ARG)$/

export function classifyFailure(error: unknown, signal: AbortSignal): Failure {
  if (signal.aborted) return 'aborted'
  const codes = codesOf(error)
  if (codes.some((code) => hopeless.test(code))) return 'hopeless'
  return codes.some((code) => unsent.has(code)) ? 'unsent' : 'unknown'
}

/** The error codes of an error, its causes, and the errors that it gathers. */
export function codesOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return []
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown }
  const inner = [cause, ...(Array.isArray(errors) ? (errors as unknown[]) : [])]
  return [...(typeof code === 'string' ? [code] : []), ...inner.flatMap(codesOf)]
}

/** `Retry-After` in milliseconds, from seconds or an HTTP date; undefined when absent or unreadable. */
export function retryAfterMs(header: string | undefined, wallClock: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Math.ceil(Number(header) * 1000)
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - wallClock)
}

/** A pause that doubles with each attempt from 1 up to ten seconds, of which the upper half is chance. */
export function backoffMs(attempt: number, random: () => number): number {
  const full = Math.min(10_000, 200 * 2 ** (attempt - 1))
  return full / 2 + (full / 2) * random()
}
