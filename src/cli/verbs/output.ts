// hubform output
import { fail } from '../../diagnostics.ts'
import { outputsText, valueText } from '../../review/state.ts'
import { outputsJson } from '../../review/state-json.ts'
import { noLimits } from '../../review/view.ts'
import { formatJson } from '../../schema/json.ts'
import { formatNumber, isNumber } from '../../schema/number.ts'
import { didYouMean } from '../../schema/suggest.ts'
import type { Value } from '../../schema/value.ts'
import { readState } from '../../state/look.ts'
import { addStack } from '../options.ts'
import { openBackend, placeOfState } from '../places.ts'
import { openStack } from '../project.ts'
import type { ExitCode, Shell } from '../shell.ts'
import type { Verb } from '../verb.ts'

interface Options {
  readonly json: boolean
  readonly raw: boolean
  readonly stack?: string
}

export const output: Verb = {
  define(command, act) {
    command.argument('[name]', 'one output; none: all of them')
    addStack(command)
      .option('--json', 'print as JSON', false)
      .option('--raw', 'print the bare text of one output', false)
      .addHelpText(
        'after',
        '\nThe list hides sensitive outputs, in JSON, too (null). One that is asked for by its name is printed.',
      )
      .action((name: string | undefined, options: Options) =>
        act((shell) => showOutputs(shell, name, options), options),
      )
  },
}

async function showOutputs(shell: Shell, name: string | undefined, options: Options): Promise<ExitCode> {
  const stack = await openStack(shell, options.stack, false)
  // Nothing is learned as secret here: an output that is asked for by name is wanted in clear.
  const { outputs } = await readState(await openBackend(placeOfState(await stack.load(), shell.env), shell))
  const { out, say, palette } = shell.terminal
  if (name === undefined) {
    if (options.raw) fail('Invalid command line', '--raw prints one output: give its name.')
    if (options.json) out(JSON.stringify(outputsJson(outputs), undefined, 2))
    else
      say(
        outputsText(outputs, palette, noLimits) ||
          'There are no outputs. They are recorded by "hubform apply".',
      )
    return 0
  }
  const found = Object.hasOwn(outputs, name) ? outputs[name] : undefined
  if (found === undefined) {
    return fail(
      'Unknown output',
      `There is no output "${name}" in the state.${didYouMean(name, Object.keys(outputs))} Outputs are recorded by "hubform apply".`,
    )
  }
  out(
    options.json
      ? formatJson(found.value)
      : options.raw
        ? rawText(found.value, name)
        : valueText(found.value, palette),
  )
  return 0
}

function rawText(value: Value, name: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (isNumber(value)) return formatNumber(value)
  return fail(
    'Output is not a text',
    `--raw prints texts, numbers and bools, and "${name}" is none of them. Use --json.`,
  )
}
