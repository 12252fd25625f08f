// hubform state migrate: states from one place to another.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { decodeConfig } from '../config/load.ts'
import { fail } from '../diagnostics.ts'
import { isEmpty } from '../state/content.ts'
import { encodeState } from '../state/file.ts'
import { type Migrated, migrateState, planMigration } from '../state/migrate.ts'
import { emptyState } from '../state/state.ts'
import { DEFAULT_WORKSPACE, type Store, type StorePlace } from '../state/store.ts'
import { openPlace, placeOfState, type StatePlace } from './places.ts'
import { openStack } from './project.ts'
import { learnState } from './secrets.ts'
import { sessionOptions } from './sessions.ts'
import type { ExitCode, Shell } from './shell.ts'

export interface MigrateOptions {
  readonly stack?: string
  /** A JSON object as in `terraform.backend`, or a file that holds one. */
  readonly to: string
  readonly from?: string
  readonly allWorkspaces: boolean
  readonly dryRun: boolean
  readonly force: boolean
  readonly lockTimeout: number
}

/** Copies one state or all of a place, one after the other, and says what came of each. */
export async function migrateStates(shell: Shell, options: MigrateOptions): Promise<ExitCode> {
  const { say } = shell.terminal
  const configured = placeOfState(await (await openStack(shell, options.stack, false)).load(), shell.env)
  const { workspace } = configured
  const from = options.from === undefined ? configured : readPlace(options.from, '--from', configured, shell)
  const source = await openPlace(from, shell)
  const target = await openPlace(readPlace(options.to, '--to', configured, shell), shell)
  const names = options.allWorkspaces ? await listOf(source) : [workspace]
  const [first] = names
  if (target.workspaces === undefined && names.length > 1) {
    fail(
      'No workspaces there',
      `The place that --to names keeps one state, and there are ${names.length} workspaces: ${names.slice(0, 10).join(', ')}. Migrate each to a place of its own: choose it with "hubform workspace select", and leave --all-workspaces out.`,
    )
  }
  for (const name of names) {
    const said = await migrateOne(shell, { source, target, name, options })
    say(names.length > 1 || name !== DEFAULT_WORKSPACE ? `${name}: ${said}` : said)
  }
  const { description } = source.open(first ?? DEFAULT_WORKSPACE)
  say(
    options.dryRun
      ? '\nThis was a dry run: nothing was written.'
      : `\nWhat is at ${description} is left as it is. Before the next run, name the new place in terraform.backend of the configuration; until then, runs go on with the old one.`,
  )
  return 0
}

interface One {
  readonly source: Store
  readonly target: Store
  /** Of the workspace. */
  readonly name: string
  readonly options: MigrateOptions
}

async function migrateOne(shell: Shell, { source, target, name, options }: One): Promise<string> {
  const hasNames = target.workspaces !== undefined
  const places = { source: source.open(name), target: target.open(hasNames ? name : DEFAULT_WORKSPACE) }
  if (places.source.description === places.target.description)
    fail('Same place twice', `${places.source.description} is where the state is already. Nothing was done.`)
  const { dryRun, force, lockTimeout } = options
  const migrated = dryRun
    ? await planMigration({ ...places, force })
    : await migrateState({ ...places, force, ...sessionOptions(shell, lockTimeout) })
  learnState(shell.secrets, migrated.state)
  if (migrated.kind === 'empty') return makeEmpty(target, name, options)
  return describe(migrated, places.source.description, places.target.description, dryRun)
}

/** A workspace in which nothing was ever recorded is a workspace all the same. */
async function makeEmpty({ workspaces }: Store, name: string, { dryRun }: MigrateOptions): Promise<string> {
  if (name === DEFAULT_WORKSPACE || workspaces === undefined || (await workspaces.list()).includes(name))
    return 'Nothing is recorded, so there is nothing to copy.'
  if (!dryRun) await workspaces.create(name, encodeState({ ...emptyState, lineage: randomUUID() }))
  return `Nothing is recorded. The workspace ${dryRun ? 'would be' : 'was'} made.`
}

function describe({ kind, state, replaced }: Migrated, from: string, to: string, dryRun: boolean): string {
  const what = `${state.records.size} ${state.records.size === 1 ? 'object' : 'objects'}, serial ${state.serial}`
  if (kind === 'there') return `${to} has the state of ${from} already (${what}).`
  const over =
    replaced === undefined || isEmpty(replaced)
      ? ''
      : ` ${dryRun ? 'This would replace' : 'It replaced'} serial ${replaced.serial} with ${replaced.records.size} objects, which is kept as backup.`
  return dryRun
    ? `Would copy the state from ${from} to ${to} (${what}).${over}`
    : `Copied the state from ${from} to ${to}, and read it back (${what}).${over}`
}

async function listOf({ workspaces }: Store): Promise<readonly string[]> {
  return workspaces === undefined ? [DEFAULT_WORKSPACE] : workspaces.list()
}

/** Means what it would mean in the configuration: paths start from its directory. */
function readPlace(text: string, option: string, { directory }: StatePlace, shell: Shell): StorePlace {
  const isJson = text.trim().startsWith('{')
  const path = isJson ? option : resolve(shell.cwd, text)
  const written = parseObject(isJson ? text : readText(path, option), option)
  const nested = 'terraform' in written ? written : { terraform: { backend: written } }
  const { backend } = decodeConfig(directory, [{ path, text: JSON.stringify(nested) }])
  if (backend === undefined) return notAPlace(option)
  return { kind: backend.kind, settings: backend.settings, directory, where: { file: path } }
}

function parseObject(text: string, option: string): object {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed
  } catch {
    // What the parser says quotes the text, which may hold a password.
  }
  return notAPlace(option)
}

function notAPlace(option: string): never {
  return fail(
    'Invalid command line',
    `${option} must be a JSON object as in terraform.backend, such as '{"local":{"path":"other.tfstate"}}', or a file that holds one.`,
  )
}

function readText(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    return fail(
      'Unreadable file',
      `${path}, which ${option} names, cannot be read: ${(error as Error).message}.`,
      { file: path },
      error,
    )
  }
}
