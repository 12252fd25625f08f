// JSON text as Terraform writes it.
import { formatNumber, isNumber } from '../../schema/number.ts'
import {
  compareText,
  isList,
  isObject,
  Sensitive,
  SetValue,
  UNKNOWN,
  type Value,
} from '../../schema/value.ts'

/** Keys in order, and what is special in HTML escaped. Throws TypeError on unknown and marked values. */
export function encodeJson(value: Value): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return encodeText(value)
  if (isNumber(value)) return formatNumber(value)
  if (value === UNKNOWN || value instanceof Sensitive)
    throw new TypeError('only known, unmarked values have a JSON form')
  if (value instanceof SetValue) return `[${value.elements.map(encodeJson).join(',')}]`
  if (isList(value)) return `[${value.map(encodeJson).join(',')}]`
  if (!isObject(value)) return 'null'
  const keys = Object.keys(value).sort(compareText)
  return `{${keys.map((key) => `${encodeText(key)}:${encodeJson(value[key] as Value)}`).join(',')}}`
}

/** A JSON string. */
export function encodeText(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
