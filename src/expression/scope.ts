// What the names in an expression stand for.
import type { BlockAddress } from '../address.ts'
import type { Num } from '../schema/number.ts'
import type { Value } from '../schema/value.ts'

/** Functions whose answer differs from call to call. Leave one out where its answer is not yet to be fixed: it is then unknown. */
export interface Impure {
  timestamp?: (() => Value) | undefined
  plantimestamp?: (() => Value) | undefined
  uuid?: (() => Value) | undefined
}

/**
 * What an expression may refer to. Undefined always means "no such thing" and becomes a diagnostic; what exists but
 * is not known yet must be answered with UNKNOWN.
 */
export interface Scope {
  /** The whole block: an object for a single instance, a list under count, an object by key under for_each. */
  resource(block: BlockAddress): Value | undefined
  variable(name: string): Value | undefined
  local(name: string): Value | undefined
  readonly each?: { readonly key: Value; readonly value: Value } | undefined
  readonly count?: { readonly index: Num } | undefined
  readonly self?: Value | undefined
  readonly path: { readonly module: string; readonly root: string; readonly cwd: string }
  readonly workspace: string
  /** Reads a file relative to the configuration; throws when there is none. Without it, functions that read files fail. */
  readFile?: ((path: string) => Uint8Array | string) | undefined
  readonly impure?: Impure | undefined
}
