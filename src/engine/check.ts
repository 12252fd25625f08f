// What a configuration wants to hold, and what came of it: part of plans. Plain data.
import type { Place } from '../diagnostics.ts'
import type { Value } from '../schema/value.ts'
import type { Repetition } from './repetition.ts'

/** Also the words of Terraform's state files and plans. */
export type CheckStatus = 'pass' | 'fail' | 'error' | 'unknown'
export type ConditionKind = 'precondition' | 'postcondition' | 'output' | 'assert'

/** One object that has conditions. */
export interface CheckedObject {
  readonly address: string
  readonly status: CheckStatus
  readonly messages: readonly string[]
}

/** A block that has conditions, or a variable that has validations. */
export interface Check {
  readonly kind: 'resource' | 'output' | 'check' | 'var'
  readonly address: string
  readonly status: CheckStatus
  /** Null while nobody knows which objects there are. */
  readonly objects: readonly CheckedObject[] | null
}

/** A condition to be looked at while applying: it could not be told before, or it is part of a check. Plain data. */
export interface PendingCondition {
  /** `terraform_data.a[0]`, `output.o`, `check.c`. */
  readonly object: string
  readonly kind: ConditionKind
  /** Both as written. */
  readonly condition: Value
  readonly errorMessage: Value
  readonly repetition: Repetition
  /** `for_each` as written, when the element of this instance is not known yet. */
  readonly forEach?: Value | undefined
  readonly place: Place
}
