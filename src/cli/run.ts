// One command line → one exit code.
import { resolve } from 'node:path'
import { Command, CommanderError, type Option } from 'commander'
import { type Diagnostic, DiagnosticError, fail, problem } from '../diagnostics.ts'
import { makeSecrets, type Secrets } from '../review/redact.ts'
import { didYouMean } from '../schema/suggest.ts'
import { type CommandLine, readCommandLine } from './arguments.ts'
import { locateAll, showDiagnostics } from './report.ts'
import type { ExitCode, Shell } from './shell.ts'
import { listenForStops } from './stops.ts'
import type { Stream } from './stream.ts'
import { makeTerminal } from './terminal.ts'
import type { Action } from './verb.ts'
import { elsewhere, verbs } from './verbs.ts'
import { version } from './version.ts'

interface Asked {
  readonly action: Action
  readonly json: boolean
  readonly streams: boolean
}

/** Reads and carries out a command line. Never throws; what went wrong has been said when it returns. */
export async function run(typed: readonly string[]): Promise<ExitCode> {
  surviveClosedPipes()
  const secrets = makeSecrets()
  const line = readCommandLine(typed)
  const terminalFor = (quietOut: boolean) =>
    makeTerminal({ color: line.color, env: process.env, redact: secrets.redact, quietOut })
  let terminal = terminalFor(false)
  const stops = listenForStops(() => terminal)
  const cwd = resolve(line.chdir ?? '.')
  let stream: Stream | undefined
  const report = async (diagnostics: readonly Diagnostic[]) => {
    const found = await locateAll(diagnostics, cwd)
    showDiagnostics(found, terminal)
    stream?.report(found)
  }
  try {
    const asked = await parse(line)
    if (asked === undefined) return 0
    terminal = terminalFor(asked.json)
    if (asked.streams) {
      const { openStream } = await import('./stream.ts')
      stream = openStream({ write: terminal.json, version: version(), now: () => new Date() })
    }
    const shell: Shell = {
      terminal,
      secrets,
      stops,
      env: process.env,
      cwd,
      version: version(),
      stream,
      report,
    }
    return await asked.action(shell)
  } catch (error) {
    await report(toDiagnostics(error, secrets))
    return 1
  } finally {
    stream?.end()
    terminal.status(undefined)
    stops.dispose()
  }
}

/** Undefined when there is nothing more to do: help was shown. */
async function parse(line: CommandLine): Promise<Asked | undefined> {
  const program = makeProgram()
  const [name = ''] = line.args.filter((arg) => !arg.startsWith('-'))
  let asked: Asked | undefined
  for (const [verb, { summary, load }] of Object.entries(verbs)) {
    const command = quiet(program.command(verb).description(`${summary}.`).summary(summary))
    if (verb !== name && !(name === 'help' && line.args.includes(verb))) continue
    const { define } = await load()
    define(command, (action, options = {}) => {
      const json = options.json === true
      asked = { action, json, streams: json && options.streams === true }
    })
  }
  if (line.args.length === 0) {
    program.outputHelp()
    return undefined
  }
  if (name !== '' && name !== 'help' && !Object.hasOwn(verbs, name)) unknownVerb(name)
  try {
    await program.parseAsync([...line.args], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return undefined
    fail('Invalid command line', commandLineDetail(error, findCommand(program, line.args)))
  }
  return asked
}

/** The parser with its global options, and no verbs yet. */
export function makeProgram(): Command {
  return quiet(new Command('hubform'))
    .description('Describe SaaS control planes in TypeScript; plan, apply, watch for drift.')
    .usage('[options] VERB')
    .version(`hubform ${version()}`, '--version', 'print the version')
    .option('--chdir <dir>', 'act in another directory')
    .option('--no-color', 'no colours; so does the environment variable NO_COLOR')
    .addHelpText(
      'after',
      '\nhubform VERB --help tells more about one verb. One dash before long options works as well.',
    )
}

/** Errors come back as exceptions and are worded here, like all others. */
function quiet(command: Command): Command {
  return command
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .configureHelp({ optionDescription: describeOption })
    .showSuggestionAfterError(true)
}

/** Defaults that say nothing, such as false or an empty list, are left out. */
function describeOption({ description, defaultValue }: Option): string {
  const says = typeof defaultValue === 'number' || typeof defaultValue === 'string'
  return says ? `${description} (default: ${defaultValue})` : description
}

/** The words of the command that was named, as far as there is one: `state migrate`. */
function findCommand(program: Command, args: readonly string[]): string {
  const words: string[] = []
  let command: Command | undefined = program
  for (const arg of args.filter((one) => !one.startsWith('-'))) {
    command = command.commands.find((one) => one.name() === arg)
    if (command === undefined) break
    words.push(arg)
  }
  return words.join(' ')
}

function commandLineDetail(error: CommanderError, named: string): string {
  const about = named === '' ? 'hubform' : `hubform ${named}`
  // Its help has been shown, which names them.
  if (error.code === 'commander.help') return `Say what "${about}" is to do, with one of these commands.`
  const text = error.message.replace(/^error: /, '').replaceAll('\n', ' ')
  const sentence = text.charAt(0).toUpperCase() + text.slice(1)
  return `${/[.?)]$/.test(sentence) ? sentence : `${sentence}.`} See "${about} --help".`
}

function unknownVerb(name: string): never {
  const hint = Object.hasOwn(elsewhere, name) ? ` ${elsewhere[name]}` : didYouMean(name, Object.keys(verbs))
  return fail('Unknown verb', `There is no verb "${name}".${hint || ' See "hubform --help".'}`)
}

/** What any exception means to the user. Stacks only when asked for, and redacted. */
function toDiagnostics(error: unknown, secrets: Secrets): readonly Diagnostic[] {
  const found =
    error instanceof DiagnosticError
      ? error.diagnostics
      : [
          problem(
            'Unexpected failure',
            `${messageOf(error)}. This may be a fault in Hubform; HUBFORM_DEBUG=1 shows where.`,
          ),
        ]
  if (process.env['HUBFORM_DEBUG'] === '1' && error instanceof Error)
    process.stderr.write(`${secrets.redact(stackOf(error))}\n`)
  return found
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : ''
  return (error.stack ?? error.message) + cause
}

/** A reader that has seen enough, as `head`, is no failure of ours; nor is a terminal that was closed. */
function surviveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
    })
  }
}
