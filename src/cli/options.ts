// Options that several verbs share.
import { type Command, InvalidArgumentError } from 'commander'

/** What planning can be told. */
export interface PlanOptions {
  readonly target: readonly string[]
  readonly replace: readonly string[]
  readonly refresh: boolean
  readonly refreshOnly: boolean
  readonly destroy: boolean
  readonly showAll: boolean
}

/** Where values of variables come from. `flags` keep the order of the command line. */
export interface VariableOptions {
  readonly variables: readonly VariableFlag[]
}

export type VariableFlag = { readonly kind: 'value' | 'file'; readonly text: string }

export interface RunOptions {
  readonly parallelism: number
  readonly lockTimeout: number
  readonly synth: boolean
}

/** `[stack...]`, for verbs that act on several in turn. */
export function addStacks(command: Command): Command {
  return command.argument(
    '[stacks...]',
    'stacks of the app to act on; none: all of them, each after those it needs',
  )
}

export function addPlanOptions(command: Command): Command {
  return command
    .option(
      '--target <address>',
      'look at this resource and what it needs only; may be repeated',
      collect,
      [],
    )
    .option('--replace <address>', 'replace this object whatever the plan says; may be repeated', collect, [])
    .option('--no-refresh', 'take what is recorded for what is there (also --refresh=false)')
    .option('--refresh-only', 'plan to record what is there, and to change nothing', false)
    .option('--destroy', 'plan to destroy everything', false)
    .option('--show-all', 'leave nothing out of a large plan', false)
}

export function addVariableOptions(command: Command): Command {
  // Both kinds go to one list, because of two values for a variable the later one counts.
  const flags: VariableFlag[] = []
  const keep = (kind: VariableFlag['kind']) => (text: string) => {
    flags.push({ kind, text })
    return flags
  }
  return command
    .option('--var <name=value>', 'give a variable its value; may be repeated', keep('value'))
    .option('--var-file <file>', 'read values of variables from a JSON file; may be repeated', keep('file'))
    .hook('preAction', () => {
      command.setOptionValue('variables', flags)
    })
}

/**
 * Enough that a service far away does not decide how long a run takes. A service that this is too much for says so, and
 * then all calls wait.
 */
const AT_A_TIME = 32

export function addRunOptions(command: Command): Command {
  return command
    .option('--parallelism <n>', 'how many operations run at a time', readCount, AT_A_TIME)
    .option('--lock-timeout <duration>', 'how long to wait for a lock: 30s, 5m', readDuration, 0)
    .option('--no-synth', 'take what the app wrote last instead of running it')
    .option('--no-input', 'accepted and ignored: Hubform asks for nothing but approval')
    .option('--no-lock', 'refused: two runs must not write one state')
    .hook('preAction', () => {
      if (command.opts()['lock'] === false)
        command.error(
          'error: --lock=false is not offered: a state that two runs write at once is lost. Use --lock-timeout to wait',
        )
    })
}

/** `--stack`, for verbs that act on one and have other arguments. */
export function addStack(command: Command): Command {
  return command
    .option('--stack <name>', 'the stack to act on, if there are several')
    .option('--no-synth', 'take what the app wrote last instead of running it')
}

/** A verb of a verb, which acts on one stack and takes what its app wrote last. */
export function addSubverb(command: Command, name: string, summary: string): Command {
  return command
    .command(name)
    .summary(summary)
    .description(`${summary}.`)
    .copyInheritedSettings(command)
    .option('--stack <name>', 'the stack to act on, if there are several')
}

/** Adds a repeated option's value to those before. */
export function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text]
}

export function readCount(text: string): number {
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < 1) throw new InvalidArgumentError('It must be a whole number from 1.')
  return count
}

const units: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Milliseconds of `90s`, `1m30s`, `500ms`, `0`. */
export function readDuration(text: string): number {
  if (text === '0') return 0
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text))
    throw new InvalidArgumentError('It must be a duration such as 30s or 5m.')
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0),
    0,
  )
}
