// Two engines as people run them: the built command line, and real Terraform with the installed provider.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { type Cost, measure, node } from './measure.ts'

export const verbs = ['plan', 'apply', 'destroy'] as const
export type Verb = (typeof verbs)[number]

/** A folder with a configuration, and what commands need in their environment. */
export interface Place {
  readonly directory: string
  readonly env: { readonly [name: string]: string }
}

export interface Engine {
  readonly name: string
  /** What a first run in a folder needs; not measured. */
  readonly prepare: (place: Place) => Promise<void>
  /** Throws if the command fails; `plan` also if there is anything to do. */
  readonly run: (verb: Verb, place: Place) => Promise<Cost>
}

const main = join(import.meta.dirname, '../dist/cli/main.js')

/** Undefined if there is none on this machine. */
export function findTerraform(): string | undefined {
  return spawnSync('terraform', ['version']).status === 0 ? 'terraform' : undefined
}

/** Ours, with options for every command. */
export function ours(name: string, options: readonly string[] = []): Engine {
  return {
    name,
    prepare: async () => {},
    run: (verb, place) => measure(node, [main, ...argumentsOf(verb), ...options], settingsOf(place)),
  }
}

/** Terraform, started with the provider from a mirror that `hubform provider install` lays out in `directory`. */
export function terraform(directory: string): Engine {
  const config = join(directory, 'mirror.tfrc')
  mkdirSync(directory, { recursive: true })
  const installing = ['provider', 'install', '--mirror', join(directory, 'mirror'), '--write-config', config]
  const { status, stderr } = spawnSync(node, [main, ...installing], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the provider cannot be installed: ${stderr}`)
  return terraformAlone({ TF_CLI_CONFIG_FILE: config })
}

/** Terraform with no provider but the one in it. */
export function terraformAlone(environment: NodeJS.ProcessEnv = { TF_CLI_CONFIG_FILE: undefined }): Engine {
  const run = (args: readonly string[], place: Place) => {
    const options = settingsOf(place)
    return measure('terraform', args, { ...options, env: { ...options.env, ...environment } })
  }
  return {
    name: 'Terraform',
    prepare: async (place) => void (await run(['init', '-input=false', '-no-color'], place)),
    run: (verb, place) => run([...argumentsOf(verb), '-input=false', '-no-color'], place),
  }
}

/** Both take the same. */
function argumentsOf(verb: Verb): readonly string[] {
  // Exit code 2 would mean that it sees changes, and the comparison be worth nothing.
  return verb === 'plan' ? ['plan', '-detailed-exitcode'] : [verb, '-auto-approve']
}

function settingsOf({ directory, env }: Place) {
  return {
    cwd: directory,
    env: {
      ...env,
      // The plugin runs on the same Node as our command line.
      PATH: `${dirname(node)}${delimiter}${process.env['PATH']}`,
      CHECKPOINT_DISABLE: '1',
      TF_IN_AUTOMATION: '1',
      // Each keeps what it compiles where it does so by itself.
      NODE_COMPILE_CACHE: undefined,
    },
  }
}
