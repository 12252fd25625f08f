// A whole plan as text for a terminal or a log.
import type { Change } from '../engine/change.ts'
import type { Plan } from '../engine/plan.ts'
import { changeLines, driftLines, markOfAction } from './change.ts'
import { outputLines } from './outputs.ts'
import type { Palette } from './palette.ts'
import { formatRow, type Mark } from './rows.ts'
import { countsByType, leftLine, select } from './select.ts'
import { summaryLine, usageLine } from './summary.ts'
import { plural } from './text.ts'
import { noLimits, usualLimits } from './view.ts'

export interface PlanTextOptions {
  readonly palette: Palette
  /** Changes shown in detail; all of them when `showAll`. */
  readonly limit?: number
  /** Leaves nothing out, whatever the size. */
  readonly showAll?: boolean
}

const usualLimit = 100

/**
 * What a plan is going to do, for a person: what was found, what will be done and why, outputs, one summary line.
 *
 * Values at sensitive paths are hidden. Ends without a line break. Pass it through redaction before showing it.
 */
export function planText(plan: Plan, options: PlanTextOptions): string {
  const sections = [
    driftSection(plan, options),
    changesSection(plan, options),
    outputLines(plan.outputs, options.palette, limitsOf(options)),
    [summaryLine(plan, options.palette), usageLine(plan)].filter((line) => line !== ''),
  ]
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

function limitsOf({ showAll }: PlanTextOptions) {
  return showAll === true ? noLimits : usualLimits
}

function changesSection(plan: Plan, options: PlanTextOptions): string[] {
  const changes = plan.changes.filter(({ action }) => action !== 'no-op')
  if (changes.length === 0) return []
  const { palette } = options
  return [
    ...legend(changes, palette),
    '',
    'Hubform will do the following:',
    '',
    ...detail(changes, options, (change) => changeLines(change, palette, limitsOf(options))),
  ]
}

function driftSection(plan: Plan, options: PlanTextOptions): string[] {
  if (plan.drift.length === 0) return []
  const { palette } = options
  const head = `${plural(plan.drift.length, 'object was', 'objects were')} changed outside Hubform since the last run:`
  return [
    palette.strong(head),
    '',
    ...detail(plan.drift, options, (change) => driftLines(change, palette, limitsOf(options))),
  ]
}

/** Blocks with an empty line between them, and what was left out. */
function detail(
  changes: readonly Change[],
  options: PlanTextOptions,
  lines: (change: Change) => string[],
): string[] {
  const { shown, left } = select(changes, options.showAll === true ? Infinity : (options.limit ?? usualLimit))
  const blocks = shown.flatMap((change, i) => (i === 0 ? lines(change) : ['', ...lines(change)]))
  if (left.length === 0) return blocks
  return [
    ...blocks,
    '',
    `  ${leftLine(left.length)}`,
    ...countsByType(left).map((line) => `    ${line}`),
    '  Use --show-all to see every one.',
  ]
}

const legendWords: readonly (readonly [Mark, string])[] = [
  ['+', 'create'],
  ['~', 'update in place'],
  ['-', 'destroy'],
  ['-/+', 'destroy, then create again'],
  ['+/-', 'create again, then destroy'],
  ['<=', 'read during apply'],
  ['.', 'let go, without destroying'],
]

function legend(changes: readonly Change[], palette: Palette): string[] {
  const used = new Set(changes.map(markOfAction))
  const rows = legendWords.filter(([mark]) => used.has(mark))
  return [
    'Meaning of the signs:',
    ...rows.map(([mark, text]) => formatRow({ mark, depth: 0, text }, palette)),
  ]
}
