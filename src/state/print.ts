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
  // Pieces that are joined once: adding to a text bit by bit leaves a tree of bits behind, which costs more than this.
  const out: string[] = []
  print(node, indent, out)
  return out.join('')
}

/** As `printJson` of a list, of which no two elements are held as pieces at a time. */
export function printEach<T>(
  elements: readonly T[],
  printable: (element: T) => Printable,
  indent: string,
): string {
  if (elements.length === 0) return '[]'
  const inner = `${indent}  `
  const texts = elements.map((element) => inner + printJson(printable(element), inner))
  return `[\n${texts.join(',\n')}\n${indent}]`
}

function print(node: Printable, indent: string, out: string[]): void {
  if (typeof node === 'string') out.push(quote(node))
  else if (node === null || typeof node === 'boolean') out.push(String(node))
  else if (typeof node === 'number' || node instanceof Decimal) out.push(formatNumber(node))
  else if (node === UNKNOWN) throw new TypeError('an unknown value cannot be written to a state')
  else if (node instanceof Sensitive) throw new TypeError('a marked value cannot be written to a state')
  else if (node instanceof SetValue) printList(node.elements, indent, out)
  else if (Array.isArray(node)) printList(node as readonly Printable[], indent, out)
  else if (node instanceof Map) printEntries(node as ReadonlyMap<string, Printable | undefined>, indent, out)
  else {
    // Everything else in Printable is a plain object.
    const object = node as { readonly [key: string]: Printable }
    const keys = sortedKeys(object)
    printEntries(
      keys.map((key) => [key, object[key]] as const),
      indent,
      out,
    )
  }
}

/** As `printJson` in the order in which the keys were read, at any depth. */
export function keepOrder(value: Value): Printable {
  if (Array.isArray(value)) return (value as readonly Value[]).map(keepOrder)
  if (typeof value !== 'object' || value === null || value instanceof Decimal || value instanceof SetValue)
    return value
  return new Map(Object.entries(value).map(([key, inner]) => [key, keepOrder(inner as Value)]))
}

function printList(elements: readonly Printable[], indent: string, out: string[]): void {
  if (elements.length === 0) {
    out.push('[]')
    return
  }
  const inner = `${indent}  `
  let before = `[\n${inner}`
  for (const element of elements) {
    out.push(before)
    print(element, inner, out)
    before = `,\n${inner}`
  }
  out.push(`\n${indent}]`)
}

function printEntries(
  entries: Iterable<readonly [string, Printable | undefined]>,
  indent: string,
  out: string[],
): void {
  const inner = `${indent}  `
  let before = `{\n${inner}`
  let empty = true
  for (const [key, value] of entries) {
    if (value === undefined) continue
    out.push(before, quote(key), ': ')
    print(value, inner, out)
    before = `,\n${inner}`
    empty = false
  }
  out.push(empty ? '{}' : `\n${indent}}`)
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
