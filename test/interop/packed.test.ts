// The package as users install it, in a folder of its own, with cdktn under the name of cdktf.
import { type SpawnOptions, spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator/server.ts'
import { settingsOf } from '../support/hub.ts'
import { noTerraform } from '../support/terraform.ts'

const CDKTN = '0.24.0'
const root = join(import.meta.dirname, '../..')
const secrets = {
  TF_VAR_invoice_client_secret: 'a secret',
  TF_VAR_candidate_api_key: 'another secret',
  TF_VAR_signing_key: 'a key',
}

describe('the package, installed', { timeout: 120_000 }, () => {
  let hub: Emulator
  let project: string
  /** Why there is nothing to try. */
  let missing: string | undefined
  let env: NodeJS.ProcessEnv

  beforeAll(async () => {
    project = realpathSync(mkdtempSync(join(tmpdir(), 'hubform-packed-')))
    hub = await startEmulator()
    // What runs the tests must not be found by what is tested.
    const { NODE_PATH: _, NODE_OPTIONS: __, INIT_CWD: ___, ...inherited } = process.env
    env = {
      ...inherited,
      PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
      ...settingsOf(hub, 'client'),
      ...secrets,
      CHECKPOINT_DISABLE: '1',
    }
    missing = await install()
  }, 120_000)
  afterAll(async () => {
    await hub?.close()
    await rm(project, { recursive: true, force: true })
  }, 60_000)
  beforeEach((context) => {
    hub.reset()
    skipWithout(context, missing)
  })

  const install = async (): Promise<string | undefined> => {
    if (!existsSync(join(root, 'dist/cli/main.js'))) return 'nothing is built: npm run build'
    const found = await run([
      'npm',
      'view',
      `cdktn@${CDKTN}`,
      'version',
      '--fetch-retries=0',
      '--fetch-timeout=5000',
    ])
    if (found.code !== 0) return 'the registry of packages cannot be reached'
    await must(['npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', project, root])
    const [tarball] = readdirSync(project)
    const dependencies = {
      cdktf: `npm:cdktn@${CDKTN}`,
      constructs: '>=10.6.0 <10.8.0',
      hubform: `file:${tarball}`,
    }
    write('package.json', { private: true, type: 'module', dependencies })
    await must(['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'])
    return undefined
  }

  const write = (file: string, content: object) => writeFileSync(join(project, file), JSON.stringify(content))
  const run = (command: readonly string[], cwd = project) => runProcess(command, { cwd, env })
  const must = async (command: readonly string[], code = 0, cwd = project): Promise<string> => {
    const ended = await run(command, cwd)
    expect(ended.code, `${command.join(' ')}:\n${ended.text}`).toBe(code)
    return ended.text
  }
  const hubform = (...args: readonly string[]) => ['npx', '--no-install', 'hubform', ...args]

  it('plans, applies and destroys a plain configuration', async () => {
    mkdirSync(join(project, 'plain'))
    copyFileSync(join(root, 'examples/plain/main.tf.json'), join(project, 'plain/main.tf.json'))
    const at = '--chdir=plain'
    expect(await must(hubform(at, 'plan', '--detailed-exitcode'), 2)).toContain('Plan: 10 to add')
    await must(hubform(at, 'apply', '--auto-approve'))
    await must(hubform(at, 'plan', '--detailed-exitcode'))
    expect(await must(hubform(at, 'destroy', '--auto-approve'))).toContain('Destroyed: ')
  })

  it('has a provider that Terraform installs, and constructs that cdktn synthesizes', async (context) => {
    skipWithout(context, noTerraform)
    for (const file of ['customer.ts', 'fleet.ts', 'fleet.json'])
      copyFileSync(join(root, 'examples', file), join(project, file))
    await must(hubform('provider', 'install', '--mirror', 'mirror', '--write-config', 'terraformrc'))
    env = { ...env, TF_CLI_CONFIG_FILE: join(project, 'terraformrc') }
    for (const stack of ['customer', 'fleet']) {
      write('cdktf.json', { language: 'typescript', app: `node ${stack}.ts` })
      await must(hubform('synth'))
      const folder = join(project, 'cdktf.out/stacks', stack)
      const terraform = (verb: string, code: number, ...flags: readonly string[]) =>
        must(['terraform', verb, '-input=false', '-no-color', ...flags], code, folder)
      await terraform('init', 0)
      await terraform('plan', 2, '-detailed-exitcode', '-out=plan.bin')
      await terraform('apply', 0, 'plan.bin')
      await terraform('plan', 0, '-detailed-exitcode')
      await must(hubform('plan', stack, '--no-synth', '--detailed-exitcode'))
      expect(await terraform('destroy', 0, '-auto-approve')).toContain('Destroy complete!')
    }
  })
})

function skipWithout(context: TestContext, reason: string | undefined): void {
  if (reason !== undefined) context.skip(reason)
}

function runProcess([program = '', ...args]: readonly string[], options: SpawnOptions) {
  return new Promise<{ readonly code: number | null; readonly text: string }>((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
    }
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, text: stripVTControlCharacters(text) }))
  })
}
