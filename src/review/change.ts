// One change → the block that shows it.
import { formatAddress } from '../address.ts'
import type { Action, Change } from '../engine/change.ts'
import { formatPath, type Path, startsWith } from '../path.ts'
import { fieldRows, type Pair, type Side } from './difference.ts'
import type { Palette } from './palette.ts'
import { fieldRemark, reasonLines } from './reason.ts'
import { formatRow, type Mark, type Row } from './rows.ts'
import { printable } from './text.ts'
import { touchesOf } from './touches.ts'
import { label, nameWidth } from './value.ts'
import { type Limits, makeView, type View } from './view.ts'

/** Attributes that tell a reader which object it is; they are shown also when they stay as they are. */
const naming = ['id', 'name', 'domain', 'email']

/** A change that is going to be made. */
export function changeLines(change: Change, palette: Palette, limits: Limits): string[] {
  return block(change, palette, limits, [headline(change), ...about(change)], markOfAction(change))
}

/** A difference that was found: what was recorded against what is. */
export function driftLines(change: Change, palette: Palette, limits: Limits): string[] {
  const gone = change.after === null
  const first = `${subject(change)} ${gone ? 'is gone' : 'was changed'}`
  const found: Change = {
    ...change,
    action: gone ? 'delete' : 'update',
    reason: undefined,
    fields: [],
    replacePaths: [],
  }
  return block(found, palette, limits, [first, ...place(change)], gone ? '-' : '~')
}

/** The mark in front of a change. */
export function markOfAction(change: Pick<Change, 'action' | 'createBeforeDestroy'>): Mark {
  const marks: { readonly [A in Action]: Mark } = {
    'no-op': ' ',
    create: '+',
    read: '<=',
    update: '~',
    replace: change.createBeforeDestroy ? '+/-' : '-/+',
    delete: '-',
    forget: '.',
  }
  return marks[change.action]
}

const headlines: { readonly [A in Action]: string } = {
  'no-op': 'stays as it is',
  create: 'will be created',
  read: 'will be read during apply',
  update: 'will be updated in place',
  replace: 'must be replaced',
  delete: 'will be destroyed',
  forget: 'will no longer be managed, and will not be destroyed',
}

function headline(change: Change): string {
  return `${subject(change)} ${change.isBlocked ? heldBack(change) : headlines[change.action]}`
}

function heldBack({ waitsFor }: Change): string {
  const why = waitsFor === undefined ? 'a different object is in its place' : `it waits for ${waitsFor}`
  return `is held back: ${why}`
}

function subject({ address, deposed }: Change): string {
  return formatAddress(address) + (deposed === undefined ? '' : ` (deposed object ${deposed})`)
}

function about(change: Change): string[] {
  // Why it would be done is not why it is not.
  return [...(change.isBlocked ? [] : reasonLines(change)), ...place(change)]
}

function place({ construct }: Change): string[] {
  return construct === undefined ? [] : [`construct: ${construct}`]
}

function block(
  change: Change,
  palette: Palette,
  limits: Limits,
  [first = '', ...comments]: readonly string[],
  mark: Mark,
): string[] {
  const { address } = change
  const word = address.mode === 'data' ? 'data' : 'resource'
  const open = `${word} ${JSON.stringify(address.type)} ${JSON.stringify(address.name)} {`
  const rows: Row[] = [
    { mark, depth: 0, text: open },
    ...attributeRows(change, viewOf(change, limits)),
    { mark: ' ', depth: 0, text: '}' },
  ]
  return [
    palette.strong(`  # ${printable(first)}`),
    ...comments.map((line) => `  # ${printable(line)}`),
    ...rows.map((row) => formatRow(row, palette)),
  ]
}

function viewOf(change: Change, limits: Limits): View {
  const waitsFor = new Map(change.fields.map(({ path, because }) => [formatPath(path), because ?? []]))
  const { beforeSensitive, afterSensitive } = change
  return makeView({ limits, beforeSensitive, afterSensitive, waitsFor })
}

function attributeRows(change: Change, view: View): readonly Row[] {
  const side = (value: Change['before']): Side | undefined =>
    value === null ? undefined : { value, path: [] }
  const two = change.before !== null && change.after !== null
  const touch = two ? touchesOf(change.patch) : true
  const pair: Pair = { before: side(change.before), after: side(change.after), touch }
  return [
    ...unseenSecrets(change),
    ...fieldRows(pair, view, 1, 'attribute', noteOf(change), two ? naming : []),
  ]
}

/** Remarks by path: what forces a replacement, and what was changed by someone else. */
function noteOf(change: Change): (path: Path) => string | undefined {
  return (path) => {
    const forces =
      change.action === 'replace' && change.replacePaths.some((p) => p.length > 0 && samePath(p, path))
    const reason = change.fields.find((field) => samePath(field.path, path))
    const remarks = [forces ? 'forces replacement' : undefined, fieldRemark(reason)]
    return remarks.filter((text) => text !== undefined).join(', ') || undefined
  }
}

function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && startsWith(a, b)
}

/** Write-only values are in neither object; that one of them changed is known from its reason alone. */
function unseenSecrets(change: Change): readonly Row[] {
  const names = change.fields
    .filter(({ why, path }) => why === 'secret' && path.length === 1)
    .map(({ path }) => String(path[0]))
    .filter((name) => (change.before?.[name] ?? null) === null && (change.after?.[name] ?? null) === null)
  const width = nameWidth(names)
  return names.map((name) => ({
    mark: '~',
    depth: 1,
    text: `${label(name, width)}(write-only value)`,
    note: 'its secret changed',
  }))
}
