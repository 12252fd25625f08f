// One instance of a resource or data block on its way through planning.
import type { Address } from '../address.ts'
import type { ResourceBlock } from '../config/config.ts'
import type { Path } from '../path.ts'
import type { Schema } from '../schema/attribute.ts'
import type { ObjectValue } from '../schema/value.ts'
import type { ResourceRecord } from '../state/state.ts'
import type { Action, Reason } from './change.ts'
import type { Repetition } from './repetition.ts'

/** What planning found out about one instance, before steps are made of it. */
export interface PlannedInstance {
  readonly address: Address
  readonly deposed?: string | undefined
  /** Undefined for an object that is in state only. */
  readonly block: ResourceBlock | undefined
  readonly record: ResourceRecord | undefined
  readonly providerKey: string
  readonly schema: Schema
  readonly recorded: ObjectValue | undefined
  /** As it is now; undefined when there is no object. */
  readonly prior: ObjectValue | undefined
  readonly config: ObjectValue | null
  readonly planned: ObjectValue | null
  readonly action: Action
  readonly reason: Reason | undefined
  readonly replacePaths: readonly Path[]
  readonly answered: readonly string[]
  readonly sensitive: readonly Path[]
  readonly repetition: Repetition
  readonly existing: readonly string[]
  /** Why it must not be done: its steps say so and fail. */
  readonly blocked?: string | undefined
  /** The id by which an `import` block takes it in. */
  readonly importing?: string | undefined
}
