// Cases about a whole run: engine, Tavio provider, HTTP, and an emulator in another process.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { alternate, type Cost, measureProgram, medianCost, node, program, workOf } from './measure.ts'
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
    writeFileSync(job.config, fleet(size))
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

interface Hub {
  readonly env: { readonly [name: string]: string }
  set(conditions: object): Promise<void>
  calls(): Promise<number>
  forgetCalls(): Promise<void>
  stop(): Promise<void>
}

async function startHub(): Promise<Hub> {
  const child = spawn(node, [program('emulator')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ready = JSON.parse(await firstLine(child))
  const control = async (method: string, path: string, body?: object): Promise<Response> => {
    const response = await fetch(`${ready.control}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}`)
    return response
  }
  return {
    env: {
      TAVIO_BASE_URL: ready.systems.tavio,
      TAVIO_ORGANIZATION: ready.organization,
      TAVIO_CLIENT_ID: ready.client_id,
      TAVIO_CLIENT_SECRET: ready.client_secret,
      TAVIO_USERNAME: ready.username,
      TAVIO_PASSWORD: ready.password,
      TAVIO_TOKEN_URL: ready.token_url,
      ...(ready.scope && { TAVIO_SCOPE: ready.scope }),
      TAVIO_FINGERPRINT_KEY: 'a key for measuring',
    },
    set: async (conditions) => void (await control('PUT', '/conditions', conditions)),
    calls: async () => ((await (await control('GET', '/stats')).json()) as { total: number }).total,
    forgetCalls: async () => void (await control('DELETE', '/stats')),
    stop: () =>
      new Promise((resolve) => {
        child.on('exit', () => resolve())
        child.kill('SIGTERM')
      }),
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the emulator has no output')
  for await (const line of createInterface({ input: child.stdout })) return line
  throw new Error('the emulator ended before it was ready')
}

/** Customers of five objects each: an environment, two users, and two configurations with values and a secret. */
function fleet(size: number): string {
  const customers = Array.from({ length: Math.ceil(size / 5) }, (_, i) => `c${i}`)
  const all = <T>(make: (customer: string) => { [name: string]: T }) =>
    Object.assign({}, ...customers.map(make)) as { [name: string]: T }
  const solution = (name: string) => `\${data.tavio_solution.${name}.id}`
  return JSON.stringify({
    terraform: { required_providers: { tavio: { source: 'hubform/tavio' } } },
    provider: { tavio: {} },
    data: { tavio_solution: { export: { name: 'Candidate export' }, webhook: { name: 'Order webhook' } } },
    resource: {
      tavio_environment: all((c) => ({ [c]: { name: `Customer ${c}`, domain: `customer-${c}` } })),
      tavio_user: all((c) => ({
        [`${c}_ada`]: { email: `ada@${c}.example`, first_name: 'Ada', last_name: c },
        [`${c}_bo`]: { email: `bo@${c}.example`, first_name: 'Bo', last_name: c },
      })),
      tavio_configuration: all((c) => ({
        [`${c}_export`]: {
          environment: `\${tavio_environment.${c}.domain}`,
          solution_id: solution('export'),
          name: `${c} export`,
          values: { region: 'eu', batchSize: 100 },
          secret_values: { apiKey: `secret of ${c}` },
        },
        [`${c}_webhook`]: {
          environment: `\${tavio_environment.${c}.domain}`,
          solution_id: solution('webhook'),
          name: `${c} webhook`,
          values: { url: `https://${c}.example/orders` },
        },
      })),
    },
  })
}
