// Outputs of a plan.
import type { OutputChange } from '../engine/change.ts'
import { equal, isWhollyKnown, UNKNOWN } from '../schema/value.ts'
import { pairRows, type Side } from './difference.ts'
import type { Palette } from './palette.ts'
import { formatRow, type Mark, type Row, withPrefix, withSuffix } from './rows.ts'
import { label, nameWidth, SENSITIVE_TEXT } from './value.ts'
import { type Limits, makeView, type View } from './view.ts'

/** Lines for the outputs that change; none when all stay. */
export function outputLines(outputs: readonly OutputChange[], palette: Palette, limits: Limits): string[] {
  const changed = outputs.filter(({ action }) => action !== 'no-op')
  if (changed.length === 0) return []
  const width = nameWidth(changed.map(({ name }) => name))
  const view = makeView({ limits, beforeSensitive: [], afterSensitive: [], waitsFor: new Map() })
  const rows = changed.flatMap((output) => withPrefix(outputRows(output, view), label(output.name, width)))
  return [palette.strong('Changes to outputs:'), ...rows.map((row) => formatRow(row, palette))]
}

const marks: { readonly [A in OutputChange['action']]: Mark } = {
  'no-op': ' ',
  create: '+',
  update: '~',
  delete: '-',
}

function outputRows(output: OutputChange, view: View): readonly Row[] {
  const mark = marks[output.action]
  const gone = output.action === 'delete' ? ' -> null' : ''
  if (output.sensitive) return [{ mark, depth: 0, text: SENSITIVE_TEXT + gone }]
  const before: Side | undefined = output.action === 'create' ? undefined : { value: output.before, path: [] }
  const after: Side | undefined = output.action === 'delete' ? undefined : { value: output.after, path: [] }
  // What is unknown may come out as it was; equal only says that both are so far.
  if (output.after !== UNKNOWN && equal(output.before, output.after) && isWhollyKnown(output.after))
    return [{ mark, depth: 0, text: '(only its type or its being sensitive changes)' }]
  return withSuffix(pairRows({ before, after, touch: true }, view, 0), gone)
}
