// Values that exist only while a run needs them, and are kept nowhere: tokens, short-lived credentials.
import type { Diagnostic } from '../diagnostics.ts'
import type { Attributes, Schema } from '../schema/attribute.ts'
import type { Json } from '../schema/json.ts'
import type { Call } from './call.ts'
import type { AnyShapes, Note, Shapes, ShapesOf, Typed } from './resource.ts'

/** How long an opened object lasts, and what is needed to renew or close it. */
export interface Lease {
  /** When it has to be renewed; undefined if it never has to be. */
  readonly renewAt?: Date | undefined
  /**
   * Handed back to `renew` and `close`. It travels through the host, which keeps it in memory only. Terraform 1.11 gives
   * `close` what opening kept, also after a renewal: that must be enough to close by.
   */
  readonly kept?: Json | undefined
}

/**
 * One kind of object that is opened, used and closed within a run, once in each phase of it.
 *
 * Opening may sign in, and must change nothing else. Renewing cannot change the values that were handed out.
 */
export interface EphemeralDefinition<Reader, A extends Attributes, T extends Shapes = ShapesOf<A>> {
  readonly type: string
  readonly schema: Schema<A>
  validate?(args: { config: T['draft'] }): readonly Diagnostic[]
  open(
    args: Call & { client: Reader; config: T['config'] },
  ): Promise<{ readonly result: T['state']; readonly lease?: Lease }>
  /** Called at `renewAt`. Without another `renewAt` in its answer, not again. */
  renew?(args: Call & { client: Reader; kept: Json }): Promise<Lease>
  /** Gives back what was opened. Left out: it ends by itself. */
  close?(args: Call & { client: Reader; kept: Json }): Promise<void>
  readonly example?: { readonly [attribute: string]: unknown }
  readonly notes?: readonly Note[]
}

/** An ephemeral resource as callers see it. */
export type Ephemeral = EphemeralDefinition<unknown, Attributes, AnyShapes>

/** Gives an ephemeral resource its types from its schema, and forgets them again for callers. */
export function defineEphemeral<Reader>() {
  return <const A extends Attributes>(definition: EphemeralDefinition<Reader, A>): Ephemeral & Typed<A> =>
    // Callers hand over only a config that conforms to the schema, and the client of the same provider.
    definition as unknown as Ephemeral & Typed<A>
}
