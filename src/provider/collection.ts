// Where objects live in a service, and how to find one there without its id.
import type { Attributes, StateOf } from '../schema/attribute.ts'
import { isNumber } from '../schema/number.ts'
import { field, type ObjectValue, type Value } from '../schema/value.ts'
import type { Call } from './call.ts'

/** One object as a list shows it. */
export interface Listed<A extends Attributes, S = StateOf<A>> {
  /** What the list tells. If `whole`, every attribute that reading would give, write-only ones null. */
  readonly value: Partial<S>
  /** True: reading the object would tell nothing more. */
  readonly whole: boolean
}

/**
 * Says in which collection of the service a kind of object lives.
 *
 * From it alone come refresh by listing, recovery of an interrupted create, import, and finding duplicates.
 */
export interface Collection<Reader, A extends Attributes, S = StateOf<A>> {
  /** The collection's name, `configurations`. With the scope's values it is unique: `configurations/acme`. */
  readonly name: string
  /** Attributes that say in which collection of this name an object lives. Empty: there is only one. */
  readonly scope: readonly (keyof A & string)[]
  /** Attributes that together name at most one object in a collection; an object with a null one cannot be found by key. */
  readonly key: readonly (keyof A & string)[]
  /** Attributes that name an object for certain, once it exists. */
  readonly identity: readonly (keyof A & string)[]
  /** True if keys compare without regard to case. */
  readonly foldCase?: boolean
  /** True if the natural key is only likely, not guaranteed, to be unique: then finding it is no duplicate. */
  readonly ambiguous?: boolean
  /** True if creating what is there already succeeds and changes nothing, as with a grant: then it is no duplicate either. */
  readonly grants?: boolean
  /** Lists all objects, or undefined if the service will not list them. `scope` holds the scope attributes. */
  list(args: Call & { client: Reader; scope: Partial<S> }): Promise<readonly Listed<A, S>[] | undefined>
}

/** `configurations/acme`; undefined when a scope attribute is null or unknown. */
export function scopeOf(collection: AnyCollection, value: ObjectValue): string | undefined {
  if (collection.scope.length === 0) return collection.name
  const steps = collection.scope.map((name) => keyText(field(value, name)))
  return steps.some((step) => step === undefined) ? undefined : [collection.name, ...steps].join('/')
}

/** One text for the natural key of an object; undefined when a key attribute is null or unknown. */
export function naturalKey(collection: AnyCollection, value: ObjectValue): string | undefined {
  return joined(collection.key, value, collection.foldCase === true)
}

/** One text for the identity of an object; undefined when it is not known. */
export function identityOf(collection: AnyCollection, value: ObjectValue): string | undefined {
  return joined(collection.identity, value, false)
}

export type AnyCollection = Pick<
  Collection<never, Attributes>,
  'name' | 'scope' | 'key' | 'identity' | 'foldCase' | 'ambiguous' | 'grants'
>

function joined(names: readonly string[], value: ObjectValue, fold: boolean): string | undefined {
  const steps = names.map((name) => keyText(field(value, name)))
  if (steps.length === 0 || steps.some((step) => step === undefined)) return undefined
  const text = JSON.stringify(steps)
  return fold ? text.toLowerCase() : text
}

function keyText(value: Value | undefined): string | undefined {
  if (typeof value === 'string' && value !== '') return value
  if (typeof value === 'boolean' || isNumber(value)) return String(value)
  return undefined
}
