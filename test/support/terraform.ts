// The real Terraform in a folder of its own, with providers that this process serves or that are installed.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

const { TF_CLI_CONFIG_FILE: _, ...inherited } = process.env
const base = { ...inherited, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' }
const version = spawnSync('terraform', ['version'], { encoding: 'utf8', env: base }).stdout ?? ''

/** Write-only attributes came with 1.11. */
const usable = /^Terraform v1\.(1[1-9]|[2-9]\d)/m.test(version)

/** Why a suite is skipped; undefined if Terraform is there. */
export const noTerraform = usable ? undefined : 'no terraform 1.11 or newer on the PATH'

export interface Outcome {
  readonly status: number | null
  /** Both streams, without colours. */
  readonly text: string
  readonly stdout: string
}

/** A folder with a configuration and local state. */
export interface Workspace {
  readonly directory: string
  write(config: object): void
  /** Writes another file, as JSON. */
  writeFile(name: string, content: object): void
  run(...args: string[]): Promise<Outcome>
  /** Plans; gives the action of each object that is not left as it is: `create tavio_user.ada`. Throws if it fails. */
  plan(...args: string[]): Promise<string[]>
  /** Applies without asking. Throws if it fails. */
  apply(...args: string[]): Promise<string>
  /** What the state file holds. */
  state(): State
  /** Attributes of one object in state. Throws if it is not there. */
  attributes(address: string): { readonly [name: string]: unknown }
  /** Sends the command that runs what Ctrl-C sends. */
  interrupt(): void
  dispose(): void
}

interface State {
  readonly resources: readonly {
    readonly type: string
    readonly name: string
    readonly mode: string
    readonly instances: readonly {
      readonly index_key?: string | number
      readonly status?: string
      readonly attributes: { readonly [name: string]: unknown }
      readonly sensitive_attributes?: unknown
      readonly private?: string
    }[]
  }[]
}

/** Makes a folder. `environment` is laid over that of this process for every command. */
export function workspace(environment: { readonly [name: string]: string }): Workspace {
  const directory = mkdtempSync(join(tmpdir(), 'hubform-tf-'))
  const env = { ...base, ...environment }
  const running = new Set<ChildProcess>()
  const made: Workspace = {
    directory,
    write: (config) => made.writeFile('main.tf.json', config),
    writeFile: (name, content) => writeFileSync(join(directory, name), JSON.stringify(content)),
    run: async (...args) => await run(directory, env, args, running),
    async plan(...args) {
      ok(await made.run('plan', '-input=false', '-out=plan.bin', ...args))
      const { stdout } = ok(await made.run('show', '-json', 'plan.bin'))
      const { resource_changes: changes = [] } = JSON.parse(stdout) as {
        resource_changes?: { address: string; change: { actions: string[] } }[]
      }
      return changes
        .filter(({ change }) => change.actions.join() !== 'no-op')
        .map(({ address, change }) => `${change.actions.join('+')} ${address}`)
    },
    async apply(...args) {
      return ok(await made.run('apply', '-input=false', '-auto-approve', ...args)).text
    },
    state: () => JSON.parse(readFileSync(join(directory, 'terraform.tfstate'), 'utf8')) as State,
    attributes(address) {
      const [type, name] = address.split('.')
      const found = made.state().resources.find((one) => one.type === type && one.name === name)
      const attributes = found?.instances[0]?.attributes
      if (attributes === undefined) throw new Error(`${address} is not in state`)
      return attributes
    },
    interrupt() {
      for (const child of running) child.kill('SIGINT')
    },
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  }
  return made
}

/** Runs one command in a folder that is somebody else's. */
export function runTerraform(
  directory: string,
  environment: { readonly [name: string]: string },
  args: readonly string[],
): Promise<Outcome> {
  return run(directory, { ...base, ...environment }, args, new Set())
}

function ok(outcome: Outcome): Outcome {
  if (outcome.status !== 0) throw new Error(`terraform ended with ${outcome.status}:\n${outcome.text}`)
  return outcome
}

async function run(
  cwd: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[],
  running: Set<ChildProcess>,
): Promise<Outcome> {
  // Not the synchronous kind: the provider and the service may be in this very process.
  const child = spawn('terraform', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  let stdout = ''
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
    text += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  running.delete(child)
  return { status, stdout, text: stripVTControlCharacters(text) }
}
