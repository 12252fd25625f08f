// Cases about single parts: the parser, the state file, start-up, synthesis.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compare, measure, measureProgram, node } from './measure.ts'
import { memory, perOne, printTable, ratio, time } from './table.ts'

const root = join(import.meta.dirname, '..')

/** Measures parsing; the aim is 10,000 distinct expressions in 200 ms. */
export async function parseCase(runs: number): Promise<void> {
  const costs = await compare(
    runs,
    [1000, 10_000].map((count) => [`${count}`, () => measureProgram('parse', { count })] as const),
  )
  printTable(
    'Parsing distinct expressions, from cold (aim: 10,000 in 200 ms)',
    ['expressions', 'parsing', 'each', 'peak'],
    [...costs].map(([count, { own, peakMb }]) => [
      count,
      time(own['parse'] ?? 0),
      perOne(own['parse'] ?? 0, Number(count)),
      memory(peakMb),
    ]),
  )
}

/** Measures writing and reading state texts. */
export async function stateCase(runs: number): Promise<void> {
  const costs = await compare(
    runs,
    [1000, 10_000].map((count) => [`${count}`, () => measureProgram('state', { count })] as const),
  )
  printTable(
    'State file, version 4',
    ['records', 'encode', 'decode', 'size', 'peak'],
    [...costs].map(([count, { own, peakMb }]) => [
      count,
      time(own['encode'] ?? 0),
      time(own['decode'] ?? 0),
      memory(own['megabytes'] ?? 0),
      memory(peakMb),
    ]),
  )
}

/** Measures start-up beside Node's own. A compiled program is needed: without one there is nothing to measure. */
export async function versionCase(runs: number): Promise<void> {
  const main = join(root, 'dist/cli/main.js')
  if (!existsSync(main)) {
    process.stdout.write('\nStart-up: dist/cli/main.js is not there. Run "npm run build" first.\n')
    return
  }
  const costs = await compare(runs, [
    ['node -e 0', () => measure(node, ['-e', '0'])],
    ['hubform --version', () => measure(node, [main, '--version'])],
    ['hubform --help', () => measure(node, [main, '--help'])],
  ])
  const bare = costs.get('node -e 0')?.cpuMs ?? 0
  printTable(
    'Start-up (aim: --version under 100 ms CPU)',
    ['command', 'wall', 'CPU', 'peak', 'CPU, to bare Node'],
    [...costs].map(([name, cost]) => [
      name,
      time(cost.wallMs),
      time(cost.cpuMs),
      memory(cost.peakMb),
      ratio(cost.cpuMs, bare),
    ]),
  )
}

/** Measures synthesis of the fleet example with many customers. */
export async function synthCase(runs: number): Promise<void> {
  if (!existsSync(join(root, 'dist/constructs/tavio.js'))) {
    process.stdout.write('\nSynthesis: the package is not built. Run "npm run build" first.\n')
    return
  }
  const costs = await compare(
    runs,
    [100, 1000].map((count) => [`${count}`, () => synthesize(count)] as const),
  )
  printTable(
    'Synthesis of the fleet example',
    ['customers', 'process', 'CPU', 'peak', 'stack file'],
    [...costs].map(([count, cost]) => [
      count,
      time(cost.wallMs),
      time(cost.cpuMs),
      memory(cost.peakMb),
      memory(cost.own['megabytes'] ?? 0),
    ]),
  )
}

async function synthesize(customers: number) {
  const directory = mkdtempSync(join(tmpdir(), 'hubform-bench-'))
  try {
    const modules = join(directory, 'node_modules')
    mkdirSync(modules)
    for (const name of ['cdktf', 'constructs'])
      symlinkSync(join(root, 'node_modules', name), join(modules, name))
    symlinkSync(root, join(modules, 'hubform'))
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(directory, 'fleet.ts'), readFileSync(join(root, 'examples/fleet.ts')))
    writeFileSync(join(directory, 'fleet.json'), JSON.stringify(fleet(customers)))
    const cost = await measure(node, ['fleet.ts'], {
      cwd: directory,
      env: { CDKTF_OUTDIR: join(directory, 'out') },
    })
    const stack = readFileSync(join(directory, 'out/stacks/fleet/cdk.tf.json'))
    return { ...cost, own: { megabytes: stack.length / 1e6 } }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function fleet(customers: number): object {
  const customer = (i: number) => ({
    name: `Customer ${i}`,
    users: [{ email: `ada@c${i}.example`, firstName: 'Ada', lastName: 'A', environmentRoles: ['developer'] }],
    configurations: {
      orders: { solution: 'Order webhook', values: { url: `https://c${i}.example/orders`, retries: 5 } },
    },
    deployments: { orders: { configurations: ['orders'] } },
  })
  return {
    support: { email: 'desk@northwind.example', firstName: 'Night', lastName: 'Desk' },
    customers: Object.fromEntries(Array.from({ length: customers }, (_, i) => [`c${i}`, customer(i)])),
  }
}
