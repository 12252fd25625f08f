// Taking sensitivity marks off a value, keeping where they were.
import type { Path } from '../path.ts'
import { typedLike } from './kind.ts'
import { Decimal } from './number.ts'
import {
  field,
  isList,
  mapList,
  mapObject,
  type ObjectValue,
  Sensitive,
  SetValue,
  setOf,
  type Value,
} from './value.ts'

export interface Unmarked {
  readonly value: Value
  /** Where marks were; the empty path means the whole value. A mark inside a set counts for the whole set. */
  readonly sensitive: readonly Path[]
}

/** Takes all marks off, at every depth. Returns the value itself when there are none. */
export function unmark(value: Value): Unmarked {
  const sensitive: Path[] = []
  const clean = strip(value, [], sensitive)
  return { value: clean, sensitive }
}

/** True if there is a mark at any depth. */
export function hasMark(value: Value): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Decimal) return false
  if (value instanceof Sensitive) return true
  if (value instanceof SetValue) return value.elements.some(hasMark)
  if (isList(value)) return value.some(hasMark)
  return Object.values(value).some(hasMark)
}

/** Puts marks at the given paths; paths that lead nowhere are ignored. */
export function mark(value: Value, paths: readonly Path[]): Value {
  return paths.reduce((marked, path) => markOne(marked, path), value)
}

function strip(value: Value, path: Path, found: Path[]): Value {
  if (typeof value !== 'object' || value === null || value instanceof Decimal) return value
  if (value instanceof Sensitive) {
    found.push(path)
    return strip(value.value, path, [])
  }
  if (!hasMark(value)) return value
  if (value instanceof SetValue) {
    found.push(path)
    return typedLike(setOf(value.elements.map((element) => strip(element, path, []))), value)
  }
  const stripped = isList(value)
    ? mapList(value, (element, i) => strip(element, [...path, i], found))
    : mapObject(value as ObjectValue, (inner, key) => strip(inner, [...path, key], found))
  return typedLike(stripped, value)
}

function markOne(value: Value, path: Path): Value {
  const [step, ...rest] = path
  if (step === undefined) return new Sensitive(value)
  if (typeof value !== 'object' || value === null || value instanceof Decimal) return value
  if (value instanceof Sensitive || value instanceof SetValue) return new Sensitive(value)
  if (isList(value))
    return typedLike(
      value.map((element, i) => (i === step ? markOne(element, rest) : element)),
      value,
    )
  // What is left of the cases is a map or an object.
  const object = value as ObjectValue
  const inner = typeof step === 'string' ? field(object, step) : undefined
  if (inner === undefined) return object
  return typedLike({ ...object, [step]: markOne(inner, rest) } as ObjectValue, object)
}
