// Runs of the command line as users have them: processes of their own, in a directory with the configuration.
import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Emulator } from '../../src/emulator/server.ts'
import type { Json } from '../support/engine.ts'
import { settingsOf } from '../support/hub.ts'
import type { Cli } from './bundle.ts'
import type { Orders } from './hooks.ts'
import type { TorturePlace } from './places.ts'

export interface Ending {
  readonly code: number | null
  readonly signal: string | null
  /** What it said, on one line. */
  readonly text: string
}

export interface Run {
  /** As if the machine had lost power; resolves when the process is gone. */
  kill(): Promise<void>
  readonly ended: Promise<Ending>
}

export interface RunnerOptions {
  readonly cli: Cli
  readonly hub: Emulator
  readonly place: TorturePlace
  /** Of this one case. */
  readonly root: string
  /** Where runs begin; the state may be in it. */
  readonly directory: string
}

/** Where a saved plan goes. */
export const PLAN = 'saved.hfplan'

export interface Runner {
  start(args: readonly string[], trouble?: Partial<Orders>): Run
  /** What the last run that was not killed says about itself. */
  readonly report: string
  /** Where the next run takes place. */
  readonly directory: string
  /** Writes the configuration where the next run takes place. */
  configure(config: Json): void
  /** The next run is back where all began; a directory that does not hold the state is empty then. */
  home(): void
  /**
   * The machine is gone with all that was on it, if the state is elsewhere: the next run takes place on another, with the
   * configuration and with a saved plan, if there is one, as a pipeline hands both on.
   */
  vanish(): void
  /** Ends every run that there still is. */
  stop(): Promise<void>
}

export function makeRunner({ cli, hub, place, root, directory: first }: RunnerOptions): Runner {
  const report = join(root, 'report.json')
  let directory = first
  let machines = 0
  let text = ''
  const running = new Set<Run>()
  return {
    report,
    get directory() {
      return directory
    },
    configure(config) {
      text = JSON.stringify(config)
      writeFileSync(join(directory, 'main.tf.json'), text)
    },
    home() {
      if (place.kind === 'local') return
      for (const one of [directory, first]) rmSync(one, { recursive: true, force: true })
      directory = first
      mkdirSync(directory)
    },
    vanish() {
      if (place.kind === 'local') return
      const gone = directory
      directory = join(root, `machine-${++machines}`)
      mkdirSync(directory)
      writeFileSync(join(directory, 'main.tf.json'), text)
      const plan = join(gone, PLAN)
      if (existsSync(plan)) copyFileSync(plan, join(directory, PLAN))
      rmSync(gone, { recursive: true, force: true })
    },
    start(args, trouble = {}) {
      const orders: Orders = {
        directory,
        counts: place.kind === 'pg' ? 'queries' : 'files',
        report,
        ...trouble,
      }
      const child = spawn(process.execPath, [...cli.args, ...args], {
        cwd: directory,
        env: {
          PATH: process.env['PATH'],
          HOME: directory,
          NODE_COMPILE_CACHE: cli.cache,
          HUBFORM_TORTURE: JSON.stringify(orders),
          // Where the machine may vanish, plans are sealed with what the next one knows as well.
          ...(place.kind === 'local' ? {} : { HUBFORM_PLAN_KEY: 'known to every machine' }),
          ...place.env,
          ...settingsOf(hub, 'client'),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const run = watch(child)
      running.add(run)
      void run.ended.finally(() => running.delete(run)).catch(() => undefined)
      return run
    },
    async stop() {
      await Promise.all([...running].map((run) => run.kill()))
    },
  }
}

function watch(child: ChildProcess): Run {
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      said = (said + chunk).slice(-6_000)
    })
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, text: said.replace(/\s+/g, ' ').trim() }))
  })
  return {
    ended,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
