// hubform state
import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import { fail, warning } from '../../diagnostics.ts'
import { recordText } from '../../review/state.ts'
import { printable } from '../../review/text.ts'
import { noLimits } from '../../review/view.ts'
import type { Backend } from '../../state/backend.ts'
import { decodeState } from '../../state/file.ts'
import { isErrored } from '../../state/local/errored.ts'
import { readState } from '../../state/look.ts'
import { checkPush, getRecord, listRecords, moveRecords, removeRecords } from '../../state/operations.ts'
import { openState } from '../../state/sealed/envelope.ts'
import type { Session } from '../../state/session.ts'
import type { MigrateOptions } from '../migrating.ts'
import { addSubverb, readDuration } from '../options.ts'
import { openBackend, placeOfState, type StatePlace } from '../places.ts'
import { openStack } from '../project.ts'
import { pullText } from '../pull.ts'
import type { Reseal } from '../resealing.ts'
import { learnState } from '../secrets.ts'
import { withSession } from '../sessions.ts'
import type { ExitCode, Shell } from '../shell.ts'
import { encryptionFor } from '../state-keys.ts'
import type { Verb } from '../verb.ts'

interface Options {
  readonly stack?: string
  readonly lockTimeout?: number
  readonly force?: boolean
  readonly allWorkspaces?: boolean
}

export const state: Verb = {
  define(command, act) {
    addSubverb(command, 'list', 'List the addresses of recorded objects')
      .argument('[addresses...]', 'blocks or objects; none: all')
      .action((addresses: readonly string[], options: Options) =>
        act((shell) => list(shell, addresses, options)),
      )
    addSubverb(command, 'show', 'Show one recorded object')
      .argument('<address>')
      .action((address: string, options: Options) => act((shell) => showOne(shell, address, options)))
    writing(command, 'mv', 'Record an object, or a block with all its objects, under another address')
      .argument('<from>')
      .argument('<to>')
      .action((from: string, to: string, options: Options) => act((shell) => move(shell, from, to, options)))
    writing(command, 'rm', 'Forget objects without destroying them')
      .argument('<addresses...>')
      .action((addresses: readonly string[], options: Options) =>
        act((shell) => remove(shell, addresses, options)),
      )
    addSubverb(command, 'pull', 'Print the state file, sensitive values in clear').action(
      (options: Options) => act((shell) => pull(shell, options), { json: true }),
    )
    writing(command, 'push', 'Put a state file in the place of the recorded one')
      .argument('<file>', 'the file, or - for standard input')
      .option('--force', 'even if it is older, of another lineage, or differs at the same serial', false)
      .action((file: string, options: Options) => act((shell) => push(shell, file, options)))
    // Its keys are just those.
    for (const [name, summary] of Object.entries(resealing) as [Reseal, string][])
      writing(command, name, summary)
        .option('--all-workspaces', 'all workspaces instead of the chosen one', false)
        .action((options: Options) => act((shell) => seal(shell, name, options)))
    writing(command, 'migrate', 'Copy the state to another backend')
      .requiredOption(
        '--to <backend>',
        `where to: '{"pg":{"conn_str":"…"}}' as in terraform.backend, or a file`,
      )
      .option('--from <backend>', 'where from, in the same form; default: as configured')
      .option('--all-workspaces', 'all workspaces instead of the chosen one', false)
      .option('--dry-run', 'say what would be done, and write nothing', false)
      .option('--force', 'replace what is there, even if it is newer or of another lineage', false)
      .addHelpText(
        'after',
        '\nBoth places are locked meanwhile. The copy keeps lineage and serial and is read back; the source is left as it is.\nAfterwards name the new place in terraform.backend of the configuration.',
      )
      .action((options: MigrateOptions) =>
        act(async (shell) => (await import('../migrating.ts')).migrateStates(shell, options)),
      )
  },
}

const resealing: { readonly [how in Reseal]: string } = {
  encrypt: 'Encrypt the state and its backups at once, with the first of the keys that are set',
  decrypt: 'Take the encryption off the state and its backups',
  rotate:
    'Encrypt the state and its backups with the first of the keys that are set, whichever of them they are encrypted with',
}

function writing(command: Command, name: string, summary: string): Command {
  return addSubverb(command, name, summary).option(
    '--lock-timeout <duration>',
    'how long to wait for a lock: 30s, 5m',
    readDuration,
    0,
  )
}

async function placeFor(shell: Shell, { stack }: Options): Promise<StatePlace> {
  return placeOfState(await (await openStack(shell, stack, false)).load(), shell.env)
}

async function backendFor(shell: Shell, options: Options): Promise<Backend> {
  return openBackend(await placeFor(shell, options), shell)
}

async function list(shell: Shell, addresses: readonly string[], options: Options): Promise<ExitCode> {
  const found = await readState(await backendFor(shell, options))
  for (const key of listRecords(found, addresses)) shell.terminal.out(printable(key))
  return 0
}

async function showOne(shell: Shell, address: string, options: Options): Promise<ExitCode> {
  const found = await readState(await backendFor(shell, options))
  learnState(shell.secrets, found)
  shell.terminal.say(recordText(getRecord(found, address), shell.terminal.palette, noLimits))
  return 0
}

async function write(
  shell: Shell,
  options: Options,
  work: (session: Session) => Promise<void>,
  replaces = false,
): Promise<ExitCode> {
  await withSession(shell, {
    replaces,
    place: await placeFor(shell, options),
    operation: 'state',
    lockTimeout: options.lockTimeout ?? 0,
    work,
  })
  return 0
}

function move(shell: Shell, from: string, to: string, options: Options): Promise<ExitCode> {
  return write(shell, options, async (session) => {
    const { state: next, moved } = moveRecords(session.state, from, to)
    await session.save(next)
    for (const one of moved) shell.terminal.say(printable(`${one.from} is now ${one.to}`))
  })
}

function remove(shell: Shell, addresses: readonly string[], options: Options): Promise<ExitCode> {
  return write(shell, options, async (session) => {
    const { state: next, removed } = removeRecords(session.state, addresses)
    await session.save(next)
    for (const key of removed) shell.terminal.say(printable(`${key} is no longer recorded`))
  })
}

async function pull(shell: Shell, options: Options): Promise<ExitCode> {
  const text = await pullText(await backendFor(shell, options))
  // Sensitive values are part of what was asked for, so nothing has been learned that would be masked here.
  if (text !== '') shell.terminal.out(text.replace(/\n$/, ''))
  return 0
}

async function push(shell: Shell, file: string, options: Options): Promise<ExitCode> {
  const force = options.force === true
  const path = resolve(shell.cwd, file)
  // Before the lock is taken: it may be the state's own file, and closing that would drop the lock.
  const sealed = readText(file === '-' ? 0 : path, path)
  const { text } = openState(sealed, encryptionFor(shell).keys(), { file: path })
  const incoming = decodeState(text, { file: path })
  learnState(shell.secrets, incoming)
  const replace = async (session: Session) => {
    checkPush(session.state, incoming, force, isErrored(basename(path)) ? file : undefined)
    const saved = await session.replace(incoming)
    shell.terminal.say(`The state is now at serial ${saved.serial}, with ${saved.records.size} objects.`)
    if (session.letGo.length > 0) await shell.report([letGoNotice(session.letGo)])
  }
  return write(shell, options, replace, force)
}

function letGoNotice(keys: readonly string[]) {
  const shown = keys.slice(0, 10).join(', ') + (keys.length > 10 ? ` and ${keys.length - 10} more` : '')
  return warning(
    'Journal let go',
    `An interrupted run had recorded something else of these than the state before: ${shown}. Import what of them is to be managed and is not recorded.`,
  )
}

async function seal(shell: Shell, how: Reseal, options: Options): Promise<ExitCode> {
  const { resealStates } = await import('../resealing.ts')
  const { lockTimeout = 0, allWorkspaces = false } = options
  await resealStates(shell, await placeFor(shell, options), { lockTimeout, allWorkspaces }, how)
  return 0
}

function readText(source: string | number, name: string): string {
  try {
    return readFileSync(source, 'utf8')
  } catch (error) {
    return fail(
      'Unreadable file',
      `${name} cannot be read: ${(error as Error).message}.`,
      { file: name },
      error,
    )
  }
}
