// Cases about a whole run: engine, Tavio provider, HTTP, and an emulator in another process.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startHub } from './emulated.ts'
import { fleet } from './fleet.ts'
import { alternate, type Cost, measureProgram, medianCost, workOf } from './measure.ts'
import { memory, perOne, printTable, ratio, time } from './table.ts'

/** What is measured of one emulator: a first apply, then a no-op plan. */
interface Pair {
  readonly apply: Cost
  readonly plan: Cost
}

/** Measures first apply and no-op plan of fleets of so many resources, for each latency in milliseconds. */
export async function hubCase(
  sizes: readonly number[],
  latencies: readonly number[],
  runs: number,
): Promise<void> {
  const pairs = new Map<string, readonly Pair[]>()
  for (const size of sizes) {
    const found = await alternate(
      size >= 1000 ? Math.min(runs, 2) : runs,
      latencies.map((latency) => [`${latency} ms, ${size}`, () => onePair(size, latency)] as const),
    )
    for (const [name, each] of found) pairs.set(name, each)
  }
  for (const part of ['plan', 'apply'] as const) {
    const costOf = (name: string) => medianCost((pairs.get(name) ?? []).map((pair) => pair[part]))
    printTable(
      part === 'plan' ? 'Tavio and emulator: no-op plan' : 'Tavio and emulator: first apply',
      ['latency, N', 'process', 'CPU', 'peak', 'plan', 'apply', 'calls', 'calls each', 'each', 'to N/10'],
      latencies.flatMap((latency) =>
        sizes.map((size) => {
          const before = pairs.has(`${latency} ms, ${size / 10}`)
            ? costOf(`${latency} ms, ${size / 10}`)
            : undefined
          return row(`${latency} ms, ${size}`, costOf(`${latency} ms, ${size}`), size, before)
        }),
      ),
    )
  }
}

function row(name: string, cost: Cost, size: number, before: Cost | undefined): string[] {
  const { own } = cost
  const calls = own['requests'] ?? 0
  return [
    name,
    time(cost.wallMs),
    time(cost.cpuMs),
    memory(cost.peakMb),
    time(own['plan'] ?? 0),
    time(own['apply'] ?? 0),
    String(calls),
    (calls / size).toFixed(3),
    perOne(workOf(cost), size),
    before === undefined ? '' : ratio(workOf(cost), workOf(before) * 10),
  ]
}

async function onePair(size: number, latencyMs: number): Promise<Pair> {
  const directory = mkdtempSync(join(tmpdir(), 'hubform-bench-'))
  const hub = await startHub()
  try {
    await hub.set({ latencyMs })
    const job = {
      config: join(directory, 'main.tf.json'),
      state: join(directory, 'bench.tfstate'),
      env: hub.env,
    }
    writeFileSync(job.config, fleet({ size }))
    const measured = async (verb: 'plan' | 'apply'): Promise<Cost> => {
      await hub.forgetCalls()
      const cost = await measureProgram('hub', { ...job, verb })
      return { ...cost, own: { ...cost.own, requests: await hub.calls() } }
    }
    return { apply: await measured('apply'), plan: await measured('plan') }
  } finally {
    await hub.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}
