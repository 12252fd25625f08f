// Counts of what was asked, so that a test can say how many calls something took.

/** A write that came while the hub was read-only, or a call that broke another promise. */
export interface Violation {
  readonly method: string
  readonly path: string
  readonly route: string | undefined
  readonly at: string
}

export interface StatsReport {
  readonly total: number
  /** Calls that change objects; those that only obtain a token are not among them. */
  readonly writes: number
  /** Answers of 400 and above, and dropped connections. */
  readonly failures: number
  readonly byMethod: Readonly<Record<string, number>>
  /** By key of the route table; `unknown` for what the service does not offer. */
  readonly byRoute: Readonly<Record<string, number>>
  readonly byStatus: Readonly<Record<string, number>>
  /** Calls in progress. */
  readonly running: number
  /** Most calls in progress at one time. Only latency makes them overlap. */
  readonly peakConcurrency: number
  readonly violations: readonly Violation[]
}

export class Stats {
  readonly #clock: () => number
  #total = 0
  #writes = 0
  #failures = 0
  #running = 0
  #peak = 0
  #byMethod = new Map<string, number>()
  #byRoute = new Map<string, number>()
  #byStatus = new Map<string, number>()
  #violations: Violation[] = []

  constructor(clock: () => number) {
    this.#clock = clock
  }

  /** Counts a call; the returned function must be called once with its status, undefined if it was dropped. */
  begin(call: {
    readonly method: string
    readonly route: string | undefined
    readonly writes: boolean
  }): (status: number | undefined) => void {
    this.#total += 1
    if (call.writes) this.#writes += 1
    increment(this.#byMethod, call.method)
    increment(this.#byRoute, call.route ?? 'unknown')
    this.#running += 1
    this.#peak = Math.max(this.#peak, this.#running)
    return (status) => {
      this.#running -= 1
      increment(this.#byStatus, String(status ?? 'dropped'))
      if (status === undefined || status >= 400) this.#failures += 1
    }
  }

  violation(call: Omit<Violation, 'at'>): void {
    this.#violations.push({ ...call, at: new Date(this.#clock()).toISOString() })
  }

  report(): StatsReport {
    return {
      total: this.#total,
      writes: this.#writes,
      failures: this.#failures,
      byMethod: sorted(this.#byMethod),
      byRoute: sorted(this.#byRoute),
      byStatus: sorted(this.#byStatus),
      running: this.#running,
      peakConcurrency: this.#peak,
      violations: [...this.#violations],
    }
  }

  /** Back to zero. Calls in progress are still counted as running. */
  clear(): void {
    this.#total = 0
    this.#writes = 0
    this.#failures = 0
    this.#peak = this.#running
    this.#byMethod.clear()
    this.#byRoute.clear()
    this.#byStatus.clear()
    this.#violations = []
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}
