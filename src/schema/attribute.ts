// Attributes: the type of a value, who may set it, and what else is true of it.
import type { Num } from './number.ts'
import type { ObjectValue, SetValue, Unknown, Value } from './value.ts'

/** The shape of a value. `object` is a nested attribute, whose fields have modes of their own. */
export type Type =
  | { readonly kind: 'string' | 'number' | 'bool' | 'dynamic' }
  | { readonly kind: 'list' | 'set' | 'map'; readonly element: Type }
  | { readonly kind: 'tuple'; readonly elements: readonly Type[] }
  | { readonly kind: 'object'; readonly attributes: Attributes }

/**
 * Who gives the value: the user must, the user may, only the service does, or the user may and the service does
 * otherwise.
 */
export type AttributeMode = 'required' | 'optional' | 'computed' | 'optionalComputed'

/** Whether the vendor's documentation says so, or we concluded it. Shown in user docs. */
export type Evidence = 'documented' | 'inferred'

/** Returns a full sentence saying what is wrong and what to do, without repeating the value; undefined if all is well. */
export type Validator = (value: Exclude<Value, Unknown | null>) => string | undefined

/** What may be said of an attribute beside type and mode. */
export interface Marks {
  /** Hidden in all output; in state in clear, as Terraform keeps it. */
  readonly sensitive?: boolean
  /** Reaches the resource's create and update as part of `config`, and never plan or state. */
  readonly writeOnly?: boolean
  /** A change needs a new object. */
  readonly replace?: boolean
  /** Computed, and never different after creation, so that an update need not make it unknown. */
  readonly stable?: boolean
  /** Computed, and never null. */
  readonly always?: boolean
  /** What an optional attribute is when nobody sets it. */
  readonly default?: Value
  readonly validators?: readonly Validator[]
  /** True if both spell the same thing, null included; then the spelling that is already there is kept and is no change. */
  readonly equivalent?: (a: Value, b: Value) => boolean
  readonly deprecated?: string
  readonly evidence?: Evidence
  /** Provider settings only: the environment variable read when the setting is null. */
  readonly env?: string
}

declare const phantom: unique symbol

/** One attribute. `C` is what a user writes for it, `S` what state holds; both exist for the compiler only. */
export interface Attribute<M extends AttributeMode = AttributeMode, C = unknown, S = unknown> extends Marks {
  readonly type: Type
  readonly mode: M
  readonly description: string
  readonly [phantom]?: { readonly config: C; readonly state: S }
}

export interface Attributes {
  readonly [name: string]: Attribute
}

const names = new WeakMap<Attributes, readonly string[]>()

/** The names of attributes in their order: one array, however often it is asked for. */
export function namesOf(attributes: Attributes): readonly string[] {
  const known = names.get(attributes)
  if (known !== undefined) return known
  const made = Object.keys(attributes)
  names.set(attributes, made)
  return made
}

/** The shape of a resource, a data source, or provider settings. `version` counts changes that state must be upgraded for. */
export interface Schema<A extends Attributes = Attributes> {
  readonly version: number
  readonly description: string
  readonly attributes: A
}

/** Builds attributes of one type: `string.required('…')`, `list(string).optional('…', { replace: true })`. */
export interface Kind<C, S> {
  readonly type: Type
  required(description: string, marks?: Marks): Attribute<'required', C, S>
  optional<const X extends Marks>(
    description: string,
    marks?: X,
  ): Attribute<'optional', C, X extends { readonly default: Value } ? S : S | null>
  computed<const X extends Marks>(
    description: string,
    marks?: X,
  ): Attribute<'computed', never, X extends { readonly always: true } ? S : S | null>
  optionalComputed(description: string, marks?: Marks): Attribute<'optionalComputed', C, S | null>
}

function kind<C, S>(type: Type): Kind<C, S> {
  const make =
    <M extends AttributeMode>(mode: M) =>
    (description: string, marks: Marks = {}) => ({ type, mode, description, ...marks })
  return {
    type,
    required: make('required'),
    optional: make('optional'),
    computed: make('computed'),
    optionalComputed: make('optionalComputed'),
    // The phantom types are not there at run time, so the compiler cannot see that these are right.
  } as Kind<C, S>
}

export const string = kind<string, string>({ kind: 'string' })
export const number = kind<Num, Num>({ kind: 'number' })
export const bool = kind<boolean, boolean>({ kind: 'bool' })
export const dynamic = kind<Value, Value>({ kind: 'dynamic' })

export function list<C, S>(element: Kind<C, S>): Kind<readonly C[], readonly S[]> {
  return kind({ kind: 'list', element: element.type })
}

export function set<C, S extends Value>(element: Kind<C, S>): Kind<readonly C[], SetValue<S>> {
  return kind({ kind: 'set', element: element.type })
}

export function map<C, S>(
  element: Kind<C, S>,
): Kind<{ readonly [key: string]: C }, { readonly [key: string]: S }> {
  return kind({ kind: 'map', element: element.type })
}

/** A nested attribute. */
export function object<const A extends Attributes>(attributes: A): Kind<ConfigOf<A>, StateOf<A>> {
  return kind({ kind: 'object', attributes })
}

/** Makes a schema; the version defaults to 0, as Terraform counts. */
export function schema<const A extends Attributes>(
  attributes: A,
  about: { readonly description?: string; readonly version?: number } = {},
): Schema<A> {
  return { version: about.version ?? 0, description: about.description ?? '', attributes }
}

type ConfigType<T> = T extends Attribute<AttributeMode, infer C, unknown> ? C : never
type StateType<T> = T extends Attribute<AttributeMode, unknown, infer S> ? S : never
type Names<A, M extends AttributeMode> = {
  [K in keyof A]: A[K] extends { readonly mode: M } ? K : never
}[keyof A]

/** What a user may write. Computed attributes are not among them, so that setting one does not compile. */
export type ConfigOf<A extends Attributes> = {
  readonly [K in Names<A, 'required'>]: ConfigType<A[K]>
} & {
  readonly [K in Names<A, 'optional' | 'optionalComputed'>]?: ConfigType<A[K]> | null | undefined
}

/** A whole object as state holds it: every attribute present, nothing unknown, write-only ones null. */
export type StateOf<A extends Attributes> = { readonly [K in keyof A]: StateType<A[K]> }

/** The configuration with nothing unknown, every attribute present, unset ones null; write-only ones included. */
export type FullConfigOf<A extends Attributes> = {
  readonly [K in keyof A]: A[K] extends { readonly mode: 'required' }
    ? StateType<A[K]>
    : StateType<A[K]> | null
}

/** What an object will become: as state, but what only the service knows may be UNKNOWN. */
export type PlannedOf<A extends Attributes> = {
  readonly [K in keyof A]: A[K] extends { readonly mode: 'computed' | 'optionalComputed' }
    ? StateType<A[K]> | Unknown
    : StateType<A[K]>
}

/** An object before everything is known: any attribute may be null or UNKNOWN, at any depth. */
export type DraftOf<A extends Attributes> = {
  readonly [K in keyof A]: Draft<StateType<A[K]>> | null | Unknown
}

type Draft<T> = T extends string | Num | boolean | null
  ? T
  : T extends readonly (infer E)[]
    ? readonly (Draft<E> | Unknown)[]
    : T extends SetValue
      ? T
      : T extends ObjectValue
        ? { readonly [K in keyof T]: Draft<T[K]> | Unknown | null }
        : T
