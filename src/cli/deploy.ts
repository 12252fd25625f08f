// Apply, destroy and refresh: one stack after the other, each planned, approved and applied under one lock.
import { applyOnce, checkApprovable, succeeded } from './applying.ts'
import { readInputs } from './inputs.ts'
import type { PlanOptions, RunOptions, VariableOptions } from './options.ts'
import { planOnce, showPlan, showStack } from './planning.ts'
import { openStacks } from './project.ts'
import { withSession } from './sessions.ts'
import type { ExitCode, Shell } from './shell.ts'

export interface DeployOptions extends PlanOptions, RunOptions, VariableOptions {
  readonly autoApprove: boolean
  readonly json: boolean
}

export interface Deployment {
  /** For messages: what to type. */
  readonly verb: string
  readonly stacks: readonly string[]
  readonly options: DeployOptions
  /** Stacks that others need come last. */
  readonly backwards?: boolean
}

/** Stops at the first stack that fails or is not approved, since those after it may need it. */
export async function deploy(
  shell: Shell,
  { verb, stacks: names, options, backwards }: Deployment,
): Promise<ExitCode> {
  const { autoApprove: approved, parallelism, lockTimeout, synth } = options
  checkApprovable(shell, approved, verb)
  const found = await openStacks(shell, { names, synth })
  const stacks = backwards === true ? [...found].reverse() : found
  for (const stack of stacks) {
    showStack(shell, stack.name, stacks.length > 1)
    const inputs = await readInputs(stack, options, shell)
    const applied = await withSession(shell, {
      place: inputs.place,
      operation: 'OperationTypeApply',
      lockTimeout,
      work: async (session) => {
        const plan = await planOnce(shell, { inputs, session, options, parallelism })
        showPlan(shell, plan, options.showAll)
        return applyOnce(shell, {
          plan,
          session,
          parallelism,
          approved,
          stack: stack.name,
          config: inputs.config,
        })
      },
    })
    if (!succeeded(applied)) return 1
  }
  return 0
}
