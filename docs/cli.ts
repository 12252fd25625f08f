// The reference of the command line, from what its parser declares.
import type { Argument, Command, Option } from 'commander'
import { makeProgram } from '../src/cli/run.ts'
import { verbs } from '../src/cli/verbs.ts'

/** One section for each verb, in the order of `hubform --help`. */
export async function cliPage(): Promise<string> {
  const program = makeProgram()
  const commands = await Promise.all(
    Object.entries(verbs).map(async ([name, { summary, load }]) => {
      const command = program.command(name).description(`${summary}.`)
      ;(await load()).define(command, () => {})
      return command
    }),
  )
  return `# Command line

\`hubform VERB [options]\`. One dash before long options works as well, and switches may be written as \`--refresh=false\`.

${optionTable(program)}

${commands.flatMap((command) => section(command, '##', 'hubform')).join('\n\n')}
`
}

function section(command: Command, level: string, above: string): string[] {
  const name = `${above} ${command.name()}`
  const own = command.commands.length === 0 || command.registeredArguments.length > 0
  return [
    `${level} ${name}`,
    command.description(),
    ...(own ? [`\`${[name, ...command.registeredArguments.map(usage), '[options]'].join(' ')}\``] : []),
    ...argumentTable(command.registeredArguments),
    ...(command.options.length === 0 ? [] : [optionTable(command)]),
    ...afterword(command),
    ...command.commands.flatMap((sub) => section(sub, `${level}#`, name)),
  ]
}

function usage(argument: Argument): string {
  const name = argument.name() + (argument.variadic ? '...' : '')
  return argument.required ? `<${name}>` : `[${name}]`
}

function argumentTable(args: readonly Argument[]): string[] {
  const told = args.filter(({ description }) => description !== '')
  if (told.length === 0) return []
  return [
    rows(
      ['Argument', 'Meaning'],
      told.map((it) => [`\`${usage(it)}\``, it.description]),
    ),
  ]
}

function optionTable(command: Command): string {
  return rows(
    ['Option', 'Meaning', 'Default'],
    command.options.map((it) => [`\`${it.flags}\``, it.description, defaultOf(it)]),
  )
}

/** Defaults that say nothing, such as false or an empty list, are left out. */
function defaultOf({ defaultValue }: Option): string {
  return typeof defaultValue === 'number' || typeof defaultValue === 'string' ? `\`${defaultValue}\`` : ''
}

/** What help says below the options. */
function afterword(command: Command): string[] {
  let help = ''
  command.configureOutput({
    writeOut: (text) => {
      help += text
    },
  })
  command.outputHelp()
  const text = help
    .slice(command.helpInformation().length)
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
  return text === '' ? [] : [text]
}

function rows(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((it) => it.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n')
}
