// One value → rows, all with the same mark.

import type { Path } from '../path.ts'
import { parseJson } from '../schema/json.ts'
import { formatNumber, isNumber } from '../schema/number.ts'
import {
  compareText,
  isList,
  isObject,
  type ObjectValue,
  Sensitive,
  SetValue,
  UNKNOWN,
  type Value,
} from '../schema/value.ts'
import { type Mark, type Row, remark, withPrefix, withSuffix } from './rows.ts'
import { nameText, plural, printable, quote } from './text.ts'
import { documentView, type View } from './view.ts'

export const SENSITIVE_TEXT = '(sensitive value)'

/** Where and how a value is shown. */
export interface Spot {
  readonly view: View
  readonly side: 'before' | 'after'
  readonly path: Path
  readonly mark: Mark
  readonly depth: number
}

/** Rows of one value: the first holds the value or its opening bracket. */
export function valueRows(value: Value, spot: Spot): readonly Row[] {
  const one = (text: string): Row[] => [{ mark: spot.mark, depth: spot.depth, text }]
  if (value instanceof Sensitive || spot.view.isSensitive(spot.side, spot.path)) return one(SENSITIVE_TEXT)
  if (value === UNKNOWN) return one(spot.view.unknown(spot.path))
  if (typeof value === 'string') return stringRows(value, spot)
  if (value === null || typeof value === 'boolean') return one(String(value))
  if (isNumber(value)) return one(formatNumber(value))
  if (value instanceof SetValue || isList(value)) return listRows(elementsOf(value), spot)
  return objectRows(value, spot)
}

/** The elements of a list or a set. */
export function elementsOf(value: SetValue | readonly Value[]): readonly Value[] {
  return value instanceof SetValue ? value.elements : value
}

/** Reads a string that holds a JSON object or array; undefined when it is anything else. */
export function findDocument(text: string): Value | undefined {
  if (!/^\s*[[{]/.test(text) || text.length > 1_000_000) return undefined
  try {
    const value = parseJson(text)
    const empty = isList(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0
    return empty ? undefined : value
  } catch {
    return undefined
  }
}

/** A string on one line, cut when it is long. */
export function shortString(text: string, view: View): string {
  const limit = view.limits.characters
  if (text.length <= limit) return quote(text)
  return `${quote(text.slice(0, limit).replace(/[\ud800-\udbff]$/, ''))}… (${plural(text.length - limit, 'more character')})`
}

/** A line of a text of several lines, cut when it is long. */
export function shortLine(line: string, view: View): string {
  const limit = view.limits.characters
  if (line.length <= limit) return printable(line)
  return `${printable(line.slice(0, limit))}… (${plural(line.length - limit, 'more character')})`
}

/** True for a text that is better shown line by line. */
export function isMultiline(text: string): boolean {
  return /\n[^\n]/.test(text)
}

function stringRows(text: string, spot: Spot): readonly Row[] {
  const { mark, depth, view } = spot
  const document = findDocument(text)
  if (document !== undefined) {
    const inner = valueRows(document, { ...spot, view: documentView(view), depth: depth + 1 })
    return [{ mark, depth, text: 'jsonencode(' }, ...inner, { mark: ' ', depth, text: ')' }]
  }
  if (!isMultiline(text)) return [{ mark, depth, text: shortString(text, view) }]
  const lines = text.replace(/\n$/, '').split('\n')
  const shown = lines.slice(0, view.limits.lines)
  const left = lines.length - shown.length
  return [
    { mark, depth, text: heredocStart(text) },
    ...shown.map((line): Row => ({ mark: ' ', depth: depth + 1, text: shortLine(line, view) })),
    ...(left > 0 ? [remark(depth + 1, `(${plural(left, 'more line')})`)] : []),
    { mark: ' ', depth, text: 'EOT' },
  ]
}

/** The opening of a text of several lines; says when the last line break is missing. */
export function heredocStart(text: string): string {
  return text.endsWith('\n') ? '<<-EOT' : '<<-EOT # no line break at the end'
}

function listRows(elements: readonly Value[], spot: Spot): readonly Row[] {
  const { mark, depth, view } = spot
  if (elements.length === 0) return [{ mark, depth, text: '[]' }]
  const shown = elements.slice(0, view.limits.elements)
  return [
    { mark, depth, text: '[' },
    ...shown.flatMap((element, i) =>
      withSuffix(valueRows(element, { ...spot, path: [...spot.path, i], depth: depth + 1 }), ','),
    ),
    ...leftOut(elements.length - shown.length, depth + 1),
    { mark: ' ', depth, text: ']' },
  ]
}

function objectRows(value: ObjectValue, spot: Spot): readonly Row[] {
  const { mark, depth, view } = spot
  const names = shownNames(value, view)
  if (names.length === 0) return [{ mark, depth, text: '{}' }]
  const shown = names.slice(0, view.limits.elements)
  return [
    { mark, depth, text: '{' },
    ...entryRows(value, shown, { ...spot, depth: depth + 1 }),
    ...leftOut(names.length - shown.length, depth + 1),
    { mark: ' ', depth, text: '}' },
  ]
}

/** `name = value` rows with the signs of equality below each other. `spot` is that of the entries. */
export function entryRows(value: ObjectValue, names: readonly string[], spot: Spot): readonly Row[] {
  const width = nameWidth(names)
  return names.flatMap((name) => {
    const path = spot.view.document ? spot.path : [...spot.path, name]
    return withPrefix(valueRows(value[name] as Value, { ...spot, path }), label(name, width))
  })
}

/** Names that say something: outside documents a null is the same as nothing. */
export function shownNames(value: ObjectValue, view: View): string[] {
  return Object.keys(value)
    .filter((name) => view.document || value[name] !== null)
    .sort(compareText)
}

/** The longest name's width, as shown. */
export function nameWidth(names: readonly string[]): number {
  return Math.min(40, Math.max(0, ...names.map((name) => nameText(name).length)))
}

/** `name   = `. */
export function label(name: string, width: number): string {
  return `${nameText(name).padEnd(width)} = `
}

/** A remark on elements that are not shown. */
export function leftOut(count: number, depth: number): Row[] {
  return count > 0 ? [remark(depth, `(${plural(count, 'more element')})`)] : []
}
