// The values that flow through configuration, plan and state.
import { compareNumbers, Decimal, isNumber, type Num } from './number.ts'
import { quoteText, tenDigits } from './order-text.ts'

/** Stands for a value that is not known before apply. Compare with `===`. */
export const UNKNOWN: unique symbol = Symbol('unknown')
export type Unknown = typeof UNKNOWN

/**
 * A value that must not be shown, at any depth of what an expression yields.
 *
 * Only evaluation makes and carries it. `unmark` takes it off before a value reaches a resource, a plan or state,
 * which keep the paths instead.
 */
export class Sensitive {
  readonly value: Value

  constructor(value: Value) {
    // One layer is enough: marking twice is marking once.
    this.value = value instanceof Sensitive ? value.value : value
    Object.freeze(this)
  }
}

/** A set: elements without duplicates, in canonical order. Make it with `setOf`. */
export class SetValue<T extends Value = Value> {
  readonly elements: readonly T[]

  /** `elements` must already be distinct and in canonical order. */
  constructor(elements: readonly T[]) {
    this.elements = elements
    Object.freeze(this)
  }
}

/** Keys are own properties; their order carries no meaning. */
export interface ObjectValue {
  readonly [key: string]: Value
}

/**
 * JSON-like data in which any leaf may be UNKNOWN, with exact numbers and sets.
 *
 * Lists and tuples are arrays; maps and objects are plain objects. Never mutated.
 */
export type Value =
  | null
  | boolean
  | string
  | Num
  | Unknown
  | Sensitive
  | SetValue
  | readonly Value[]
  | ObjectValue

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

/** True for maps and objects only. */
export function isObject(value: Value | undefined): value is ObjectValue {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof SetValue) &&
    !(value instanceof Decimal) &&
    !(value instanceof Sensitive)
  )
}

/** Reads an own key; undefined when absent. Safe for keys such as `constructor`. */
export function field(value: ObjectValue, key: string): Value | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined
}

/** Makes an object whose keys may be anything, `__proto__` included. */
export function objectOf(entries: Iterable<readonly [string, Value]>): ObjectValue {
  return Object.fromEntries(entries)
}

/** The object with these values at these keys, which may be anything: `original` itself if that is what it is. */
export function rebuild(
  original: ObjectValue,
  keys: readonly string[],
  values: readonly Value[],
): ObjectValue {
  const before = Object.keys(original)
  const same =
    before.length === keys.length && keys.every((key, i) => key === before[i] && original[key] === values[i])
  return same ? original : objectOf(keys.map((key, i) => [key, values[i] as Value]))
}

/** Turns every value of an object; the object itself if none came out different. */
export function mapObject(value: ObjectValue, turn: (inner: Value, key: string) => Value): ObjectValue {
  const keys = Object.keys(value)
  const turned = keys.map((key) => turn(value[key] as Value, key))
  const same = turned.every((inner, i) => inner === value[keys[i] as string])
  return same ? value : objectOf(keys.map((key, i) => [key, turned[i] as Value]))
}

/** Turns every element of a list; the list itself if none came out different. */
export function mapList(
  value: readonly Value[],
  turn: (inner: Value, index: number) => Value,
): readonly Value[] {
  const turned = value.map(turn)
  return turned.every((element, i) => element === value[i]) ? value : turned
}

/** Makes a set: sorts, drops duplicates. An unknown element stays an element of its own. */
export function setOf<T extends Value>(elements: Iterable<T>): SetValue<T> {
  const sorted = sortElements([...elements])
  return new SetValue(
    sorted.filter((element, i) => {
      const before = sorted[i - 1]
      return i === 0 || before === undefined || element === UNKNOWN || !equal(before, element)
    }),
  )
}

/** What has no order of its own, lists and objects, stands in the order of how Terraform spells it. */
function sortElements<T extends Value>(elements: readonly T[]): readonly T[] {
  if (!elements.some(isCompound)) return [...elements].sort(compareValues)
  const spelled = elements.map((element) => ({
    element,
    text: isCompound(element) ? spell(element) : '',
  }))
  spelled.sort((a, b) => {
    const rank = rankOf(a.element) - rankOf(b.element)
    return rank || compareText(a.text, b.text) || compareValues(a.element, b.element)
  })
  return spelled.map(({ element }) => element)
}

function isCompound(value: Value): boolean {
  if (value instanceof Sensitive) return isCompound(value.value)
  return typeof value === 'object' && value !== null && !(value instanceof Decimal)
}

function spell(value: Value): string {
  if (value instanceof Sensitive) return spell(value.value)
  if (typeof value === 'string') return quoteText(value)
  if (isNumber(value)) return tenDigits(value)
  if (typeof value === 'boolean') return value ? 'T' : 'F'
  if (value === UNKNOWN) return '?'
  if (value === null) return '~'
  if (value instanceof SetValue) return spell(value.elements)
  if (isList(value)) return `[${value.map((element) => `${spell(element)};`).join('')}]`
  if (!isObject(value)) return ''
  const keys = Object.keys(value).sort(compareText)
  return `{${keys.map((key) => `${quoteText(key)}:${spell(value[key] as Value)};`).join('')}}`
}

/** True if they are the same value, whatever the key order. UNKNOWN equals only UNKNOWN; marks are not looked at. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true
  if (a instanceof Sensitive) return equal(a.value, b)
  if (b instanceof Sensitive) return equal(a, b.value)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Decimal || b instanceof Decimal) {
    return (
      a instanceof Decimal && b instanceof Decimal && a.mantissa === b.mantissa && a.exponent === b.exponent
    )
  }
  if (a instanceof SetValue || b instanceof SetValue) {
    return a instanceof SetValue && b instanceof SetValue && equalLists(a.elements, b.elements)
  }
  if (isList(a) || isList(b)) return isList(a) && isList(b) && equalLists(a, b)
  return equalObjects(a, b)
}

function equalLists(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((element, i) => equal(element, b[i] as Value))
}

function equalObjects(a: ObjectValue, b: ObjectValue): boolean {
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => Object.hasOwn(b, key) && equal(a[key] as Value, b[key] as Value))
}

/** A total order: by kind (bool, number, string, list, set, object, unknown, null), then by content. */
export function compareValues(a: Value, b: Value): number {
  if (a instanceof Sensitive) return compareValues(a.value, b)
  if (b instanceof Sensitive) return compareValues(a, b.value)
  const rank = rankOf(a) - rankOf(b)
  if (rank !== 0) return rank
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if (a instanceof SetValue && b instanceof SetValue) return compareLists(a.elements, b.elements)
  if (a !== null && b !== null && typeof a === 'object' && typeof b === 'object') {
    if (isList(a) && isList(b)) return compareLists(a, b)
    if (isObject(a) && isObject(b)) return compareObjects(a, b)
  }
  return 0
}

/** Order by Unicode code points, as Terraform sorts, not by UTF-16 units or locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  for (let i = 0; ; i++) {
    const x = a.codePointAt(i)
    const y = b.codePointAt(i)
    if (x === undefined) return y === undefined ? 0 : -1
    if (y === undefined) return 1
    if (x !== y) return x - y
    if (x > 0xffff) i++
  }
}

function rankOf(value: Value): number {
  if (value instanceof Sensitive) return rankOf(value.value)
  if (value === null) return 8
  if (typeof value === 'boolean') return 1
  if (isNumber(value)) return 2
  if (typeof value === 'string') return 3
  if (typeof value === 'symbol') return 7
  if (value instanceof SetValue) return 5
  return Array.isArray(value) ? 4 : 6
}

function compareLists(a: readonly Value[], b: readonly Value[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareValues(a[i] as Value, b[i] as Value)
    if (order !== 0) return order
  }
  return a.length - b.length
}

function compareObjects(a: ObjectValue, b: ObjectValue): number {
  const entries = (o: ObjectValue) =>
    Object.keys(o)
      .sort(compareText)
      .flatMap((key) => [key, o[key] as Value])
  return compareLists(entries(a), entries(b))
}

/** True if there is no UNKNOWN anywhere in it. */
export function isWhollyKnown(value: Value): boolean {
  if (value === UNKNOWN) return false
  if (typeof value !== 'object' || value === null || value instanceof Decimal) return true
  if (value instanceof Sensitive) return isWhollyKnown(value.value)
  if (value instanceof SetValue) return value.elements.every(isWhollyKnown)
  if (isList(value)) return value.every(isWhollyKnown)
  return Object.values(value).every(isWhollyKnown)
}
