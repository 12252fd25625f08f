// The weather: what holds for every call until it is changed.
import * as z from 'zod/mini'

const amount = z.number().check(z.nonnegative())
const schema = z.strictObject({
  /** Every answer waits this long. */
  latencyMs: amount,
  /** And up to this much longer. */
  jitterMs: amount,
  /** Contract row 37. 0 is no limit. A bucket of this size, refilled evenly; above it 429 with Retry-After. */
  rateLimitPerMinute: amount,
  /** For tokens issued from now on. */
  tokenLifeSeconds: z.int().check(z.positive()),
  /** A write is answered with 500 and recorded as a violation. */
  readOnly: z.boolean(),
  /** So many of the next deployment transitions end in FAILED. */
  failTransitions: z.int().check(z.nonnegative()),
})

export type ConditionValues = Readonly<z.infer<typeof schema>>

const fair: ConditionValues = {
  latencyMs: 0,
  jitterMs: 0,
  rateLimitPerMinute: 0,
  tokenLifeSeconds: 3600,
  readOnly: false,
  failTransitions: 0,
}

export class Conditions {
  readonly #clock: () => number
  #values = fair
  #bucket = { tokens: 0, at: 0 }
  #jitter = 1

  constructor(clock: () => number) {
    this.#clock = clock
  }

  get(): ConditionValues {
    return this.#values
  }

  /** Changes the named ones. Throws a TypeError that says what is wrong, and then changes nothing. */
  set(changes: unknown): void {
    const parsed = z.partial(schema).safeParse(changes)
    if (!parsed.success) throw new TypeError(z.prettifyError(parsed.error))
    this.#values = { ...this.#values, ...(parsed.data as Partial<ConditionValues>) }
    this.#bucket = { tokens: this.#values.rateLimitPerMinute, at: this.#clock() }
  }

  clear(): void {
    this.#values = fair
  }

  /** Takes a call's place in the rate limit: undefined if there is one, else the seconds to wait. */
  takeTurn(): number | undefined {
    const limit = this.#values.rateLimitPerMinute
    if (limit === 0) return undefined
    const now = this.#clock()
    const tokens = Math.min(limit, this.#bucket.tokens + ((now - this.#bucket.at) / 60_000) * limit)
    this.#bucket = { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now }
    return tokens >= 1 ? undefined : Math.max(1, Math.ceil(((1 - tokens) / limit) * 60))
  }

  /** How long the next answer waits, in milliseconds. */
  latency(): number {
    const { latencyMs, jitterMs } = this.#values
    if (jitterMs === 0) return latencyMs
    // A small generator of our own, so that a run can be repeated.
    this.#jitter = (this.#jitter * 48271) % 2147483647
    return latencyMs + (this.#jitter / 2147483647) * jitterMs
  }

  /** True if the transition that begins now must fail. */
  takeFailure(): boolean {
    const left = this.#values.failTransitions
    if (left === 0) return false
    this.#values = { ...this.#values, failTransitions: left - 1 }
    return true
  }
}
