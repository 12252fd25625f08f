// Which one of several an instance is.
import type { Value } from '../schema/value.ts'

/** What `each` and `count` are in one instance. */
export interface Repetition {
  readonly each?: { readonly key: Value; readonly value: Value } | undefined
  readonly count?: { readonly index: number } | undefined
}
