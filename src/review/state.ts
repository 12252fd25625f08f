// What is recorded, as text.

import type { Address } from '../address.ts'
import { formatAddress } from '../address.ts'
import type { Path } from '../path.ts'
import type { ObjectValue, Value } from '../schema/value.ts'
import type { Palette } from './palette.ts'
import { formatRow, type Row, withPrefix } from './rows.ts'
import { entryRows, label, nameWidth, SENSITIVE_TEXT, shownNames, valueRows } from './value.ts'
import { type Limits, makeView } from './view.ts'

/** What is shown of one record; a record of state is one. */
export interface ShownRecord {
  readonly address: Address
  readonly deposed?: string | undefined
  readonly tainted: boolean
  readonly attributes: ObjectValue
  readonly sensitive: readonly Path[]
}

export interface ShownOutput {
  readonly value: Value
  readonly sensitive: boolean
}

/** One recorded object as a block, sensitive values hidden. */
export function recordText(record: ShownRecord, palette: Palette, limits: Limits): string {
  const { address, deposed, tainted, attributes, sensitive } = record
  const view = makeView({ limits, beforeSensitive: [], afterSensitive: sensitive, waitsFor: new Map() })
  const remarks = [deposed === undefined ? '' : `deposed object ${deposed}`, tainted ? 'tainted' : ''].filter(
    (t) => t !== '',
  )
  const word = address.mode === 'data' ? 'data' : 'resource'
  const rows = entryRows(attributes, shownNames(attributes, view), {
    view,
    side: 'after',
    path: [],
    mark: ' ',
    depth: 0,
  })
  return [
    palette.strong(`# ${formatAddress(address)}:${remarks.length === 0 ? '' : ` (${remarks.join(', ')})`}`),
    `${word} ${JSON.stringify(address.type)} ${JSON.stringify(address.name)} {`,
    ...rows.map((row) => formatRow(row, palette)),
    '}',
  ].join('\n')
}

/** `name = value` for each output, in order of name; sensitive ones hidden. */
export function outputsText(
  outputs: { readonly [name: string]: ShownOutput },
  palette: Palette,
  limits: Limits,
): string {
  const names = Object.keys(outputs).sort()
  const width = nameWidth(names)
  return names
    .flatMap((name) => withPrefix(outputRows(outputs[name] as ShownOutput, limits), label(name, width)))
    .map((row) => formatRow(row, palette).slice(4))
    .join('\n')
}

/** One value alone, as one would write it in Terraform's language. */
export function valueText(value: Value, palette: Palette): string {
  const limits = { elements: Infinity, lines: Infinity, characters: Infinity }
  return outputRows({ value, sensitive: false }, limits)
    .map((row) => formatRow(row, palette).slice(4))
    .join('\n')
}

function outputRows({ value, sensitive }: ShownOutput, limits: Limits): readonly Row[] {
  if (sensitive) return [{ mark: ' ', depth: 0, text: SENSITIVE_TEXT }]
  const view = makeView({ limits, beforeSensitive: [], afterSensitive: [], waitsFor: new Map() })
  return valueRows(value, { view, side: 'after', path: [], mark: ' ', depth: 0 })
}
