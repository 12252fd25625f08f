// Cases about the engine alone.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { alternate, type Cost, measureProgram, medianCost, workOf } from './measure.ts'
import { type Shape, shapes } from './shapes.ts'
import { memory, perOne, printTable, ratio, time } from './table.ts'

const measured: readonly Shape[] = [...shapes, 'for_each']

interface Pair {
  readonly apply: Cost
  readonly plan: Cost
}

/** Measures first apply and no-op plan in every shape, and how the cost of one resource grows. */
export async function engineCase(sizes: readonly number[], runs: number): Promise<void> {
  const pairs = new Map<string, readonly Pair[]>()
  for (const size of sizes) {
    const found = await alternate(
      size > 1000 ? Math.min(runs, 2) : runs,
      measured.map((shape) => [`${shape} ${size}`, () => applyThenPlan(shape, size)] as const),
    )
    for (const [name, each] of found) pairs.set(name, each)
  }
  for (const part of ['plan', 'apply'] as const) {
    const costOf = (shape: Shape, size: number) =>
      medianCost((pairs.get(`${shape} ${size}`) ?? []).map((pair) => pair[part]))
    printTable(
      part === 'plan'
        ? 'Engine, service in memory: no-op plan'
        : 'Engine, service in memory: first apply, local state, saved after every step',
      ['shape, N', 'process', 'CPU', 'peak', 'load', 'open state', 'plan', 'apply', 'each', 'to N/10'],
      measured.flatMap((shape) =>
        sizes.map((size) => {
          const before = pairs.has(`${shape} ${size / 10}`) ? costOf(shape, size / 10) : undefined
          return row(`${shape} ${size}`, costOf(shape, size), size, before)
        }),
      ),
    )
  }
}

function row(name: string, cost: Cost, size: number, before: Cost | undefined): string[] {
  const { own } = cost
  return [
    name,
    time(cost.wallMs),
    time(cost.cpuMs),
    memory(cost.peakMb),
    ...['load', 'open', 'plan', 'apply'].map((part) => time(own[part] ?? 0)),
    perOne(workOf(cost), size),
    before === undefined ? '' : ratio(workOf(cost), workOf(before) * 10),
  ]
}

async function applyThenPlan(shape: Shape, count: number): Promise<Pair> {
  const directory = mkdtempSync(join(tmpdir(), 'hubform-bench-'))
  try {
    const apply = await measureProgram('engine', { verb: 'apply', shape, count, directory })
    const plan = await measureProgram('engine', { verb: 'plan', shape, count, directory })
    return { apply, plan }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
