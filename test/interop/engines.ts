// Two engines on one state file: the embedded one in this process, and the real Terraform with the same provider.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type Served, serveProvider } from '../../src/protocol/serve.ts'
import type { PollClock } from '../../src/provider/poll.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { localBackend } from '../../src/state/local/backend.ts'
import { terraform as builtin } from '../../src/systems/terraform/provider.ts'
import { type Bench, bench, type Json, text } from '../support/engine.ts'
import { type Workspace, workspace } from '../support/terraform.ts'

/** What one engine can be asked to do with the state that both share. */
export interface Engine {
  readonly name: 'Hubform' | 'Terraform'
  /** What it would do: nothing is an empty list. Throws if it cannot plan. */
  pending(config: Json, vars?: Json): Promise<readonly string[]>
  /** Plans and applies; what went wrong as text, empty if nothing did. */
  apply(config: Json, vars?: Json): Promise<string>
  destroy(config: Json, vars?: Json): Promise<string>
}

export interface Duo {
  readonly hubform: Engine
  readonly terraform: Engine
  /** Runs Terraform as it is, on the configuration written last. */
  readonly workspace: Workspace
  readonly bench: Bench
  readonly path: string
  /** The file as it is; undefined if there is none. */
  stateText(): string | undefined
  state(): StateFile
  /** Forgets the state. */
  reset(): void
  close(): Promise<void>
}

/** The parts of a state file that tests look at. */
export interface StateFile {
  readonly lineage: string
  readonly serial: number
  readonly terraform_version: string
  readonly outputs: Json
  readonly check_results: unknown
  readonly resources: readonly (Json & {
    readonly type: string
    readonly name: string
    readonly provider: string
    readonly instances: readonly (Json & { readonly attributes: Json })[]
  })[]
}

/** Serves the provider and makes a folder for both engines. The caller must close it. */
export async function startDuo(
  provider: Provider,
  { env = {}, clock }: { env?: { readonly [name: string]: string }; clock?: PollClock } = {},
): Promise<Duo> {
  const served = await serveProvider(provider, { env })
  const folder = workspace({ TF_REATTACH_PROVIDERS: everywhere(served, provider) })
  const path = join(folder.directory, 'terraform.tfstate')
  const ours = bench(provider, {
    env,
    others: [builtin],
    backend: () => localBackend({ path }),
    ...(clock === undefined ? {} : { clock }),
  })
  const required = { required_providers: { [provider.name]: { source: provider.source } } }
  folder.write({ terraform: required })
  expect((await folder.run('init')).status).toBe(0)
  const stateText = () => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)
  const watched = (engine: Engine): Engine => ({
    name: engine.name,
    pending: (...args) => unchanged(stateText, () => engine.pending(...args)),
    apply: (...args) => counted(engine.name, stateText, () => engine.apply(...args)),
    destroy: (...args) => counted(engine.name, stateText, () => engine.destroy(...args)),
  })
  const complete = (config: Json) => ({ terraform: required, ...config })
  return {
    hubform: watched(embedded(ours, complete)),
    terraform: watched(real(folder, complete)),
    workspace: folder,
    bench: ours,
    path,
    stateText,
    state: () => JSON.parse(stateText() ?? '{}') as StateFile,
    reset() {
      for (const suffix of ['', '.backup', '.journal']) rmSync(path + suffix, { force: true })
    },
    async close() {
      folder.dispose()
      await served.close()
    },
  }
}

/** The same process under the addresses of both registries. */
function everywhere({ reattach }: Served, { source }: Provider): string {
  const [address] = Object.values(JSON.parse(reattach) as Json)
  const registries = ['registry.terraform.io', 'registry.opentofu.org']
  return JSON.stringify(Object.fromEntries(registries.map((one) => [`${one}/${source}`, address])))
}

function embedded(ours: Bench, complete: (config: Json) => Json): Engine {
  const given = (vars: Json = {}) => [{ path: 'given.json', text: JSON.stringify(vars) }]
  const run = async (config: Json, vars: Json | undefined, mode: 'normal' | 'destroy') => {
    const { diagnostics } = await ours.apply(complete(config), { vars: given(vars), mode })
    return text(diagnostics.filter(({ severity }) => severity === 'error'))
  }
  return {
    name: 'Hubform',
    async pending(config, vars) {
      const { plan, diagnostics } = await ours.plan(complete(config), { vars: given(vars) })
      if (plan === undefined) throw new Error(text(diagnostics))
      const changes = plan.changes.filter(({ action }) => action !== 'no-op')
      const outputs = plan.outputs.filter(({ action }) => action !== 'no-op')
      return [
        ...changes.map(({ action, address, reason }) => `${action} ${JSON.stringify(address)} ${reason}`),
        ...outputs.map(({ action, name }) => `${action} output.${name}`),
      ]
    },
    apply: (config, vars) => run(config, vars, 'normal'),
    destroy: (config, vars) => run(config, vars, 'destroy'),
  }
}

function real(folder: Workspace, complete: (config: Json) => Json): Engine {
  const run = async (config: Json, vars: Json = {}, ...args: readonly string[]) => {
    folder.write(complete(config))
    folder.writeFile('given.json', vars)
    return await folder.run(...args, '-input=false', '-no-color', '-var-file=given.json')
  }
  const failure = ({ status, text: said }: Awaited<ReturnType<typeof run>>) => (status === 0 ? '' : said)
  return {
    name: 'Terraform',
    async pending(config, vars) {
      const { status, text: said } = await run(config, vars, 'plan', '-detailed-exitcode')
      if (status === 0) return []
      if (status === 2) return [said]
      throw new Error(said)
    },
    apply: async (config, vars) => failure(await run(config, vars, 'apply', '-auto-approve')),
    destroy: async (config, vars) => failure(await run(config, vars, 'destroy', '-auto-approve')),
  }
}

async function unchanged<T>(stateText: () => string | undefined, work: () => Promise<T>): Promise<T> {
  const before = stateText()
  const result = await work()
  expect(stateText(), 'planning leaves the state file alone').toBe(before)
  return result
}

/** Lineage stays; the serial grows exactly when content changes, with us by one. */
async function counted<T>(
  name: string,
  stateText: () => string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const before = stateText()
  const result = await work()
  const after = stateText()
  if (before === undefined || after === undefined) return result
  const [was, is] = [JSON.parse(before), JSON.parse(after)] as [StateFile, StateFile]
  expect(is.lineage).toBe(was.lineage)
  const grown = is.serial - was.serial
  if (contentOf(was) === contentOf(is)) expect(grown, `${name} changed nothing`).toBe(0)
  else if (name === 'Hubform') expect(grown).toBe(1)
  else expect(grown).toBeGreaterThan(0)
  return result
}

function contentOf({ outputs, resources, check_results }: StateFile): string {
  return JSON.stringify({ outputs, resources, check_results })
}
