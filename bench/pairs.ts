// What Terraform and ours took for the same, side by side.
import type { Cost } from './measure.ts'
import { memory, printTable, ratio, time } from './table.ts'

export interface Pair {
  readonly name: string
  /** Undefined where it would take too long. */
  readonly theirs: Cost | undefined
  readonly ours: Cost
}

interface Figure {
  readonly name: string
  readonly of: (cost: Cost) => number
  readonly show: (figure: number) => string
}

const figures: readonly Figure[] = [
  { name: 'wall', of: ({ wallMs }) => wallMs, show: time },
  { name: 'CPU', of: ({ cpuMs }) => cpuMs, show: time },
  { name: 'peak', of: ({ peakMb }) => peakMb, show: memory },
  { name: 'calls', of: ({ own }) => own['calls'] ?? 0, show: String },
]

/** A row for each pair; the last columns say how many times as much Terraform takes. */
export function printPairs(title: string, pairs: readonly Pair[]): void {
  const counted = pairs.some(({ ours }) => ours.own['calls'] !== undefined)
  const shown = counted ? figures : figures.slice(0, -1)
  printTable(
    title,
    [
      'what',
      ...shown.flatMap(({ name }) => [`Terraform ${name}`, 'ours']),
      ...shown.map(({ name }) => `× ${name}`),
    ],
    pairs.map(({ name, theirs, ours }) => [
      name,
      ...shown.flatMap(({ of, show }) => [theirs === undefined ? '-' : show(of(theirs)), show(of(ours))]),
      ...shown.map(({ of }) => (theirs === undefined ? '-' : ratio(of(theirs), of(ours)))),
    ]),
  )
}
