// hubform apply
import { resolve } from 'node:path'
import { fail } from '../../diagnostics.ts'
import { changeMessages } from '../../review/messages.ts'
import { learnPlan } from '../../review/plan-secrets.ts'
import { summaryLine } from '../../review/summary.ts'
import { applyOnce, succeeded } from '../applying.ts'
import { type DeployOptions, deploy } from '../deploy.ts'
import { addPlanOptions, addRunOptions, addVariableOptions } from '../options.ts'
import { isPlanFile, readPlanFile } from '../plan-store.ts'
import { learnEnvironment, learnSettings } from '../secrets.ts'
import { withSession } from '../sessions.ts'
import type { ExitCode, Shell } from '../shell.ts'
import type { Verb } from '../verb.ts'

export const apply: Verb = {
  define(command, act) {
    command.argument(
      '[stacks or plan file...]',
      'a plan file, or stacks of the app; none: all of them, in order',
    )
    addRunOptions(addVariableOptions(addPlanOptions(command)))
      .option('--auto-approve', 'do not ask', false)
      .option('--json', "print messages as JSON, one a line, in Terraform's format", false)
      .addHelpText(
        'after',
        '\nWithout a plan file a plan is made, shown, and carried out when you answer "yes". A plan file was reviewed\nalready, so nothing is asked. Without a terminal, use a plan file or --auto-approve.',
      )
      .action((names: readonly string[], options: DeployOptions) =>
        act((shell) => applyStacks(shell, names, options), { ...options, streams: true }),
      )
  },
}

async function applyStacks(
  shell: Shell,
  names: readonly string[],
  options: DeployOptions,
): Promise<ExitCode> {
  const [file] = names
  if (file === undefined || !isPlanFile(resolve(shell.cwd, file))) {
    if (file !== undefined && /[/\\]|\.(hfplan|tfplan|plan|out)$/.test(file)) readPlanFile(file, shell)
    return deploy(shell, { verb: 'apply', stacks: names, options })
  }
  if (names.length > 1)
    fail('Invalid command line', 'A plan file is applied alone. Apply one after the other.')
  return applyFile(shell, file, options)
}

async function applyFile(shell: Shell, file: string, options: DeployOptions): Promise<ExitCode> {
  if (
    options.variables.length > 0 ||
    options.target.length > 0 ||
    options.replace.length > 0 ||
    options.destroy
  ) {
    fail(
      'Options do not apply',
      `${file} is a plan that is already made: --var, --var-file, --target, --replace and --destroy belong to "hubform plan".`,
    )
  }
  learnEnvironment(shell.secrets, shell.env)
  const { plan, stack, place } = readPlanFile(file, shell)
  learnPlan(shell.secrets, plan)
  learnSettings(shell.secrets, plan)
  const applied = await withSession(shell, {
    place,
    operation: 'OperationTypeApply',
    lockTimeout: options.lockTimeout,
    work: async (session) => {
      // The plan was reviewed when it was made; repeating it would bury what happens now.
      shell.terminal.say(`${file}: ${summaryLine(plan, shell.terminal.palette)}`)
      shell.stream?.say(changeMessages(plan))
      return applyOnce(shell, { plan, session, parallelism: options.parallelism, approved: true, stack })
    },
  })
  return succeeded(applied) ? 0 : 1
}
