// JSON text exactly as Terraform writes it, so that a state which changes hands shows no differences in version control.
import { Decimal, formatNumber } from '../schema/number.ts'
import { compareText, Sensitive, SetValue, UNKNOWN, type Value } from '../schema/value.ts'

/** What can be printed. A Map keeps the order of its keys and leaves out undefined; a plain object is sorted. */
export type Printable = Value | readonly Printable[] | ReadonlyMap<string, Printable | undefined>

/**
 * Two spaces of indent, numbers in full, `<`, `>` and `&` as escapes, no line break at the end.
 *
 * Throws TypeError on UNKNOWN and on a sensitivity mark: neither may reach a file.
 */
export function printJson(node: Printable, indent = ''): string {
  if (typeof node === 'string') return quote(node)
  if (node === null || typeof node === 'boolean') return String(node)
  if (typeof node === 'number' || node instanceof Decimal) return formatNumber(node)
  if (node === UNKNOWN) throw new TypeError('an unknown value cannot be written to a state')
  if (node instanceof Sensitive) throw new TypeError('a marked value cannot be written to a state')
  if (node instanceof SetValue) return printList(node.elements, indent)
  if (Array.isArray(node)) return printList(node as readonly Printable[], indent)
  if (node instanceof Map) return printEntries(node, indent)
  // Everything else in Printable is a plain object.
  const object = node as { readonly [key: string]: Printable }
  return printEntries(
    sortedKeys(object).map((key) => [key, object[key]] as const),
    indent,
  )
}

/** As `printJson` in the order in which the keys were read, at any depth. */
export function keepOrder(value: Value): Printable {
  if (Array.isArray(value)) return (value as readonly Value[]).map(keepOrder)
  if (typeof value !== 'object' || value === null || value instanceof Decimal || value instanceof SetValue)
    return value
  return new Map(Object.entries(value).map(([key, inner]) => [key, keepOrder(inner as Value)]))
}

function printList(elements: readonly Printable[], indent: string): string {
  if (elements.length === 0) return '[]'
  const inner = `${indent}  `
  return `[\n${elements.map((element) => inner + printJson(element, inner)).join(',\n')}\n${indent}]`
}

function printEntries(entries: Iterable<readonly [string, Printable | undefined]>, indent: string): string {
  const inner = `${indent}  `
  let text = ''
  for (const [key, value] of entries) {
    if (value === undefined) continue
    text += `${text === '' ? '' : ',\n'}${inner}${quote(key)}: ${printJson(value, inner)}`
  }
  return text === '' ? '{}' : `{\n${text}\n${indent}}`
}

function sortedKeys(object: object): string[] {
  const keys = Object.keys(object)
  // A value of dynamic type, which Terraform writes in this order. Reading does not depend on it.
  if (keys.length === 2 && 'value' in object && 'type' in object) return ['value', 'type']
  // The plain sort is much faster, and only differs for characters outside the basic plane.
  return keys.some((key) => /[\ud800-\udfff]/.test(key)) ? keys.sort(compareText) : keys.sort()
}

function quote(text: string): string {
  const quoted = JSON.stringify(text)
  if (!/[<>&\u2028\u2029]/.test(quoted)) return quoted
  return quoted.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
