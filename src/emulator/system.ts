// What a service must offer to be played by the hub.

/** A request as it arrived. Nothing in it has been checked. */
export interface Incoming {
  readonly method: string
  /** The pattern of the service that the path matched, if any did. */
  readonly pattern: string | undefined
  /** Without the prefix of the service and without the query. */
  readonly path: string
  /** The prefix, for addresses in answers. */
  readonly base: string
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | undefined>>
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** An answer. Without a body nothing is sent; a text is sent as it is; anything else as JSON. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** What a request turned out to be. Nothing happens until `answer` is called. */
interface ResolvedCall {
  /** Undefined for paths and verbs that the service does not offer. */
  readonly route: string | undefined
  readonly writes: boolean
  /** Does it, and never throws. */
  answer(): Answer
}

export interface EmulatedSystem {
  /** The prefix, without slashes. */
  readonly name: string
  /** Every path the service may ever offer, with `{placeholders}`. */
  readonly patterns: readonly string[]
  resolve(incoming: Incoming): ResolvedCall
  /** The body of a failure in the service's own shape. */
  failure(status: number, message: string, path: string): unknown
  switches(): Readonly<Record<string, unknown>>
  /** Changes the named ones. Throws a TypeError that says what is wrong, and then changes nothing. */
  setSwitches(changes: unknown): void
  /** The whole store as JSON, in an order that does not depend on what happened first. Holds no token. */
  snapshot(): unknown
  /** The same, without ids and times: equal for two stores with the same content. */
  comparable(): unknown
  /** Takes a snapshot as its store. Throws a TypeError if it is none, and then changes nothing. */
  restore(snapshot: unknown): void
  /** Back to the seeded store. Tokens become invalid. */
  reset(): void
  /** Messages the service would have sent to people, oldest first. */
  outbox(): readonly unknown[]
  /** Plays the person who answers a message. Throws a TypeError if there is no such message. */
  answerMessage(input: unknown): void
}
