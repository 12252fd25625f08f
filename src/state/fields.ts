// Reading the parts of a decoded file one by one, with a message that says which part is wrong.
import { isNumber } from '../schema/number.ts'
import { describeKind } from '../schema/type.ts'
import { field, isList, isObject, type ObjectValue, type Value } from '../schema/value.ts'

/** A part is not what it must be. The message is a full sentence that names the part; it never shows its content. */
export class UnreadableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UnreadableError'
  }
}

/** Throws an UnreadableError: `at` must be `must`. */
export function unreadable(at: string, must: string, found?: Value): never {
  const is = found === undefined ? 'it is missing' : `it is ${describeKind(found)}`
  throw new UnreadableError(`${at} must be ${must}, and ${is}.`)
}

export function asObject(value: Value | undefined, at: string): ObjectValue {
  return isObject(value) ? value : unreadable(at, 'an object', value)
}

/** Undefined and null count as an empty list, as Terraform leaves out what is empty. */
export function asList(value: Value | undefined, at: string): readonly Value[] {
  if (value === undefined || value === null) return []
  return isList(value) ? value : unreadable(at, 'a list', value)
}

export function getText(object: ObjectValue, key: string, at: string): string {
  const value = field(object, key)
  return typeof value === 'string' ? value : unreadable(`${at}.${key}`, 'a string', value)
}

/** Absent, null and empty are one. */
export function findText(object: ObjectValue, key: string, at: string): string | undefined {
  const value = field(object, key)
  if (value === undefined || value === null || value === '') return undefined
  return getText(object, key, at)
}

export function getWhole(object: ObjectValue, key: string, at: string): number {
  const value = field(object, key)
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  if (!isNumber(value)) return unreadable(`${at}.${key}`, 'a whole number from 0', value)
  throw new UnreadableError(`${at}.${key} must be a whole number from 0 to 2^53, and it is not.`)
}

/** Absent means false. */
export function findFlag(object: ObjectValue, key: string, at: string): boolean {
  const value = field(object, key)
  if (value === undefined || value === null) return false
  return typeof value === 'boolean' ? value : unreadable(`${at}.${key}`, 'true or false', value)
}

export function asTexts(value: Value | undefined, at: string): readonly string[] {
  return asList(value, at).map((element, i) =>
    typeof element === 'string' ? element : unreadable(`${at}[${i}]`, 'a string', element),
  )
}
