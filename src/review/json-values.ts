// Values as plan JSON shows them: what is known, and beside it where it is unknown or sensitive.
import { type Path, startsWith } from '../path.ts'
import { toJson } from '../schema/json.ts'
import { Decimal } from '../schema/number.ts'
import { isList, isWhollyKnown, Sensitive, SetValue, UNKNOWN, type Value } from '../schema/value.ts'

/** True where something is so; its inside where only parts of it are. */
export type Map = boolean | readonly Map[] | { readonly [name: string]: Map }

/** The known part. Unknown leaves are left out of objects and null in lists; sensitive ones are null. */
export function knownJson(value: Value, sensitive: readonly Path[], path: Path = []): unknown {
  if (value instanceof Sensitive || covers(sensitive, path) || value === UNKNOWN) return null
  if (typeof value !== 'object' || value === null || value instanceof Decimal) return toJson(value)
  if (value instanceof SetValue)
    return value.elements.map((inner, i) => knownJson(inner, sensitive, [...path, i]))
  if (isList(value)) return value.map((inner, i) => knownJson(inner, sensitive, [...path, i]))
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== UNKNOWN)
      .map(([name, inner]) => [name, knownJson(inner, sensitive, [...path, name])]),
  )
}

/** Where a value is unknown. What is wholly known is `{}` when it is an object's, false when it is an output's. */
export function unknownMap(value: Value, whenKnown: Map = {}): Map {
  return isWhollyKnown(value) ? whenKnown : mapOf(value, (inner) => inner === UNKNOWN, [])
}

/** Where a value is sensitive. False for no value at all. */
export function sensitiveMap(value: Value, sensitive: readonly Path[]): Map {
  if (value === null) return false
  return mapOf(value, (inner, path) => inner instanceof Sensitive || covers(sensitive, path), [])
}

function mapOf(value: Value, is: (value: Value, path: Path) => boolean, path: Path): Map {
  if (is(value, path)) return true
  if (typeof value !== 'object' || value === null || value instanceof Decimal) return false
  if (value instanceof Sensitive) return mapOf(value.value, is, path)
  const elements = value instanceof SetValue ? value.elements : isList(value) ? value : undefined
  if (elements !== undefined) return elements.map((inner, i) => mapOf(inner, is, [...path, i]))
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, inner]) => [name, mapOf(inner, is, [...path, name])] as const)
      .filter(([, inner]) => inner !== false),
  )
}

function covers(sensitive: readonly Path[], path: Path): boolean {
  return sensitive.some((prefix) => startsWith(path, prefix))
}
