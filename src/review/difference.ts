// Two values → rows that say what is different.
import type { Path } from '../path.ts'
import { compareText, equal, field, isList, isObject, SetValue, type Value } from '../schema/value.ts'
import type { Aligned } from './align.ts'
import { matchElements } from './match.ts'
import { type Mark, type Row, remark, withNote, withPrefix, withSuffix } from './rows.ts'
import { plural } from './text.ts'
import { lineRows } from './text-lines.ts'
import { type Touch, touchBelow } from './touches.ts'
import {
  elementsOf,
  findDocument,
  isMultiline,
  label,
  nameWidth,
  SENSITIVE_TEXT,
  valueRows,
} from './value.ts'
import { documentView, type View } from './view.ts'

/** A value and where it is. */
export interface Side {
  readonly value: Value
  readonly path: Path
}

/** What was and what will be; undefined: there was, or will be, nothing. `touch` says where they may differ. */
export interface Pair {
  readonly before: Side | undefined
  readonly after: Side | undefined
  readonly touch: Touch
}

/** Remarks for attributes, by path. */
export type NoteOf = (path: Path) => string | undefined

/** Rows of a pair: the first has the mark of the whole. */
export function pairRows(
  pair: Pair,
  view: View,
  depth: number,
  noteOf: NoteOf = () => undefined,
): readonly Row[] {
  const { before, after } = pair
  if (before === undefined || after === undefined) return oneSided(pair, view, depth)
  const hidden = view.isSensitive('before', before.path) || view.isSensitive('after', after.path)
  if (hidden) return [{ mark: markOf(pair), depth, text: SENSITIVE_TEXT }]
  if (equal(before.value, after.value))
    return valueRows(after.value, { view, side: 'after', path: after.path, mark: ' ', depth })
  return nested(before, after, pair.touch, view, depth, noteOf) ?? arrow(before, after, view, depth)
}

/** What happens to the whole. */
export function markOf({ before, after }: Pair): Mark {
  if (before === undefined) return after === undefined ? ' ' : '+'
  if (after === undefined) return '-'
  return equal(before.value, after.value) ? ' ' : '~'
}

function oneSided({ before, after }: Pair, view: View, depth: number): readonly Row[] {
  if (after !== undefined)
    return valueRows(after.value, { view, side: 'after', path: after.path, mark: '+', depth })
  if (before === undefined) return []
  return valueRows(before.value, { view, side: 'before', path: before.path, mark: '-', depth })
}

/** Differences inside, when both are of a kind that has an inside. */
function nested(
  before: Side,
  after: Side,
  touch: Touch,
  view: View,
  depth: number,
  noteOf: NoteOf,
): readonly Row[] | undefined {
  const a: Value = before.value
  const b: Value = after.value
  const bracket = (open: string, inner: readonly Row[], close: string): Row[] => [
    { mark: '~', depth, text: open },
    ...inner,
    { mark: ' ', depth, text: close },
  ]
  if (isObject(a) && isObject(b))
    return bracket('{', fieldRows({ before, after, touch }, view, depth + 1, 'element', noteOf), '}')
  if ((isList(a) || a instanceof SetValue) && (isList(b) || b instanceof SetValue))
    return bracket('[', elementRows(before, after, elementsOf(a), elementsOf(b), view, depth + 1), ']')
  if (typeof a !== 'string' || typeof b !== 'string') return undefined
  const left: Value | undefined = findDocument(a)
  const right: Value | undefined = findDocument(b)
  if (left !== undefined && right !== undefined && sameShape(left, right)) {
    if (equal(left, right))
      return [{ mark: '~', depth, text: 'jsonencode(…)', note: 'only spaces or the order of keys' }]
    const inner: Pair = {
      before: { ...before, value: left },
      after: { ...after, value: right },
      touch: true,
    }
    return bracket('jsonencode(', pairRows(inner, documentView(view), depth + 1), ')')
  }
  return isMultiline(a) && isMultiline(b)
    ? bracket('<<-EOT', lineRows(a, b, view, depth + 1), 'EOT')
    : undefined
}

function sameShape(a: Value, b: Value): boolean {
  return isList(a) === isList(b)
}

/** `before -> after`, whatever they are. */
function arrow(before: Side, after: Side, view: View, depth: number): readonly Row[] {
  const left = valueRows(before.value, { view, side: 'before', path: before.path, mark: '-', depth })
  const right = valueRows(after.value, { view, side: 'after', path: after.path, mark: '+', depth })
  const [first, ...rest] = withSuffix(left, ` -> ${right[0]?.text ?? ''}`)
  return first === undefined ? [] : [{ ...first, mark: '~' }, ...rest, ...right.slice(1)]
}

/** What the fields of an object are called in remarks. */
export type FieldWord = 'attribute' | 'element'

/**
 * `name = …` rows of the fields that are different, and how many are not.
 *
 * `keep` names fields that are shown although they stay as they are. Nothing that differs is left out, also when the
 * patch does not say so: a review that hides a change is worse than one that shows a strange one.
 */
export function fieldRows(
  pair: Pair,
  view: View,
  depth: number,
  word: FieldWord,
  noteOf: NoteOf = () => undefined,
  keep: readonly string[] = [],
): readonly Row[] {
  const fields = fieldPairs(pair, view, word)
  const different = fields.filter(({ changed }) => changed)
  const limit = word === 'element' ? view.limits.elements : Infinity
  const shownNames = new Set(different.slice(0, limit).map(({ name }) => name))
  const shown = fields.filter(({ name }) => shownNames.has(name) || keep.includes(name))
  const width = nameWidth(shown.map(({ name }) => name))
  const unshown = different.length - Math.min(different.length, limit)
  const hidden = fields.length - shown.length - unshown
  return [
    ...shown.flatMap(({ name, pair: field }) => oneField(name, width, field, view, depth, noteOf)),
    ...(unshown > 0 ? [remark(depth, `(${plural(unshown, `more changed ${word}`)} not shown)`)] : []),
    ...(hidden > 0 ? [remark(depth, `(${plural(hidden, `unchanged ${word}`)} hidden)`)] : []),
  ]
}

function oneField(name: string, width: number, pair: Pair, view: View, depth: number, noteOf: NoteOf) {
  const gone = pair.before !== undefined && pair.after === undefined
  const rows = withSuffix(pairRows(pair, view, depth, noteOf), gone ? ' -> null' : '')
  return withPrefix(withNote(rows, noteOf(pathOf(pair) ?? [name])), label(name, width))
}

interface FieldPair {
  readonly name: string
  readonly pair: Pair
  readonly changed: boolean
}

function fieldPairs({ before, after, touch }: Pair, view: View, word: FieldWord): FieldPair[] {
  const names = [...new Set([...fieldNames(before), ...fieldNames(after)])].sort(compareText)
  return names.flatMap((name) => {
    const below = touchBelow(touch, name)
    const [a, b] = [fieldOf(before, name), fieldOf(after, name)]
    // Attributes are always all there, null when unset: then null is nothing. A key of a map may hold null.
    if (word === 'attribute' && (a ?? null) === null && (b ?? null) === null) return []
    const pair = {
      before: a === null && (b ?? null) !== null ? undefined : sideOf(before, name, view),
      after: b === null && (a ?? null) !== null ? undefined : sideOf(after, name, view),
      touch: below ?? (true as const),
    }
    const inPatch = touch !== true && below !== undefined
    return [{ name, pair, changed: inPatch || markOf(pair) !== ' ' || sensitiveDiffers(pair, view) }]
  })
}

function fieldNames(side: Side | undefined): string[] {
  return side !== undefined && isObject(side.value) ? Object.keys(side.value) : []
}

function fieldOf(side: Side | undefined, name: string): Value | undefined {
  return side !== undefined && isObject(side.value) ? field(side.value, name) : undefined
}

function sideOf(side: Side | undefined, name: string, view: View): Side | undefined {
  const value = fieldOf(side, name)
  if (side === undefined || value === undefined) return undefined
  return { value, path: view.document ? side.path : [...side.path, name] }
}

/** True when the only change is whether the value is hidden. */
function sensitiveDiffers({ before, after }: Pair, view: View): boolean {
  if (before === undefined || after === undefined) return false
  return view.isSensitive('before', before.path) !== view.isSensitive('after', after.path)
}

function pathOf(pair: Pair): Path | undefined {
  return pair.after?.path ?? pair.before?.path
}

/** Elements that are different; runs of those that are not are counted where they stand. */
function elementRows(
  before: Side,
  after: Side,
  a: readonly Value[],
  b: readonly Value[],
  view: View,
  depth: number,
): readonly Row[] {
  const rows: Row[] = []
  let same = 0
  let shown = 0
  let unshown = 0
  const flush = () => {
    if (same > 0) rows.push(remark(depth, `(${plural(same, 'unchanged element')} hidden)`))
    same = 0
  }
  for (const pair of matchElements(a, b)) {
    const both = toPair(pair, before, after, a, b, view)
    if (markOf(both) === ' ') same++
    else if (shown >= view.limits.elements) unshown++
    else {
      flush()
      shown++
      rows.push(...withSuffix(pairRows(both, view, depth), ','))
    }
  }
  flush()
  if (unshown > 0) rows.push(remark(depth, `(${plural(unshown, 'more changed element')} not shown)`))
  return rows
}

function toPair(
  aligned: Aligned,
  before: Side,
  after: Side,
  a: readonly Value[],
  b: readonly Value[],
  view: View,
): Pair {
  const side = (whole: Side, elements: readonly Value[], index: number | undefined): Side | undefined =>
    index === undefined
      ? undefined
      : { value: elements[index] as Value, path: view.document ? whole.path : [...whole.path, index] }
  return { before: side(before, a, aligned.before), after: side(after, b, aligned.after), touch: true }
}
