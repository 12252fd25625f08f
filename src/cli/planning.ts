// One stack, from its configuration to a plan that has been shown.
import { type Diagnostic, DiagnosticError, hasErrors } from '../diagnostics.ts'
import type { RunOptions as EngineOptions } from '../engine/api.ts'
import { makePlan } from '../engine/make-plan.ts'
import { countChanges, type Plan, type PlanMode } from '../engine/plan.ts'
import { changeMessages, summaryMessages } from '../review/messages.ts'
import { learnPlan } from '../review/plan-secrets.ts'
import { planText } from '../review/terminal.ts'
import type { Session } from '../state/session.ts'
import type { Inputs } from './inputs.ts'
import type { PlanOptions } from './options.ts'
import { makeProgress, type Progress } from './progress.ts'
import { providers } from './providers.ts'
import { learnSettings } from './secrets.ts'
import type { Shell } from './shell.ts'
import { makeWorld } from './world.ts'

export interface PlanWork {
  readonly inputs: Inputs
  readonly session: Session
  readonly options: PlanOptions
  readonly parallelism: number
}

/** Makes a plan. Throws diagnostics when there is none; warnings are reported. */
export async function planOnce(shell: Shell, work: PlanWork): Promise<Plan> {
  const { inputs, session, options, parallelism } = work
  const progress = makeProgress(shell.terminal, 0, () => performance.now())
  try {
    const { plan, diagnostics } = await makePlan({
      ...engineOptions(shell, parallelism, progress),
      config: inputs.config,
      variables: inputs.variables,
      workspace: inputs.place.workspace,
      state: session.state,
      mode: modeOf(options),
      targets: options.target,
      replace: options.replace,
      refresh: options.refresh,
      version: shell.version,
      openIntents: session.recovered?.openIntents ?? [],
    })
    if (plan !== undefined) {
      learnPlan(shell.secrets, plan)
      learnSettings(shell.secrets, plan)
    }
    const found = distinct([...inputs.warnings, ...diagnostics, ...(plan?.warnings ?? [])])
    if (plan === undefined || hasErrors(found)) throw new DiagnosticError(found)
    progress.end()
    await shell.report(found)
    return plan
  } finally {
    progress.end()
  }
}

/** What every run of the engine is handed. */
export function engineOptions(shell: Shell, parallelism: number, progress: Progress): EngineOptions {
  return {
    providers,
    world: makeWorld(shell),
    parallelism,
    interrupt: shell.stops.interrupt,
    abort: shell.stops.abort,
    onEvent: (event) => {
      progress.onEvent(event)
      shell.stream?.onEvent(event)
    },
  }
}

/** Shows a plan that was just made: to a person, and to whoever reads the messages of the run. */
export function showPlan(shell: Shell, plan: Plan, showAll: boolean): void {
  shell.terminal.say(planText(plan, { palette: shell.terminal.palette, showAll }))
  shell.stream?.say([...changeMessages(plan), ...summaryMessages(plan, countChanges(plan))])
}

/** Says which stack the following is about, when there are several. */
export function showStack(shell: Shell, name: string | undefined, several: boolean): void {
  shell.stream?.about(several ? name : undefined)
  if (several && name !== undefined) shell.terminal.say(shell.terminal.palette.strong(`\nStack ${name}\n`))
}

function modeOf({ destroy, refreshOnly }: PlanOptions): PlanMode {
  if (destroy) return 'destroy'
  return refreshOnly ? 'refresh-only' : 'normal'
}

function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic])).values()]
}
