// A service: its settings, how to reach it, and what it offers.
import type { Schema } from '../schema/attribute.ts'
import type { ObjectValue } from '../schema/value.ts'
import type { Ephemeral } from './ephemeral.ts'
import type { DataSource, Note, Resource } from './resource.ts'

/** `read`: the client cannot send a mutating request, neither by its type nor by its transport. */
export type Access = 'read' | 'write'

/** Calls made so far. A sign-in is neither a read nor a write. */
export interface Usage {
  readonly reads: number
  readonly lists: number
  readonly writes: number
  readonly signIns: number
  readonly retries: number
}

/** A configured client, opaque to callers, handed to the provider's own resources. */
export interface Connection {
  readonly client: unknown
  /** Makes `client` ask anew for what it remembers: for looking again. Absent: it remembers nothing. */
  readonly forget?: () => void
  usage(): Usage
  /** Lets go of sockets. Must be called once, also after failures. */
  close(): Promise<void>
}

/** Obligations: `configure` does no I/O; the first request signs in. Settings are wholly known and conform to the schema. */
export interface Provider {
  /** Prefix of its types: `tavio`. */
  readonly name: string
  /** As in `required_providers`: `hubform/tavio`. */
  readonly source: string
  readonly version: string
  readonly schema: Schema
  /** Throws a diagnostic when settings are missing or contradict each other, naming setting and environment variable. */
  configure(args: {
    readonly settings: ObjectValue
    readonly access: Access
    readonly signal: AbortSignal
    readonly warn: (summary: string, detail: string) => void
  }): Connection
  readonly resources: { readonly [type: string]: Resource }
  readonly dataSources: { readonly [type: string]: DataSource }
  readonly ephemeralResources?: { readonly [type: string]: Ephemeral }
  /** What holds for all of it, for the docs: sign-in, repetition, what cannot be managed. */
  readonly notes?: readonly Note[]
}
