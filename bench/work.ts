// Planning and applying in one process, as the command line does it, with real state.
import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkReferences } from '../src/config/check.ts'
import type { Config } from '../src/config/config.ts'
import { decodeConfig } from '../src/config/load.ts'
import { resolveVariables } from '../src/config/variables.ts'
import { type Diagnostic, hasErrors } from '../src/diagnostics.ts'
import type { RunOptions } from '../src/engine/api.ts'
import { applyPlan } from '../src/engine/apply.ts'
import { makePlan } from '../src/engine/make-plan.ts'
import type { Plan } from '../src/engine/plan.ts'
import { realClock } from '../src/provider/poll.ts'
import type { Provider } from '../src/provider/provider.ts'
import type { Backend } from '../src/state/backend.ts'
import { openSession, type Session } from '../src/state/session.ts'
import { timed } from './measure.ts'

const never = new AbortController().signal

/** What one run is about. */
export interface Work {
  readonly config: string
  readonly state: Backend
  readonly provider: Provider
  readonly env: { readonly [name: string]: string | undefined }
}

/** Milliseconds of the parts of a run. */
export interface Parts {
  /** From text to a checked configuration. */
  readonly load: number
  /** Locking and reading state. */
  readonly open: number
  readonly plan: number
  /** Doing it and saving; 0 when only planned. */
  readonly apply: number
  readonly changes: number
}

/** Plans, and applies if asked to. Throws on any diagnostic that is an error. */
export async function work(job: Work, verb: 'plan' | 'apply'): Promise<Parts> {
  const run: RunOptions = {
    providers: { [job.provider.source]: job.provider },
    world: {
      now: () => new Date(),
      clock: realClock,
      randomHex: (digits) => randomBytes(digits).toString('hex').slice(0, digits),
      env: job.env,
      readFile: (path) => readFileSync(path, 'utf8'),
      cwd: '/bench',
    },
    parallelism: 10,
    interrupt: never,
    abort: never,
    onEvent: () => {},
  }
  const [load, config] = await timed(() => loadConfig(job.config))
  const [open, session] = await timed(() => openState(job.state))
  try {
    const { values, problems } = resolveVariables({ config, flags: [], files: [], env: {} })
    throwErrors(problems)
    const request = {
      ...run,
      config,
      variables: values,
      state: session.state,
      mode: 'normal' as const,
      targets: [],
      replace: [],
      refresh: true,
      version: '0.0.0',
      openIntents: [],
    }
    const [planning, { plan, diagnostics }] = await timed(() => makePlan(request))
    throwErrors(diagnostics)
    if (plan === undefined) throw new Error('there is no plan')
    const [applying] = verb === 'plan' ? [0] : await timed(() => apply(plan, run, session))
    return { load, open, plan: planning, apply: applying, changes: plan.steps.length }
  } finally {
    await session.close()
  }
}

async function apply(plan: Plan, run: RunOptions, session: Session): Promise<void> {
  const { diagnostics } = await applyPlan({ ...run, plan, recorder: session })
  throwErrors(diagnostics)
}

function loadConfig(text: string): Config {
  const config = decodeConfig('/bench', [{ path: '/bench/main.tf.json', text }])
  throwErrors(checkReferences(config))
  return config
}

function openState(backend: Backend): Promise<Session> {
  return openSession({
    backend,
    operation: 'OperationTypeApply',
    who: 'bench@localhost',
    version: '0.0.0',
    lockTimeoutMs: 0,
    clock: {
      now: () => new Date(),
      monotonic: () => performance.now(),
      sleep: async (ms, signal) => void (await sleep(ms, undefined, { signal })),
    },
    newId: randomUUID,
    signal: never,
  })
}

function throwErrors(diagnostics: readonly Diagnostic[]): void {
  if (!hasErrors(diagnostics)) return
  throw new Error(
    diagnostics
      .slice(0, 3)
      .map((one) => `${one.summary}: ${one.detail}`)
      .join('\n'),
  )
}
