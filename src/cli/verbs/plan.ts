// hubform plan
import { fail } from '../../diagnostics.ts'
import { hasChanges, type Plan } from '../../engine/plan.ts'
import { planJson } from '../../review/json.ts'
import { documentMessage } from '../../review/messages.ts'
import { readInputs } from '../inputs.ts'
import {
  addPlanOptions,
  addRunOptions,
  addStacks,
  addVariableOptions,
  type PlanOptions,
  type RunOptions,
  type VariableOptions,
} from '../options.ts'
import { writePlanFile } from '../plan-store.ts'
import { planOnce, showPlan, showStack } from '../planning.ts'
import { openStacks, type Stack } from '../project.ts'
import { readRecord } from '../read-record.ts'
import { withSession } from '../sessions.ts'
import type { ExitCode, Shell } from '../shell.ts'
import type { Verb } from '../verb.ts'

interface Options extends PlanOptions, RunOptions, VariableOptions {
  readonly out?: string
  readonly json: boolean
  readonly detailedExitcode: boolean
}

export const plan: Verb = {
  define(command, act) {
    addRunOptions(addVariableOptions(addPlanOptions(addStacks(command))))
      .option('--out <file>', 'save the plan, sealed, for "hubform apply FILE"')
      .option(
        '--json',
        "print messages as JSON, one a line, in Terraform's format; the last is the plan",
        false,
      )
      .option('--detailed-exitcode', 'exit with 0: no changes, 1: failed, 2: there are changes', false)
      .addHelpText(
        'after',
        '\nPlanning changes nothing. A saved plan is sealed with the text in HUBFORM_PLAN_KEY, or with a key of your own\nthat is made on first use; it can be applied once, and only as long as nothing has changed.',
      )
      .action((stacks: readonly string[], options: Options) =>
        act((shell) => planStacks(shell, stacks, options), { ...options, streams: true }),
      )
  },
}

async function planStacks(shell: Shell, names: readonly string[], options: Options): Promise<ExitCode> {
  const stacks = await openStacks(shell, { names, synth: options.synth })
  if (options.out !== undefined && stacks.length > 1) {
    fail(
      'Several stacks',
      `A plan file holds one plan, and there are ${stacks.length} stacks. Name one of them.`,
    )
  }
  let changing = false
  for (const stack of stacks) {
    showStack(shell, stack.name, stacks.length > 1)
    const made = await planStack(shell, stack, options)
    changing ||= hasChanges(made)
  }
  return options.detailedExitcode && changing ? 2 : 0
}

async function planStack(shell: Shell, stack: Stack, options: Options): Promise<Plan> {
  const inputs = await readInputs(stack, options, shell)
  const made = await withSession(shell, {
    place: inputs.place,
    operation: 'OperationTypePlan',
    lockTimeout: options.lockTimeout,
    work: (session) => planOnce(shell, { inputs, session, options, parallelism: options.parallelism }),
  })
  showPlan(shell, made, options.showAll)
  shell.stream?.say([documentMessage(planJson(made, { applyable: hasChanges(made), read: readRecord }))])
  if (options.out !== undefined) {
    const path = writePlanFile(options.out, { plan: made, stack: stack.name, place: inputs.place }, shell)
    shell.terminal.say(`\nThe plan is saved in ${path}. To carry it out: hubform apply ${options.out}`)
  }
  return made
}
