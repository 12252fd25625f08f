// Faults on demand: the N-th call that matches goes wrong.
import * as z from 'zod/mini'

const schema = z.strictObject({
  /** A call must match all that are given. */
  method: z.optional(z.string()),
  /** Without the prefix of the service; `*` stands for one segment, `**` for any number. */
  path: z.optional(z.string()),
  /** A key of the route table. */
  route: z.optional(z.string()),
  /** The first call that goes wrong, counted from 1 among those that match. */
  nth: z._default(z.int().check(z.positive()), 1),
  /** How many matching calls in a row go wrong. */
  times: z._default(z.int().check(z.positive()), 1),
  /** Answers with this. */
  status: z.optional(z.int().check(z.gte(200), z.lte(599))),
  body: z.optional(z.unknown()),
  headers: z.optional(z.record(z.string(), z.string())),
  /** Whether `status` is answered instead of doing what was asked, or after it was done. */
  when: z._default(z.enum(['before', 'after']), 'before'),
  /** Ends the connection without an answer, before or after doing what was asked. */
  drop: z.optional(z.enum(['before', 'after'])),
  delayMs: z.optional(z.number().check(z.nonnegative())),
})

/** A fault with its defaults. */
export type FaultRule = z.output<typeof schema>

/** A fault with what came of it. */
export interface FaultReport extends FaultRule {
  readonly id: number
  /** Calls that matched. */
  readonly matched: number
  /** Calls that went wrong. */
  readonly fired: number
}

interface Entry {
  readonly id: number
  readonly rule: FaultRule
  readonly path: RegExp | undefined
  matched: number
  fired: number
}

export class Faults {
  #entries: Entry[] = []
  #lastId = 0

  /** Adds one, which needs `status`, `drop` or `delayMs`. Throws a TypeError that says what is wrong. */
  add(input: unknown): FaultReport {
    const parsed = schema.safeParse(input)
    if (!parsed.success) throw new TypeError(z.prettifyError(parsed.error))
    const rule = parsed.data
    if (rule.status === undefined && rule.drop === undefined && rule.delayMs === undefined)
      throw new TypeError('a fault needs one of status, drop, delayMs')
    const path = rule.path === undefined ? undefined : pathPattern(rule.path)
    this.#lastId += 1
    const entry = { id: this.#lastId, rule, path, matched: 0, fired: 0 }
    this.#entries.push(entry)
    return report(entry)
  }

  list(): readonly FaultReport[] {
    return this.#entries.map(report)
  }

  clear(): void {
    this.#entries = []
  }

  /** Counts a call against every fault, and returns the first that makes it go wrong. */
  take(call: {
    readonly method: string
    readonly path: string
    readonly route: string | undefined
  }): FaultRule | undefined {
    let found: FaultRule | undefined
    for (const entry of this.#entries) {
      const { rule } = entry
      if (rule.method !== undefined && rule.method.toUpperCase() !== call.method) continue
      if (rule.route !== undefined && rule.route !== call.route) continue
      if (entry.path !== undefined && !entry.path.test(call.path)) continue
      entry.matched += 1
      const due = entry.matched >= rule.nth && entry.matched < rule.nth + rule.times
      if (!due || found !== undefined) continue
      entry.fired += 1
      found = rule
    }
    return found
  }
}

function report({ id, rule, matched, fired }: Entry): FaultReport {
  return { ...rule, id, matched, fired }
}

function pathPattern(pattern: string): RegExp {
  const literal = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${literal.replace(/\*\*?/g, (star) => (star === '**' ? '.*' : '[^/]*'))}$`)
}
