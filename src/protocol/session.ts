// One connection of a host: its settings, its clients, and whether it was told to stop. Nothing of it reaches another.
import { type Diagnostic, fail, warning } from '../diagnostics.ts'
import { formatPath } from '../path.ts'
import type { PollClock } from '../provider/poll.ts'
import type { Access, Connection, Provider } from '../provider/provider.ts'
import { isWhollyKnown, type ObjectValue, type Value } from '../schema/value.ts'

export interface SessionOptions {
  /** Takes what is for the host's log and not for the user: faults of our own. */
  readonly log: (error: Error) => void
  readonly clock: PollClock
  readonly env: { readonly [name: string]: string | undefined }
  /** How long a write that is under way may go on after the host asked to stop. */
  readonly graceMs: number
}

/** Keeps what was configured on one connection. */
export class PluginSession {
  readonly env: SessionOptions['env']
  readonly clock: PollClock
  readonly log: SessionOptions['log']
  /** Aborted when the host asks to stop: reading and waiting end at once. */
  readonly stopping: AbortSignal
  /** Aborted a while later: a write that is cut off may leave an object that nobody knows of. */
  readonly cutOff: AbortSignal
  readonly #stop = new AbortController()
  readonly #cut = new AbortController()
  readonly #graceMs: number
  readonly #open = new Map<Access, Connection>()
  readonly #listings = new Map<string, Promise<readonly string[]>>()
  readonly #warnings: Diagnostic[] = []
  #settings: { readonly provider: Provider; readonly values: ObjectValue } | undefined

  constructor({ env, clock, graceMs, log }: SessionOptions) {
    this.log = log
    this.clock = clock
    this.env = env
    this.#graceMs = graceMs
    this.stopping = this.#stop.signal
    this.cutOff = this.#cut.signal
  }

  /** Takes settings for what follows. Throws a diagnostic when the provider will not have them. */
  async configure(provider: Provider, values: ObjectValue): Promise<void> {
    await this.#letGo()
    this.#settings = { provider, values }
    // Settings that another object gives are not known while planning; what needs a client will say so.
    if (isWhollyKnown(values)) this.client('read')
  }

  /** A client that cannot write, or one that can. Throws a diagnostic when there are no settings for it. */
  client(access: Access): unknown {
    const open = this.#open.get(access)
    if (open !== undefined) return open.client
    if (this.#settings === undefined)
      return fail('Provider not configured', 'The host asked for an object before it gave any settings.')
    const { provider, values } = this.#settings
    refuseUnknown(provider, values)
    const connection = provider.configure({
      settings: values,
      access,
      signal: this.cutOff,
      warn: (summary, detail) => void this.#warnings.push(warning(summary, detail)),
    })
    this.#open.set(access, connection)
    return connection.client
  }

  /**
   * The client to look things up with: one that cannot write as long as nothing was written here. After that it may
   * remember what is no longer so, and the one that wrote is asked.
   */
  lookUpClient(): unknown {
    return this.client(this.#open.has('write') ? 'write' : 'read')
  }

  /** Answers `read` for a key once, also when asked again meanwhile. */
  once(key: string, read: () => Promise<readonly string[]>): Promise<readonly string[]> {
    const known = this.#listings.get(key)
    if (known !== undefined) return known
    const asking = read()
    this.#listings.set(key, asking)
    return asking
  }

  /** What a client had to say since it was last asked. */
  takeWarnings(): readonly Diagnostic[] {
    return this.#warnings.splice(0)
  }

  /** The host wants everything to end soon. */
  stop(): void {
    this.#stop.abort()
    setTimeout(() => this.#cut.abort(), this.#graceMs).unref()
  }

  /** The connection is gone. */
  async close(): Promise<void> {
    this.#stop.abort()
    this.#cut.abort()
    await this.#letGo()
  }

  async #letGo(): Promise<void> {
    const open = [...this.#open.values()]
    this.#open.clear()
    this.#listings.clear()
    await Promise.all(open.map((connection) => connection.close()))
  }
}

function refuseUnknown(provider: Provider, values: ObjectValue): void {
  const unknown = Object.keys(values).filter((name) => !isWhollyKnown(values[name] as Value))
  if (unknown.length === 0) return
  fail(
    'Provider settings not known',
    `Provider "${provider.name}" is needed now, but ${unknown.map((name) => formatPath([name])).join(', ')} will only be known after apply. Apply what it comes from first, with -target, or set it from something that is known.`,
    { path: unknown.slice(0, 1) },
  )
}
