// engine/: from configuration, state and live objects to a plan, and from a plan to what it says. No wording, no disk.
import type { Operation } from 'fast-json-patch'
import type { Address } from '../address.ts'
import type { Path } from '../path.ts'
import type { ObjectValue, Value } from '../schema/value.ts'

export type Action = 'no-op' | 'create' | 'read' | 'update' | 'replace' | 'delete' | 'forget'

/** Why an action was chosen, in Terraform's words for plan JSON; `drift` and `configuration` are ours. */
export type Reason =
  | 'replace_because_cannot_update'
  | 'replace_because_tainted'
  | 'replace_by_request'
  | 'replace_by_triggers'
  | 'delete_because_no_resource_config'
  | 'delete_because_wrong_repetition'
  | 'delete_because_count_index'
  | 'delete_because_each_key'
  | 'delete_because_no_move_target'
  | 'delete_by_request'
  | 'delete_deposed'
  | 'read_because_config_unknown'
  | 'read_because_dependency_pending'
  | 'read_because_check_nested'
  | 'create_because_new'
  | 'create_because_gone'
  | 'update_because_configuration'
  | 'update_because_drift'

/** Why one attribute is different: someone changed the configuration, or the object, or it follows from the rest. */
export interface FieldReason {
  readonly path: Path
  readonly why: 'configuration' | 'drift' | 'computed' | 'secret'
  /** What it depends on, if its new value is not known yet: addresses. */
  readonly because?: readonly string[] | undefined
}

/**
 * What happens to one object. Plain data.
 *
 * `patch` leads from `before` to `after` (RFC 6902); a value that is not known yet is `{"$":"unknown"}` in it. It drives
 * what review shows of an update or a replacement. Values at sensitive paths must not be shown.
 */
export interface Change {
  readonly address: Address
  readonly deposed?: string | undefined
  readonly action: Action
  /** For a replacement: the new object is made first. */
  readonly createBeforeDestroy: boolean
  readonly reason?: Reason | undefined
  readonly before: ObjectValue | null
  readonly after: ObjectValue | null
  readonly beforeSensitive: readonly Path[]
  readonly afterSensitive: readonly Path[]
  readonly replacePaths: readonly Path[]
  readonly patch: readonly Operation[]
  readonly fields: readonly FieldReason[]
  /** Of the object's schema. */
  readonly schemaVersion: number
  /** Reference as in state files: `provider["registry.terraform.io/hubform/tavio"]`. */
  readonly provider: string
  readonly construct?: string | undefined
  /** The id by which an `import` block takes in the object: from now on it is recorded. */
  readonly importing?: string | undefined
  /**
   * Nothing will be done: an object that may be somebody else's is in its place, of which a warning of the plan tells;
   * or it waits for such a one.
   */
  readonly isBlocked?: boolean | undefined
  /** Address of what is blocked and has to be made before; undefined where it is the change itself that is. */
  readonly waitsFor?: string | undefined
}

export interface OutputChange {
  readonly name: string
  readonly action: 'no-op' | 'create' | 'update' | 'delete'
  readonly before: Value
  /** UNKNOWN where it is not known yet. */
  readonly after: Value
  readonly sensitive: boolean
}
