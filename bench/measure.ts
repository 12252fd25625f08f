// Running programs and telling what they cost. No thresholds: figures are for people to compare.
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { peakOf, residentOfTree } from './memory.ts'

/** What one run of a program cost. Megabytes are peaks of resident memory. */
export interface Cost {
  readonly wallMs: number
  readonly cpuMs: number
  readonly peakMb: number
  /** What the program says of itself: parts of the time, numbers of calls. */
  readonly own: { readonly [name: string]: number }
}

/** Compiled programs are kept here from run to run, as they are for an installed command. */
const compiled = join(tmpdir(), 'hubform-bench-compiled')

/** The Node that the project is built with, and not the machine's. */
export const node = join(import.meta.dirname, '../node_modules/.bin/node')

/** Path of a program in `programs/`. */
export function program(name: string): string {
  return join(import.meta.dirname, 'programs', `${name}.ts`)
}

interface Options {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

/**
 * Runs a program to its end. The last line of its output may be a report (see `report`).
 *
 * Processor time is exact: the system's account of this process's ended children, and of theirs. So only one program may
 * be measured at a time. Peak memory is looked up in short intervals, unless the program reports it: of the sum of the
 * program and all that it started.
 */
export async function measure(
  command: string,
  args: readonly string[],
  options: Options = {},
): Promise<Cost> {
  if (isStopped) throw new Stopped()
  const cpuBefore = cpuOfChildren()
  const start = performance.now()
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, NODE_COMPILE_CACHE: compiled, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running = child
  let peakMb = 0
  const look = () => {
    peakMb = Math.max(peakMb, peakOf(child.pid), residentOfTree(child.pid))
  }
  const timer = setInterval(look, 25)
  const { code, out, err } = await ended(child)
  clearInterval(timer)
  running = undefined
  if (isStopped) throw new Stopped()
  const wallMs = performance.now() - start
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${(err || out).trim()}`)
  const { peakMb: reported, ...own } = readReport(out)
  return { wallMs, cpuMs: cpuOfChildren() - cpuBefore, peakMb: reported ?? peakMb, own }
}

/** Somebody asked for the end. */
export class Stopped extends Error {}

let running: ChildProcess | undefined
let isStopped = false

/** Asks what is running to end. `measure` throws then, so that whoever called it puts away what it set up. */
export function stopMeasuring(): void {
  isStopped = true
  running?.kill('SIGINT')
}

/** Runs one of ours in a process of its own. */
export function measureProgram(name: string, input: object, options: Options = {}): Promise<Cost> {
  return measure(node, [program(name), JSON.stringify(input)], options)
}

async function ended(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  const texts = { out: '', err: '' }
  child.stdout?.on('data', (chunk) => {
    texts.out += chunk
  })
  child.stderr?.on('data', (chunk) => {
    texts.err += chunk
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  return { code, ...texts }
}

function readReport(out: string): { readonly [name: string]: number } {
  const last = out.trim().split('\n').at(-1) ?? ''
  return last.startsWith('{"report":') ? (JSON.parse(last) as { report: Cost['own'] }).report : {}
}

/** To be called by a measured program at its end: prints the report, with its peak memory. */
export function report(own: Cost['own']): void {
  const peakMb = process.resourceUsage().maxRSS / 1024
  process.stdout.write(`${JSON.stringify({ report: { ...own, peakMb } })}\n`)
}

/** What a measured program was given as input. */
export function input<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T
}

/** Milliseconds, and the result. */
export async function timed<T>(work: () => T | Promise<T>): Promise<readonly [number, T]> {
  const start = performance.now()
  const result = await work()
  return [performance.now() - start, result]
}

/** One figure of the system's accounting is a hundredth of a second; the fields are cutime and cstime of proc(5). */
function cpuOfChildren(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[13]) + Number(fields[14])) * 10
}

/** Does each of several things `runs` times, taking turns, so that a busy minute hits them alike. */
export async function alternate<T>(
  runs: number,
  variants: readonly (readonly [string, () => Promise<T>])[],
): Promise<ReadonlyMap<string, readonly T[]>> {
  const results = new Map<string, T[]>(variants.map(([name]) => [name, []]))
  for (let run = 0; run < runs; run++) {
    for (const [name, variant] of variants) results.get(name)?.push(await variant())
  }
  return results
}

/** The median of every figure. There must be at least one cost. */
export function medianCost(costs: readonly Cost[]): Cost {
  const names = Object.keys(costs[0]?.own ?? {})
  return {
    wallMs: median(costs.map((cost) => cost.wallMs)),
    cpuMs: median(costs.map((cost) => cost.cpuMs)),
    peakMb: median(costs.map((cost) => cost.peakMb)),
    own: Object.fromEntries(names.map((name) => [name, median(costs.map((cost) => cost.own[name] ?? 0))])),
  }
}

/** Milliseconds of a run of `work.ts`, without starting Node and loading modules. */
export function workOf({ own }: Cost): number {
  return (own['load'] ?? 0) + (own['open'] ?? 0) + (own['plan'] ?? 0) + (own['apply'] ?? 0)
}

/** As `alternate`, with the median cost of each. */
export async function compare(
  runs: number,
  variants: readonly (readonly [string, () => Promise<Cost>])[],
): Promise<ReadonlyMap<string, Cost>> {
  const costs = await alternate(runs, variants)
  return new Map([...costs].map(([name, each]) => [name, medianCost(each)]))
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const low = sorted[(sorted.length - 1) >> 1] ?? 0
  const high = sorted[sorted.length >> 1] ?? 0
  return (low + high) / 2
}
