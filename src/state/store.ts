// Where states are kept, as a configuration says it: a kind of place, its settings, and a state for each workspace.
import type { Place } from '../diagnostics.ts'
import type { ObjectValue } from '../schema/value.ts'
import type { Backend } from './backend.ts'

/** A place as it is written down: plain data, which may hold secrets. */
export interface StorePlace {
  /** `local`, `http`, `pg`, `s3`. */
  readonly kind: string
  readonly settings: ObjectValue
  /** Absolute: what relative paths in settings start from. */
  readonly directory: string
  /** Where it is written, for messages. */
  readonly where?: Place | undefined
}

export type Environment = { readonly [name: string]: string | undefined }

/** One kind of place, set up. Nothing is asked of it before a method is called. */
export interface Store {
  /** The state of one workspace; `default` is the one that is always there. */
  open(workspace: string): Backend
  /** Undefined where a place holds just one state. */
  readonly workspaces: Workspaces | undefined
}

/** The states beside each other in one place. */
export interface Workspaces {
  /** Sorted, `default` first and always there. */
  list(): Promise<readonly string[]>
  /**
   * Makes one that `list` names. `empty` is the text of a state without objects, for places that name only what they
   * hold. Throws a diagnostic if it is there already.
   */
  create(name: string, empty: string): Promise<void>
  /** Removes it with its state and journal. The caller holds its lock and has made sure that nothing is lost. */
  remove(name: string): Promise<void>
}

export const DEFAULT_WORKSPACE = 'default'
