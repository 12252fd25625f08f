// hubform validate
import { checkReferences } from '../../config/check.ts'
import { type Diagnostic, DiagnosticError, hasErrors } from '../../diagnostics.ts'
import { diagnosticJson } from '../../review/diagnostic-json.ts'
import { checkBlocks } from '../check-blocks.ts'
import { addStacks } from '../options.ts'
import { openStacks, type Stack } from '../project.ts'
import { locateAll } from '../report.ts'
import { learnEnvironment } from '../secrets.ts'
import type { ExitCode, Shell } from '../shell.ts'
import type { Verb } from '../verb.ts'

interface Options {
  readonly json: boolean
  readonly synth: boolean
}

export const validate: Verb = {
  define(command, act) {
    addStacks(command)
      .option('--no-synth', 'take what the app wrote last instead of running it')
      .option('--json', "print the result as JSON in Terraform's format", false)
      .addHelpText('after', '\nNeeds neither values for variables nor access to a service.')
      .action((stacks: readonly string[], options: Options) =>
        act((shell) => validateStacks(shell, stacks, options), options),
      )
  },
}

async function validateStacks(shell: Shell, names: readonly string[], options: Options): Promise<ExitCode> {
  learnEnvironment(shell.secrets, shell.env)
  const found: Diagnostic[] = []
  const stacks = await caught(found, () => openStacks(shell, { names, synth: options.synth }))
  for (const stack of stacks ?? []) await caught(found, async () => void found.push(...(await check(stack))))
  if (options.json)
    shell.terminal.out(JSON.stringify(asJson(await locateAll(found, shell.cwd)), undefined, 2))
  else {
    await shell.report(found)
    if (!hasErrors(found)) shell.terminal.say(shell.terminal.palette.strong('The configuration is valid.'))
  }
  return hasErrors(found) ? 1 : 0
}

async function check(stack: Stack): Promise<readonly Diagnostic[]> {
  const config = await stack.load()
  return [...config.warnings, ...checkReferences(config), ...checkBlocks(config)]
}

/** Problems of one stack do not hide those of the next. */
async function caught<T>(found: Diagnostic[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error
    found.push(...error.diagnostics)
    return undefined
  }
}

function asJson(found: readonly Diagnostic[]): object {
  const count = (severity: Diagnostic['severity']) => found.filter((one) => one.severity === severity).length
  return {
    format_version: '1.0',
    valid: !hasErrors(found),
    error_count: count('error'),
    warning_count: count('warning'),
    diagnostics: found.map(diagnosticJson),
  }
}
