// What a run intends and what came of it; read by the next run if this one dies.
import type { ObjectValue } from '../schema/value.ts'
import type { OutputValue, ResourceRecord } from './state.ts'

/** One line of the journal. Lines are written in order, and a run only goes on once its line is on disk. */
export type JournalEntry =
  /**
   * Opens a run over the state with this lineage and serial; entries over any other state are stale. It comes again,
   * under the same name, where a run goes on over another file.
   */
  | {
      readonly kind: 'run'
      readonly run: string
      readonly lineage: string
      /** The lineage that a state gets which has none yet, so that whatever is kept of this run belongs to it. */
      readonly newLineage?: string | undefined
      readonly serial: number
      readonly startedAt: string
      /** What the lock says that it does. */
      readonly operation?: string | undefined
      /** Which plan it carries out. */
      readonly plan?: PlanMark | undefined
    }
  /**
   * All that the run is to do and has not done yet, before its first call. Written together with `run`, and in one line,
   * so that it is there as a whole or not at all. Tells what was not begun; what was begun, its intent tells.
   */
  | {
      readonly kind: 'announced'
      readonly steps: readonly Announced[]
      /** How many changes of this run had ended before; absent: none. */
      readonly ended?: number | undefined
    }
  /** A provider call is about to be made. Without an outcome of the same step, nobody knows whether it took effect. */
  | ({ readonly kind: 'intent' } & Intent)
  /** What state is to hold from now on for some keys; null means nothing. `step` is absent for a checkpoint. */
  | {
      readonly kind: 'outcome'
      readonly step?: string | undefined
      readonly records: { readonly [recordKey: string]: ResourceRecord | null }
    }
  | { readonly kind: 'outputs'; readonly outputs: { readonly [name: string]: OutputValue } }
  /** The file is about to become the text with this SHA-256 (hex), which holds all outcomes above. */
  | { readonly kind: 'saving'; readonly digest: string }
  /** It has; what comes after is over that file. Written only when open intents keep the journal from being cleared. */
  | { readonly kind: 'saved' }

/** Tells a plan from others. */
export interface PlanMark {
  readonly id: string
  readonly createdAt: string
}

/** A change that a run is to make, as far as it is known before the first one is made. Never a secret. */
export interface Announced {
  readonly step: string
  readonly action: 'create' | 'update' | 'delete'
  /** `recordKey` of the object. */
  readonly key: string
  /** The collection of the service in which the object lives. */
  readonly collection?: string | undefined
  /** What names the object for certain; for an update or delete. */
  readonly target?: ObjectValue | undefined
  /** What is known of its natural key and the key's scope; for a create. */
  readonly identity?: ObjectValue | undefined
  /** Where the rest of those comes from: expressions of the configuration. */
  readonly expressions?: { readonly [name: string]: string } | undefined
}

/** A call that is about to be made, with what is needed to find out later whether it took effect. */
export interface Intent {
  readonly step: string
  readonly action: 'create' | 'update' | 'delete'
  /** `recordKey` of the object. */
  readonly key: string
  /** A record as it would be if the call succeeds, without attributes. */
  readonly record: ResourceRecord
  /** What the natural key of the object is made of, and its scope; for a create only. Never a secret. */
  readonly identity?: ObjectValue | undefined
  /** Identities of objects with that natural key that were there before, and so cannot be ours. */
  readonly existing?: readonly string[] | undefined
  /** What the object was to become, to tell it from one that somebody else makes; for a create only. Never a secret. */
  readonly expected?: ObjectValue | undefined
}
