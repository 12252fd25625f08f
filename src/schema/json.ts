// Values to and from JSON text, numbers exact.

import type { TypeJson } from './kind.ts'
import { rememberedType, withType } from './kind.ts'
import { Decimal, formatNumber, fromJsNumber, parseNumber } from './number.ts'
import {
  isList,
  mapList,
  mapObject,
  type ObjectValue,
  objectOf,
  Sensitive,
  SetValue,
  setOf,
  UNKNOWN,
  type Value,
} from './value.ts'

/** What `JSON.parse` yields. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * Reads JSON text, keeping every number exact. Arrays become lists, never sets.
 *
 * Throws SyntaxError as `JSON.parse` does, also for a number with an exponent beyond ±10,000.
 */
export function parseJson(text: string): Value {
  // Numbers of up to 15 digits are exact as JS numbers, so most texts need no reviver, which is several times slower.
  if (!/[:,[\s]-?(?:[\d.]{16}|[\d.]+[eE])/.test(` ${text}`)) return JSON.parse(text) as Value
  const revive = (_key: string, value: unknown, context: { source?: string }) => {
    if (typeof value !== 'number') return value
    const number = parseNumber(context.source ?? String(value))
    if (number === undefined) throw new SyntaxError(`number out of range: ${context.source}`)
    return number
  }
  return JSON.parse(text, revive as Parameters<typeof JSON.parse>[1]) as Value
}

/**
 * Data that `JSON.stringify` writes with exact numbers; sets become arrays. Shares with the value what is the same.
 *
 * Throws TypeError on UNKNOWN, and on a sensitivity mark, which must be taken off first.
 */
export function toJson(value: Value): unknown {
  if (value === UNKNOWN) throw new TypeError('an unknown value cannot be written as JSON')
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : exact(formatNumber(value))
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Sensitive) throw new TypeError('a marked value cannot be written as JSON')
  if (value instanceof Decimal) return exact(formatNumber(value))
  if (value instanceof SetValue) return value.elements.map(toJson)
  return isList(value) ? mapList(value, asIs(toJson)) : mapObject(value, asIs(toJson))
}

/** What is turned is no value any more, and goes through where values go. */
function asIs(turn: (value: Value) => unknown): (value: Value) => Value {
  return turn as (value: Value) => Value
}

/** A JSON number with exactly this text. */
function exact(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text)
}

/** One line of JSON, or indented. Same obligations as `toJson`. */
export function formatJson(value: Value, indent?: number): string {
  return JSON.stringify(toJson(value), undefined, indent)
}

/**
 * Data that `JSON.stringify` writes and `decodeValue` reads back to an equal value, with unknowns, sets and marks.
 *
 * Shares with the value what is the same. What plain JSON cannot say becomes an object with the single key `$`; an object that has that key itself is wrapped.
 */
export function encodeValue(value: Value): unknown {
  if (value === UNKNOWN) return { $: 'unknown' }
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? value : { $: ['number', formatNumber(value)] }
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Decimal) return { $: ['number', formatNumber(value)] }
  if (value instanceof Sensitive) return { $: ['sensitive', encodeValue(value.value)] }
  const type = rememberedType(value)
  return type === undefined ? encodeBare(value) : { $: ['typed', { type, value: encodeBare(value) }] }
}

function encodeBare(value: SetValue | readonly Value[] | ObjectValue): unknown {
  if (value instanceof SetValue) return { $: ['set', value.elements.map(encodeValue)] }
  if (isList(value)) return mapList(value, asIs(encodeValue))
  const object = mapObject(value, asIs(encodeValue))
  return Object.hasOwn(object, '$') ? { $: ['object', object] } : object
}

/** Reads what `encodeValue` made. Throws TypeError on anything else. */
export function decodeValue(encoded: unknown): Value {
  if (encoded === null || typeof encoded === 'boolean' || typeof encoded === 'string') return encoded
  if (typeof encoded === 'number') return fromJsNumber(encoded)
  if (Array.isArray(encoded)) return encoded.map(decodeValue)
  if (typeof encoded !== 'object') throw new TypeError(`not an encoded value: ${typeof encoded}`)
  if (!Object.hasOwn(encoded, '$')) return decodeObject(encoded)
  const tag = (encoded as { $: unknown }).$
  if (tag === 'unknown') return UNKNOWN
  if (!Array.isArray(tag)) throw new TypeError('not an encoded value: unreadable tag')
  return decodeTagged(String(tag[0]), tag[1])
}

function decodeObject(encoded: object): Value {
  return objectOf(Object.entries(encoded).map(([key, inner]) => [key, decodeValue(inner)]))
}

function decodeTagged(tag: string, content: unknown): Value {
  switch (tag) {
    case 'number': {
      const number = parseNumber(String(content))
      if (number === undefined) throw new TypeError('not an encoded value: unreadable number')
      return number
    }
    case 'sensitive':
      return new Sensitive(decodeValue(content))
    case 'set':
      return setOf((content as unknown[]).map(decodeValue))
    case 'object':
      return decodeObject(content as object)
    case 'typed': {
      const { type, value } = content as { type: TypeJson; value: unknown }
      // What is shared with the text must not be typed for all that look at it; decoding makes everything anew.
      return withType(decodeValue(value), type)
    }
    default:
      throw new TypeError(`not an encoded value: unknown tag ${tag}`)
  }
}
