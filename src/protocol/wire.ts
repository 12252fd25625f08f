// protocol/: real Terraform as a caller. The plugin protocol served from node:http2, for any Provider it is handed.
// No service by name, no engine, no state: what a resource means is in provider/, here it is only carried.
//
// Protobuf, as far as the protocol needs it: messages are tables of field numbers, and one codec works on any table.

type Kind = 'text' | 'bytes' | 'bool' | 'int' | 'message'

declare const holds: unique symbol

/** One field. `T` is what decoding gives for it, for the compiler only. */
export interface Field<T = unknown> {
  readonly number: number
  readonly kind: Kind
  /** `one`: absent means the default of its kind. `explicit`: absent means undefined, and a default is written. */
  readonly count: 'one' | 'explicit' | 'list' | 'map'
  /** For messages, and for the values of a map. A function, since messages may hold each other. */
  readonly of?: () => Message
  readonly [holds]?: T
}

/** A message: its fields by our name for them. */
export interface Message<F extends Fields = Fields> {
  readonly fields: F
}

export interface Fields {
  readonly [name: string]: Field
}

type Held<T> = T extends Field<infer V> ? V : never

/** What decoding a message gives; encoding takes any part of it. */
export type Decoded<M> = M extends Message<infer F> ? { readonly [K in keyof F]: Held<F[K]> } : never

export const text = (number: number): Field<string> => ({ number, kind: 'text', count: 'one' })
export const bytes = (number: number): Field<Uint8Array> => ({ number, kind: 'bytes', count: 'one' })
export const bool = (number: number): Field<boolean> => ({ number, kind: 'bool', count: 'one' })
/** Any integer type of protobuf that is a plain varint, within what a JS number holds exactly. */
export const int = (number: number): Field<number> => ({ number, kind: 'int', count: 'one' })

export function nested<F extends Fields>(
  number: number,
  of: () => Message<F>,
): Field<Decoded<Message<F>> | undefined> {
  return { number, kind: 'message', count: 'one', of }
}

export function repeated<F extends Fields>(
  number: number,
  of: () => Message<F>,
): Field<readonly Decoded<Message<F>>[]> {
  return { number, kind: 'message', count: 'list', of }
}

/** A map from text to messages. */
export function mapped<F extends Fields>(
  number: number,
  of: () => Message<F>,
): Field<{ readonly [key: string]: Decoded<Message<F>> }> {
  return { number, kind: 'message', count: 'map', of }
}

/** A member of a oneof, or an optional field: its default is not the same as its absence. */
export function explicit<T>(field: Field<T>): Field<T | undefined> {
  return { ...field, count: 'explicit' } as Field<T | undefined>
}

export function message<const F extends Fields>(fields: F): Message<F> {
  return { fields }
}

/** What may be given to `encodeMessage`: fields left out or undefined are not written. */
export type Encodable<M> =
  M extends Message<infer F> ? { readonly [K in keyof F]?: Part<Held<F[K]>> | undefined } : never

type Part<T> = T extends Uint8Array
  ? T
  : T extends readonly (infer E)[]
    ? readonly Part<E>[]
    : T extends object
      ? { readonly [K in keyof T]?: Part<T[K]> | undefined }
      : T
