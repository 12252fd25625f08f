// One case on a hub of its own: a run that meets trouble, and what the next run makes of it.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatBlock } from '../../src/address.ts'
import type { Gate } from '../../src/emulator/server.ts'
import { decodeState } from '../../src/state/file.ts'
import type { State } from '../../src/state/state.ts'
import { type Blocks, document } from '../support/customer.ts'
import { actions, type Json, text } from '../support/engine.ts'
import { type HubBench, settingsOf, startHub } from '../support/hub.ts'
import { canonical } from './canonical.ts'
import type { TortureCase } from './cases.ts'
import type { Counted, Orders, Trouble } from './hooks.ts'
import { openPlace, type PlaceKind, type TorturePlace, writeConfig } from './places.ts'

/** Where a run is ended, or what it meets. `call` and `write` count from 1. */
export type Point =
  | { readonly kind: 'call'; readonly call: number; readonly when: 'arrived' | 'done' | 'answered' }
  | { readonly kind: 'write'; readonly write: number; readonly how: Trouble['how'] }
  | { readonly kind: 'clock'; readonly seconds: number }
  | { readonly kind: 'two runs' }

/** How an undisturbed run goes: what there is to disturb. */
export interface Course {
  readonly calls: number
  /** Which of the calls may change the hub. */
  readonly writing: readonly number[]
  readonly counted: Counted
}

interface Ending {
  readonly code: number | null
  readonly signal: string | null
  readonly text: string
}

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const hooks = new URL('hooks.ts', import.meta.url).href

export interface Stage {
  readonly course: Course
  /** Goes through one point, or through several runs each of which meets its own. Empty if all is well in the end. */
  play(points: readonly Point[]): Promise<readonly string[]>
  close(): Promise<void>
}

/** Sets up a case, and lets it run undisturbed once to see how it must end. */
export async function openStage(one: TortureCase, kind: PlaceKind = 'local'): Promise<Stage> {
  const root = mkdtempSync(join(tmpdir(), 'hubform-torture-'))
  const directory = join(root, 'project')
  mkdirSync(directory)
  const place = await openPlace(kind, directory, root)
  let gate: Gate = {}
  const bench = await startHub({
    ...one.hub,
    backend: place.backend,
    gate: {
      arrived: (call) => gate.arrived?.(call) ?? false,
      done: () => gate.done?.() ?? false,
      answered: () => gate.answered?.(),
    },
  })
  const after = one.after(bench.hub)
  const config = document(after)
  const mode = one.verb === 'destroy' ? ({ mode: 'destroy' } as const) : {}
  if (one.before !== undefined) {
    const { diagnostics } = await bench.apply(document(one.before(bench.hub)))
    const errors = errorsIn(diagnostics)
    if (errors !== '') throw new Error(`${one.name}: the state before cannot be made: ${errors}`)
    await settle(bench, document(one.before(bench.hub)), {})
  }
  const start = bench.hub.tavio.snapshot()
  await place.keep()

  const begin = async () => {
    gate = {}
    bench.hub.tavio.restore(start)
    bench.hub.stats.clear()
    bench.events.length = 0
    await place.restore()
    writeConfig(directory, configFile(after, place))
  }
  const orders = (trouble: Partial<Orders>): Orders => ({
    directory,
    database: kind === 'pg',
    report: join(root, 'report.json'),
    ...trouble,
  })
  const startWith = (args: readonly string[], given: Partial<Orders>) =>
    startRun(bench, directory, args, orders(given))
  const start1 = (given: Partial<Orders> = {}) => startWith(argumentsOf(one), given)
  const planFile = join(directory, PLAN)
  /** A saved plan is whole or not there, whatever happened to the run that saved it. */
  const applySaved = async (): Promise<string[]> => {
    if (one.verb !== 'plan' || !existsSync(planFile)) return []
    const { code, text: said } = await ended(startWith(['apply', PLAN, '--parallelism=1'], {}))
    return code === 0 ? [] : [`the saved plan cannot be applied: ${said}`]
  }

  await begin()
  const writing: number[] = []
  let arrivals = 0
  gate = {
    arrived({ writes }) {
      arrivals += 1
      if (writes) writing.push(arrivals)
      return false
    },
  }
  const undisturbed = await ended(start1())
  gate = {}
  if (undisturbed.code !== 0) throw new Error(`${one.name}: the undisturbed run failed: ${undisturbed.text}`)
  const course: Course = {
    calls: arrivals,
    writing,
    counted: JSON.parse(readFileSync(join(root, 'report.json'), 'utf8')) as Counted,
  }
  const unsaved = await applySaved()
  if (unsaved.length > 0) throw new Error(`${one.name}: ${unsaved[0]}`)
  await settle(bench, config, mode)
  const like = await endOf(bench, place)

  /** One run that meets its point. */
  const disturbed = async (point: Point): Promise<string[]> => {
    switch (point.kind) {
      case 'call': {
        let calls = 0
        let child: Running | undefined
        const kill = async () => {
          child?.child.kill('SIGKILL')
          await child?.ended
          return true
        }
        gate = {
          arrived: () => {
            calls += 1
            return calls === point.call && point.when === 'arrived' ? kill() : false
          },
          done: () => (calls === point.call && point.when === 'done' ? kill() : false),
          answered: () => {
            if (calls === point.call && point.when === 'answered') void kill()
          },
        }
        child = start1()
        const { signal, code } = await child.ended
        gate = {}
        return signal === 'SIGKILL' || code === 0 ? [] : [`the run ended with ${code} and was not killed`]
      }
      case 'write': {
        const { write, how } = point
        const { signal, code, text: said } = await ended(start1({ trouble: { write, how } }))
        if (how !== 'full' && how !== 'cut')
          return signal === 'SIGKILL' || code === 0 ? [] : [`the run ended with ${code}: ${said}`]
        if (signal !== null) return [`the run died of ${signal} instead of saying what went wrong`]
        return code === 0 ||
          /Disk is full|not saved|no room|Lock on state lost|not reachable/.test(said.replace(/\s+/g, ' '))
          ? []
          : [`what went wrong is not named: ${said}`]
      }
      case 'clock': {
        const { code, text: said } = await ended(start1({ clockJumps: point.seconds }))
        return code === 0 ? [] : [`the run failed when its clock jumped: ${said}`]
      }
      case 'two runs': {
        const both = await Promise.all([ended(start1()), ended(start1())])
        const worked = both.filter(({ code }) => code === 0)
        const refused = both.filter(({ code, text: said }) => code === 1 && said.includes('State is locked'))
        // The second may come when the first is done, and then finds nothing to do.
        return worked.length >= 1 && worked.length + refused.length === 2
          ? []
          : [`of two runs at once: ${both.map(({ code, text: said }) => `${code} ${said}`).join(' | ')}`]
      }
    }
  }

  return {
    course,
    async play(points) {
      await begin()
      const found: string[] = []
      for (const point of points) found.push(...(await disturbed(point)))
      gate = {}
      found.push(...(await applySaved()))
      return [...found, ...(await aftermath())]
    },
    async close() {
      await bench.close()
      await place.close()
      rmSync(root, { recursive: true, force: true })
    },
  }

  /** One more run, and everything that must be true then. */
  async function aftermath(): Promise<string[]> {
    const found: string[] = []
    const note = (what: string, is: boolean) => {
      if (!is) found.push(what)
    }
    await readState(place, found)
    const next = await bench.apply(config, mode).catch((error: unknown) => String(error))
    if (typeof next === 'string') return [...found, `the next run did not plan: ${next}`]
    const errors = errorsIn(next.diagnostics)
    note(`the next run failed: ${errors}`, errors === '')
    await settle(bench, config, mode)
    const { plan, diagnostics } = await bench.plan(config, mode)
    if (plan === undefined) return [...found, `no plan at the end: ${text(diagnostics)}`]
    note(`left to do: ${actions({ plan }).join(', ')}`, actions({ plan }).length === 0)
    bench.hub.stats.clear()
    const before = await place.backend().read()
    await bench.apply(config, mode)
    note('a second recovery writes to the hub', bench.hub.stats.report().writes === 0)
    note('a second recovery writes to the state', (await place.backend().read()) === before)
    note('a journal is left', (await place.backend().readJournal()) === undefined)
    const end = await endOf(bench, place)
    for (const name of Object.keys(like) as (keyof End)[])
      note(
        `${name} ends as ${JSON.stringify(end[name])} and not as ${JSON.stringify(like[name])}`,
        canonical(end[name]) === canonical(like[name]),
      )
    return found
  }
}

interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ending>
}

const ended = (running: Running) => running.ended

const PLAN = 'saved.hfplan'

function argumentsOf({ verb }: TortureCase): readonly string[] {
  if (verb === 'plan') return ['plan', `--out=${PLAN}`]
  return [verb ?? 'apply', '--auto-approve', '--parallelism=1']
}

function startRun({ hub }: HubBench, directory: string, verb: readonly string[], orders: Orders): Running {
  const args = ['--import', hooks, main, ...verb]
  const child = spawn(process.execPath, args, {
    cwd: directory,
    env: {
      PATH: process.env['PATH'],
      HOME: directory,
      NODE_COMPILE_CACHE: join(tmpdir(), 'hubform-torture-cache'),
      HUBFORM_TORTURE: JSON.stringify(orders),
      ...settingsOf(hub, 'client'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      said = (said + chunk).slice(-4_000)
    })
  return {
    child,
    ended: new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve({ code, signal, text: said }))
    }),
  }
}

function configFile(after: Blocks, { settings }: TorturePlace): Json {
  return {
    terraform: {
      required_providers: { tavio: { source: 'hubform/tavio' } },
      backend: settings,
    },
    ...document(after),
  }
}

/** What the service has set going may be on its way still: it arrives by itself, and that is recorded. */
async function settle(bench: HubBench, config: Json, mode: { readonly mode?: 'destroy' }): Promise<void> {
  const isMoving = () => bench.hub.tavio.tables.deployments.all().some((one) => one.becomes !== undefined)
  if (!isMoving()) return
  for (let looks = 0; isMoving() && looks < 20; looks++) await bench.plan(config, mode)
  await bench.apply(config, mode)
}

/** How a case ends, ids and times apart. */
interface End {
  readonly hub: unknown
  /** Types and addresses of what is recorded. */
  readonly recorded: readonly string[]
  readonly invitations: readonly string[]
  /** Recorded ids that the hub does not have. */
  readonly dangling: readonly string[]
}

async function endOf({ hub }: HubBench, place: TorturePlace): Promise<End> {
  const { users, environments, configurations, deployments, invitations } = hub.tavio.tables
  const state = await readState(place, [])
  const there = new Set(
    [users, environments, configurations, deployments].flatMap((table) => table.all().map(({ id }) => id)),
  )
  const records = [...(state?.records.values() ?? [])]
  return {
    hub: hub.tavio.comparable(),
    recorded: records
      .map(({ address, deposed }) => `${formatBlock(address)}[${address.key ?? ''}]${deposed ?? ''}`)
      .sort(),
    invitations: invitations
      .all()
      .map(({ to }) => to)
      .sort(),
    dangling: records
      .filter(({ address: { type } }) => /_(user|environment|configuration|deployment)$/.test(type))
      .map(({ attributes }) => String(attributes['id']))
      .filter((id) => !there.has(id)),
  }
}

async function readState(place: TorturePlace, found: string[]): Promise<State | undefined> {
  try {
    const content = await place.backend().read()
    return content === undefined ? undefined : decodeState(content, { file: 'the state' })
  } catch (error) {
    found.push(`the state is not valid: ${String(error)}`)
    return undefined
  }
}

function errorsIn(diagnostics: Parameters<typeof text>[0]): string {
  return text(diagnostics.filter(({ severity }) => severity === 'error'))
}
