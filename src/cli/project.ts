// What a command acts on: the stacks of an app, or one directory.
import { existsSync, readdirSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import { DiagnosticError, fail, hasErrors } from '../diagnostics.ts'
import { didYouMean } from '../schema/suggest.ts'
import { type AppFile, findAppFile, runApp } from './app.ts'
import type { Shell } from './shell.ts'
import { findStacks, settleBackend, type WrittenStack } from './stacks.ts'

/** One configuration with one state. */
export interface Stack {
  /** Undefined for a plain directory. */
  readonly name: string | undefined
  load(): Promise<Config>
}

export interface ProjectOptions {
  /** Stacks to act on; none: all of them. `*` stands for any part of a name. */
  readonly names: readonly string[]
  /** False: take what the app wrote last. It is run all the same if it never was. */
  readonly synth: boolean
}

/** The stacks to act on, each after those it depends on. Runs the app where there is one. */
export async function openStacks(shell: Shell, options: ProjectOptions): Promise<readonly Stack[]> {
  const app = findAppFile(shell.cwd)
  if (app !== undefined) return choose(await synthesize(app, shell, options.synth), options.names).map(ofApp)
  if (!hasConfiguration(shell.cwd)) nothingHere(shell.cwd)
  if (options.names.length > 0) {
    fail(
      'No stacks here',
      `${shell.cwd} is a plain directory without a cdktf.json, so there is no stack to choose by name: ${options.names.join(', ')}. Leave the name out.`,
    )
  }
  return [ofDirectory(shell.cwd)]
}

/** Exactly one stack, for verbs that act on one. */
export async function openStack(shell: Shell, name: string | undefined, synth: boolean): Promise<Stack> {
  const stacks = await openStacks(shell, { names: name === undefined ? [] : [name], synth })
  const [only] = stacks
  if (only !== undefined && stacks.length === 1) return only
  return fail(
    'Several stacks',
    `There are ${stacks.length} stacks: ${stacks
      .map((stack) => stack.name)
      .slice(0, 20)
      .join(', ')}. Choose one with --stack NAME.`,
  )
}

/** Runs the app, or finds what it wrote, and settles where states are kept. */
export async function synthesize(
  app: AppFile,
  shell: Shell,
  fresh: boolean,
): Promise<readonly WrittenStack[]> {
  const before = fresh ? undefined : findStacks(app)
  if (before !== undefined) return before
  await runApp(app, shell)
  const stacks = findStacks(app)
  if (stacks === undefined || stacks.length === 0) {
    return fail(
      'App wrote no stacks',
      `The command "${app.app}" ended well, but there are no stacks in ${app.output}. It must call app.synth().`,
      { file: app.file },
    )
  }
  const annotations = stacks.flatMap((stack) => stack.annotations)
  if (hasErrors(annotations)) throw new DiagnosticError(annotations)
  await shell.report(annotations)
  for (const stack of stacks) settleBackend(stack, shell.cwd)
  return stacks
}

function choose(stacks: readonly WrittenStack[], names: readonly string[]): readonly WrittenStack[] {
  if (names.length === 0) return stacks
  const patterns = names.map((name) => {
    const pattern = new RegExp(`^${name.replace(/[\\^$.+?()[\]{}|]/g, '\\$&').replaceAll('*', '.*')}$`)
    if (stacks.some((stack) => pattern.test(stack.name))) return pattern
    const known = stacks.map((stack) => stack.name)
    return fail(
      'Unknown stack',
      `There is no stack "${name}".${didYouMean(name, known)} The app has: ${known.slice(0, 20).join(', ')}${known.length > 20 ? ` and ${known.length - 20} more` : ''}.`,
    )
  })
  return stacks.filter((stack) => patterns.some((pattern) => pattern.test(stack.name)))
}

function ofApp(stack: WrittenStack): Stack {
  return {
    name: stack.name,
    load: async () => (await import('../config/load.ts')).loadStack(stack.file),
  }
}

function ofDirectory(directory: string): Stack {
  return {
    name: undefined,
    load: async () => (await import('../config/load.ts')).loadDirectory(directory),
  }
}

function hasConfiguration(directory: string): boolean {
  // A directory that cannot be read, or holds only native syntax, has a better message of its own when it is loaded.
  if (!existsSync(directory)) return true
  try {
    return readdirSync(directory).some((name) => /\.tf(\.json)?$/.test(name))
  } catch {
    return true
  }
}

function nothingHere(directory: string): never {
  return fail(
    'No configuration found',
    `${directory} has neither a cdktf.json with an "app" nor any *.tf.json file. Go to the directory of a project, or name it with --chdir DIR.`,
    { file: directory },
  )
}
