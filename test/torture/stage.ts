// One case on a hub of its own: runs that meet trouble, and what the next run makes of it.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Blocks, document } from '../support/customer.ts'
import { actions, type Json, text } from '../support/engine.ts'
import { type HubBench, startHub } from '../support/hub.ts'
import type { Cli } from './bundle.ts'
import type { TortureCase } from './cases.ts'
import { differences, endOf, readState } from './end.ts'
import type { Counted } from './hooks.ts'
import { isOneIn } from './pick.ts'
import { openPlace, type PlaceName, type TorturePlace } from './places.ts'
import { type Course, formatPoint, type Point } from './points.ts'
import { makeRunner, PLAN, type Runner } from './runs.ts'
import { meet, type Scene } from './trouble.ts'

export interface Played {
  /** Everything that is not as it must be; empty if all is well in the end. */
  readonly problems: readonly string[]
  /** How many of the runs were killed. */
  readonly killed: number
}

export interface Stage {
  readonly course: Course
  /** Goes through one point, or through several runs each of which meets its own. */
  play(points: readonly Point[]): Promise<Played>
  close(): Promise<void>
}

export interface StageOptions {
  readonly cli: Cli
  readonly place?: PlaceName
}

/** Sets up a case, and lets it run undisturbed once to see how it must end. */
export async function openStage(
  one: TortureCase,
  { cli, place: name = 'local' }: StageOptions,
): Promise<Stage> {
  const root = mkdtempSync(join(tmpdir(), 'hubform-torture-'))
  const directory = join(root, 'project')
  mkdirSync(directory)
  const place = await openPlace(name, directory, root)
  const scene: Pick<Scene, 'hubGate'> = { hubGate: {} }
  const bench = await startHub({
    ...one.hub,
    backend: place.backend,
    gate: {
      arrived: (call) => scene.hubGate.arrived?.(call) ?? false,
      done: () => scene.hubGate.done?.() ?? false,
      answered: () => scene.hubGate.answered?.(),
    },
  })
  const runner = makeRunner({ cli, hub: bench.hub, place, root, directory })
  const close = async () => {
    await runner.stop()
    await bench.close()
    await place.close()
    rmSync(root, { recursive: true, force: true })
  }
  try {
    // A plan that has begun to be carried out is refused, and whoever goes on plans anew.
    const again = () => set.recovering && one.verb === 'apply a plan'
    const set: Set = Object.assign(scene, {
      one,
      bench,
      place,
      runner,
      recovering: false,
      stateGate: place.gate,
      start: (orders = {}) => runner.start([...argumentsOf(one, again()), ...patiently], orders),
      startAtOnce: () => runner.start(argumentsOf(one, again())),
    } satisfies Omit<Set, 'hubGate'>)
    return { ...(await prepare(set)), close }
  } catch (error) {
    await close()
    throw error
  }
}

interface Set extends Scene {
  readonly one: TortureCase
  readonly bench: HubBench
  readonly place: TorturePlace
  readonly runner: Runner
  /** True once a run was killed that the next one has to finish for. */
  recovering: boolean
}

async function prepare(set: Set): Promise<Omit<Stage, 'close'>> {
  const { one, bench, place, runner } = set
  const after = one.after(bench.hub)
  const mode = one.verb === 'destroy' ? ({ mode: 'destroy' } as const) : {}
  const must = async (args: readonly string[], what: string) => {
    const { code, text: said } = await runner.start(args).ended
    if (code !== 0) throw new Error(`${one.name}: ${what}: ${said}`)
  }

  if (one.before !== undefined) {
    const before = document(one.before(bench.hub))
    const { diagnostics } = await bench.apply(before)
    const errors = errorsIn(diagnostics)
    if (errors !== '') throw new Error(`${one.name}: the state before cannot be made: ${errors}`)
    await settle(bench, before, {})
  }
  const planned = one.planned?.(bench.hub)
  if (planned !== undefined) {
    runner.configure(configFile(planned, place))
    await must(['plan', `--out=${PLAN}`], 'no plan can be saved before')
  }
  const savedPlan = join(runner.directory, PLAN)
  const keptPlan = `${runner.directory}.plan`
  if (planned !== undefined) copyFileSync(savedPlan, keptPlan)
  const start = bench.hub.tavio.snapshot()
  await place.keep()

  const begin = async () => {
    set.hubGate = {}
    set.recovering = false
    bench.hub.tavio.restore(start)
    bench.hub.stats.clear()
    bench.events.length = 0
    runner.home()
    await place.restore()
    if (planned !== undefined) copyFileSync(keptPlan, savedPlan)
    runner.configure(configFile(after, place))
  }

  await begin()
  const course = await watchCourse(set)
  const early = await applySaved(set)
  if (early.length > 0) throw new Error(`${one.name}: ${early[0]}`)
  const config = document(after)
  await must(nextArguments(one), 'the run after the undisturbed one failed')
  await settle(bench, config, mode)
  const like = await endOf(bench.hub, place)

  /** What every run after the trouble must find and leave. */
  const aftermath = async (points: readonly Point[]): Promise<readonly string[]> => {
    const found: string[] = []
    const note = (what: string, is: boolean) => {
      if (!is) found.push(what)
    }
    const { fault } = await readState(place)
    if (fault !== undefined) found.push(fault)
    const next = await runner.start(nextArguments(one)).ended
    const ended = next.code === 0 && next.signal === null
    note(`the next run ended with ${next.signal ?? next.code}: ${next.text}`, ended)
    note(
      `the next run does not say how it ended: ${next.text}`,
      !ended || /No changes\.|No objects change\.|\d+ (added|destroyed)/.test(next.text),
    )
    note(`the next run asks for a person: ${next.text}`, !/force-unlock|Error:/.test(next.text) || !ended)
    // What is in this process cannot tell more, and would wait for a lock.
    if (!ended) return found
    await settle(bench, config, mode)
    bench.hub.stats.clear()
    const before = await place.backend().read()
    const { plan, diagnostics } = await bench.apply(config, mode)
    note(`left to do: ${actions({ plan }).join(', ')}`, actions({ plan }).length === 0)
    note(`a second recovery fails: ${errorsIn(diagnostics)}`, errorsIn(diagnostics) === '')
    note('a second recovery writes to the hub', bench.hub.stats.report().writes === 0)
    const later = await place.backend().read()
    note('a second recovery writes to the state', later === before)
    note('a journal is left', (await place.backend().readJournal()) === undefined)
    // What was found empty and a no-op in this process is looked at as users do in a share of all: it costs as much as a run.
    if (isOneIn(4, points.map(formatPoint).join())) {
      const last = await runner.start(['plan', ...directionOf(one), '--detailed-exitcode']).ended
      note(`the plan at the end is not empty: ${last.code} ${last.text}`, last.code === 0)
    }
    return [...found, ...differences(await endOf(bench.hub, place), like)]
  }

  return {
    course,
    async play(points) {
      await begin()
      const problems: string[] = []
      let killed = 0
      for (const point of points) {
        const met = await meet(set, point)
        problems.push(...met.problems)
        if (!met.killed) continue
        killed += 1
        set.recovering = true
        runner.vanish()
      }
      problems.push(...(await applySaved(set)), ...(await aftermath(points)))
      return { problems, killed }
    },
  }
}

/** The run that every trouble is compared with. */
async function watchCourse(set: Set): Promise<Course> {
  const writing: number[] = []
  const requests: { readonly writes: boolean }[] = []
  let calls = 0
  set.hubGate = {
    arrived({ writes }) {
      calls += 1
      if (writes) writing.push(calls)
      return false
    },
  }
  if (set.stateGate !== undefined)
    set.stateGate.arrived = (request) => {
      requests.push(request)
      return undefined
    }
  const { code, text: said } = await set.start().ended
  set.hubGate = {}
  if (set.stateGate !== undefined) set.stateGate.arrived = undefined
  if (code !== 0) throw new Error(`${set.one.name}: the undisturbed run failed: ${said}`)
  const counted = JSON.parse(readFileSync(set.runner.report, 'utf8')) as Counted
  return { calls, writing, requests, ...counted }
}

/**
 * A plan that was saved, or was about to be: it is whole or not there, whatever happened to the run that saved it. One that
 * was being carried out is carried out by trying again, or refused because it has begun to be.
 */
async function applySaved({ one, runner }: Set): Promise<readonly string[]> {
  const plans = one.verb === 'plan' || one.verb === 'apply a plan'
  if (!plans || !existsSync(join(runner.directory, PLAN))) return []
  const { code, text: said } = await runner.start(['apply', PLAN, ...patiently]).ended
  // What it says then is for whoever made the plan; nothing is lost, and the next plan is another.
  const used = one.verb === 'apply a plan' && /Run plan again/.test(said)
  return code === 0 || used ? [] : [`the saved plan cannot be applied: ${said}`]
}

/** The lock of a run that was killed on a server has to be waited for, which takes no time here. */
const patiently = ['--lock-timeout=10m']

function argumentsOf({ verb }: TortureCase, anew = false): readonly string[] {
  switch (anew ? undefined : verb) {
    case 'plan':
      return ['plan', `--out=${PLAN}`]
    case 'apply a plan':
      return ['apply', PLAN, '--parallelism=1']
    default:
      // One after the other, so that the same point is the same each time.
      return [verb === 'destroy' ? verb : 'apply', '--auto-approve', '--parallelism=1']
  }
}

/** Of the run that finishes the work: as users type it. */
function nextArguments({ verb }: TortureCase): readonly string[] {
  return [verb === 'destroy' ? 'destroy' : 'apply', '--auto-approve', ...patiently]
}

function directionOf({ verb }: TortureCase): readonly string[] {
  return verb === 'destroy' ? ['--destroy'] : []
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

function errorsIn(diagnostics: Parameters<typeof text>[0]): string {
  return text(diagnostics.filter(({ severity }) => severity === 'error'))
}
