// Every example on one state file, by the command line and by Terraform in turn, against one hub.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator/server.ts'
import { type Served, serveProvider } from '../../src/protocol/serve.ts'
import { makeTavio } from '../../src/systems/tavio/provider.ts'
import { makePlace } from '../cli/hubform.ts'
import { settingsOf } from '../support/hub.ts'
import { quickClock } from '../support/quick-clock.ts'
import { noTerraform, runTerraform } from '../support/terraform.ts'
import { sameState } from './same-state.ts'

const root = join(import.meta.dirname, '../..')

/** Shows what is common to both programs: a verb, and how it ended. */
interface Program {
  readonly name: string
  run(verb: 'plan' | 'apply' | 'destroy'): Promise<{ readonly code: number | null; readonly text: string }>
  pull(): Promise<string>
}

interface Example {
  readonly name: string
  readonly because: string
  readonly files: { readonly [name: string]: unknown }
  /** Where its Terraform JSON is, or is written. */
  readonly folder: string
  readonly secrets: { readonly [name: string]: string }
}

const app = (name: string) => ({
  'cdktf.json': { language: 'typescript', app: `node ${join(root, `examples/${name}.ts`)}` },
})
const examples: readonly Example[] = [
  {
    name: 'plain',
    because: 'it counts, has keys and a variable with a validation',
    files: { 'main.tf.json': readFileSync(join(root, 'examples/plain/main.tf.json'), 'utf8') },
    folder: '.',
    secrets: { TF_VAR_signing_key: 'a key' },
  },
  {
    name: 'customer',
    because: 'the tour has it too; it has secrets, users with roles and solutions',
    files: app('customer'),
    folder: 'cdktf.out/stacks/customer',
    secrets: { TF_VAR_invoice_client_secret: 'a secret', TF_VAR_candidate_api_key: 'another secret' },
  },
  {
    name: 'fleet',
    because: 'many customers share a user',
    files: app('fleet'),
    folder: 'cdktf.out/stacks/fleet',
    secrets: {},
  },
]

describe.skipIf(noTerraform)(
  `examples in shared state${noTerraform ? ` (skipped: ${noTerraform})` : ''}`,
  { timeout: 60_000 },
  () => {
    let hub: Emulator
    let served: Served

    beforeAll(async () => {
      hub = await startEmulator()
      served = await serveProvider(makeTavio(quickClock()), { env: settingsOf(hub, 'client') })
    })
    afterAll(async () => {
      await served?.close()
      await hub?.close()
    })
    beforeEach(() => hub.reset())

    /** A project with an example, and both programs in it. */
    const open = async ({ files, folder, secrets }: Example) => {
      const place = makePlace(files, hub)
      const env = { ...place.env, ...settingsOf(hub, 'client'), ...secrets }
      const node = `${join(process.execPath, '..')}:${env.PATH}`
      const shell = { ...env, PATH: node }
      if (folder !== '.') expect(await place.within(shell)('synth')).toMatchObject({ code: 0 })
      const directory = join(place.directory, folder)
      const attached = { ...env, TF_REATTACH_PROVIDERS: served.reattach }
      const terraform = async (...args: readonly string[]) => {
        const { status, text, stdout } = await runTerraform(directory, attached, args)
        return { code: status, text, stdout }
      }
      expect(await terraform('init', '-input=false')).toMatchObject({ code: 0 })
      const hubform = async (...args: readonly string[]) => {
        const { code, stdout, stderr } = await place.within(shell)(...args)
        return { code, text: stderr + stdout, stdout }
      }
      const synth = folder === '.' ? [] : ['--no-synth']
      const flags = { plan: ['-detailed-exitcode'], apply: ['-auto-approve'], destroy: ['-auto-approve'] }
      const programs: { readonly [name in 'hubform' | 'terraform']: Program } = {
        hubform: {
          name: 'hubform',
          run: (verb) => hubform(verb, ...flags[verb], ...synth),
          pull: async () => (await hubform('state', 'pull')).stdout,
        },
        terraform: {
          name: 'terraform',
          run: (verb) => terraform(verb, ...flags[verb], '-input=false'),
          pull: async () => (await terraform('state', 'pull')).stdout,
        },
      }
      return { ...programs, file: join(directory, folder === '.' ? 'main.tf.json' : 'cdk.tf.json') }
    }

    const orders = [
      ['hubform', 'terraform'],
      ['terraform', 'hubform'],
    ] as const
    const table = examples.flatMap((one) => orders.map(([first, second]) => ({ ...one, first, second })))

    it.each(table)('$name, $first first: $because', async ({ first, second, ...example }) => {
      const project = await open(example)
      const [a, b] = [project[first], project[second]]
      const must = async (program: Program, verb: 'plan' | 'apply' | 'destroy') => {
        const ended = await program.run(verb)
        expect(ended.code, `${program.name} ${verb}:\n${ended.text}`).toBe(0)
      }
      await must(a, 'apply')
      await must(b, 'plan')
      rename(project.file)
      await must(b, 'apply')
      await must(a, 'plan')
      expect(sameState(await a.pull(), await b.pull())).toEqual([])
      await must(b, 'destroy')
      expect(JSON.parse(await a.pull())).toMatchObject({ resources: [], outputs: {} })
    })
  },
)

/** Gives each environment of a configuration another description. */
function rename(file: string): void {
  const config = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly resource: { readonly tavio_environment: { readonly [name: string]: { description?: string } } }
  }
  for (const block of Object.values(config.resource.tavio_environment)) block.description = 'Another one.'
  writeFileSync(file, JSON.stringify(config))
}
