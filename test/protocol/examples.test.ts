// One configuration, two engines, one hub each: both must leave it in the same state.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator/server.ts'
import { type Served, serveProvider } from '../../src/protocol/serve.ts'
import { makeTavio } from '../../src/systems/tavio/provider.ts'
import { bench, type Json, text } from '../support/engine.ts'
import { quickClock } from '../support/quick-clock.ts'
import { noTerraform, type Workspace, workspace } from '../support/terraform.ts'

const root = join(import.meta.dirname, '../..')
const secrets = { invoice_client_secret: 'a secret', candidate_api_key: 'another secret' }
const examples: { readonly name: string; readonly vars: { readonly [name: string]: string } }[] = [
  { name: 'plain', vars: { signing_key: 'a key' } },
  { name: 'customer', vars: secrets },
  { name: 'fleet', vars: {} },
]
let stacks = ''

/** What an example says, as Terraform reads it. */
function configuration(name: string): Json {
  if (name === 'plain') return read(join(root, 'examples/plain/main.tf.json'))
  const env = { ...process.env, CDKTF_OUTDIR: stacks }
  execFileSync(process.execPath, [`examples/${name}.ts`], { cwd: root, env, stdio: 'pipe' })
  const stack = read(join(stacks, 'stacks', name, 'cdk.tf.json')) as Json & { terraform: Json }
  // The state must not go where the stack says, which is the folder of the app.
  const { backend: _, ...terraform } = stack.terraform
  return { ...stack, terraform }
}

function read(path: string): Json {
  return JSON.parse(readFileSync(path, 'utf8')) as Json
}

function credentials({ ready }: Emulator) {
  return {
    TAVIO_BASE_URL: ready.systems.tavio,
    TAVIO_ORGANIZATION: ready.organization,
    TAVIO_CLIENT_ID: ready.client_id,
    TAVIO_CLIENT_SECRET: ready.client_secret,
    TAVIO_FINGERPRINT_KEY: 'a key for tests',
  }
}

describe.skipIf(noTerraform)(
  `examples${noTerraform ? ` (skipped: ${noTerraform})` : ''}`,
  { timeout: 60_000 },
  () => {
    let hub: Emulator
    let served: Served
    let terraform: Workspace

    beforeAll(() => {
      stacks = mkdtempSync(join(tmpdir(), 'hubform-stacks-'))
    })
    afterAll(() => rmSync(stacks, { recursive: true }))
    beforeEach(async () => {
      hub = await startEmulator()
      served = await serveProvider(makeTavio(quickClock()), { env: credentials(hub) })
      terraform = workspace({ TF_REATTACH_PROVIDERS: served.reattach })
    })
    afterEach(async () => {
      terraform.dispose()
      await served.close()
      await hub.close()
    })

    async function withOurs(config: Json, vars: readonly string[]) {
      const other = await startEmulator()
      const clock = quickClock()
      try {
        const ours = bench(makeTavio(clock), { env: credentials(other), clock })
        const { diagnostics } = await ours.apply(config, { vars })
        expect(text(diagnostics.filter(({ severity }) => severity === 'error'))).toBe('')
        const made = other.tavio.comparable()
        await ours.apply(config, { vars, mode: 'destroy' })
        return { made, left: other.tavio.comparable() }
      } finally {
        await other.close()
      }
    }

    it.each(examples)('$name: made, left alone and destroyed as by our engine', async ({ name, vars }) => {
      const config = configuration(name)
      const pairs = Object.entries(vars).map(([key, value]) => `${key}=${value}`)
      const ours = await withOurs(config, pairs)
      const flags = pairs.map((pair) => `-var=${pair}`)
      terraform.write(config)
      expect((await terraform.run('init')).status).toBe(0)
      await terraform.apply(...flags)
      expect(hub.tavio.comparable()).toEqual(ours.made)
      const before = hub.stats.report().writes
      expect(await terraform.plan(...flags), (await terraform.run('show', 'plan.bin')).text).toEqual([])
      expect(hub.stats.report().writes).toBe(before)
      const destroyed = await terraform.run('destroy', '-auto-approve', ...flags)
      expect(destroyed.status, destroyed.text).toBe(0)
      expect(hub.tavio.comparable()).toEqual(ours.left)
      expect(destroyed.text).toContain('Warning: User still exists')
    })
  },
)
