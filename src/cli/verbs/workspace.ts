// hubform workspace
import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fail } from '../../diagnostics.ts'
import { didYouMean } from '../../schema/suggest.ts'
import { encodeState } from '../../state/file.ts'
import { emptyState } from '../../state/state.ts'
import { DEFAULT_WORKSPACE, type Workspaces } from '../../state/store.ts'
import { checkWorkspaceName } from '../../state/workspace-name.ts'
import { addSubverb, readDuration } from '../options.ts'
import { openPlace, placeOfState, type StatePlace, workspaceFile } from '../places.ts'
import { openStack } from '../project.ts'
import { withSession } from '../sessions.ts'
import type { ExitCode, Shell } from '../shell.ts'
import type { Verb } from '../verb.ts'

interface Options {
  readonly stack?: string
  readonly force?: boolean
  readonly orCreate?: boolean
  readonly lockTimeout?: number
}

interface Chosen {
  readonly place: StatePlace
  readonly workspaces: Workspaces
}

export const workspace: Verb = {
  define(command, act) {
    command.addHelpText(
      'after',
      '\nA workspace is another state for the same configuration, kept in the same place. The choice is written to\n.terraform/environment, as Terraform does; TF_WORKSPACE goes before it.',
    )
    addSubverb(command, 'list', 'List the workspaces').action((options: Options) =>
      act((shell) => list(shell, options)),
    )
    addSubverb(command, 'show', 'Print the chosen workspace').action((options: Options) =>
      act(async (shell) => {
        shell.terminal.out((await placeFor(shell, options)).workspace)
        return 0
      }),
    )
    addSubverb(command, 'new', 'Make a workspace and choose it')
      .argument('<name>')
      .action((name: string, options: Options) => act((shell) => make(shell, name, options)))
    addSubverb(command, 'select', 'Choose a workspace')
      .argument('<name>')
      .option('--or-create', 'make it if it is not there', false)
      .action((name: string, options: Options) => act((shell) => select(shell, name, options)))
    addSubverb(command, 'delete', 'Remove a workspace that records no objects')
      .argument('<name>')
      .option('--force', 'even if it records objects, which are then left to themselves', false)
      .option('--lock-timeout <duration>', 'how long to wait for a lock: 30s, 5m', readDuration, 0)
      .action((name: string, options: Options) => act((shell) => remove(shell, name, options)))
  },
}

async function placeFor(shell: Shell, { stack }: Options): Promise<StatePlace> {
  return placeOfState(await (await openStack(shell, stack, false)).load(), shell.env)
}

async function choose(shell: Shell, options: Options): Promise<Chosen> {
  const place = await placeFor(shell, options)
  const { workspaces } = await openPlace(place, shell)
  if (workspaces === undefined) {
    return fail(
      'No workspaces there',
      `The backend "${place.kind}" keeps one state and has no workspaces. Give each its own address.`,
      place.where,
    )
  }
  return { place, workspaces }
}

async function list(shell: Shell, options: Options): Promise<ExitCode> {
  const { place, workspaces } = await choose(shell, options)
  for (const name of await workspaces.list())
    shell.terminal.out(`${name === place.workspace ? '*' : ' '} ${name}`)
  return 0
}

async function make(shell: Shell, name: string, options: Options): Promise<ExitCode> {
  checkWorkspaceName(name)
  const { place, workspaces } = await choose(shell, options)
  await workspaces.create(name, encodeState({ ...emptyState, lineage: randomUUID() }))
  remember(shell, place, name)
  shell.terminal.say(`The workspace "${name}" is made and chosen. Nothing is recorded in it yet.`)
  return 0
}

async function select(shell: Shell, name: string, options: Options): Promise<ExitCode> {
  checkWorkspaceName(name)
  const { place, workspaces } = await choose(shell, options)
  const known = await workspaces.list()
  if (!known.includes(name)) {
    if (options.orCreate === true) return make(shell, name, options)
    fail(
      'Unknown workspace',
      `There is no workspace "${name}".${didYouMean(name, known)} Make it with "hubform workspace new ${name}".`,
    )
  }
  remember(shell, place, name)
  shell.terminal.say(`The workspace "${name}" is chosen.`)
  return 0
}

async function remove(shell: Shell, name: string, options: Options): Promise<ExitCode> {
  const { place, workspaces } = await choose(shell, options)
  if (name === DEFAULT_WORKSPACE) fail('Workspace stays', 'The workspace "default" is always there.')
  if (name === place.workspace)
    fail(
      'Workspace is chosen',
      `"${name}" is the chosen workspace. Choose another one first: hubform workspace select default.`,
    )
  if (!(await workspaces.list()).includes(name))
    fail('Unknown workspace', `There is no workspace "${name}". See "hubform workspace list".`)
  await withSession(shell, {
    place: { ...place, workspace: name },
    operation: 'workspace delete',
    lockTimeout: options.lockTimeout ?? 0,
    work: async ({ state, recovered }) => {
      const held = state.records.size + (recovered?.openIntents.length ?? 0)
      if (held > 0 && options.force !== true) {
        fail(
          'Workspace is not empty',
          `The workspace "${name}" records ${held} ${held === 1 ? 'object' : 'objects'}. Destroy them first; or leave them to themselves with --force.`,
        )
      }
      await workspaces.remove(name)
    },
  })
  shell.terminal.say(`The workspace "${name}" is removed.`)
  return 0
}

/** Terraform reads the same file. */
function remember(shell: Shell, { directory }: StatePlace, name: string): void {
  if ((shell.env['TF_WORKSPACE'] ?? '') !== '')
    fail(
      'Workspace is set elsewhere',
      'TF_WORKSPACE is set, which goes before any choice that is written down. Unset it first.',
    )
  const file = workspaceFile(directory, shell.env)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, name)
}
