// Installed the ways a user would, and started by Terraform itself.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, relative } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator/server.ts'
import { bundle } from '../../src/plugin/build.ts'
import { type Installed, installDev, installMirror, platformOf } from '../../src/protocol/install.ts'
import { tavio } from '../../src/systems/tavio/provider.ts'
import { noTerraform, type Workspace, workspace } from '../support/terraform.ts'

let folder = ''
let executable = ''
let dir = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hubform-install-'))
  executable = join(folder, 'built')
  writeFileSync(executable, await bundle(tavio))
})
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => {
  dir = mkdtempSync(join(folder, 'to-'))
})

const options = () => ({ dir, provider: tavio, executable })
const here = platformOf(process)
const names = (installed: Installed) => installed.files.map((file) => relative(dir, file))

describe('installMirror', () => {
  it('lays out folders for both programs, each with an executable that may be run', async () => {
    const installed = await installMirror(options())
    const tail = `hubform/tavio/${tavio.version}/${here}/terraform-provider-tavio`
    expect(names(installed)).toEqual([
      `registry.terraform.io/${tail}`,
      `registry.opentofu.org/${tail}`,
      'SHA256SUMS',
    ])
    expect(statSync(installed.files[0] ?? '').mode & 0o777).toBe(0o755)
  })

  it('the executable starts in a project of either kind of module', async () => {
    const installed = await installMirror(options())
    for (const type of ['module', 'commonjs']) {
      writeFileSync(join(dir, 'package.json'), JSON.stringify({ type }))
      const { status, stderr } = spawnSync(process.execPath, [installed.files[0] ?? ''], { encoding: 'utf8' })
      expect(stderr).toContain('Terraform')
      expect(status).toBe(1)
    }
  })

  it('lays out zips for any platform', async () => {
    const platforms = ['linux_arm64', 'darwin_arm64']
    const installed = await installMirror({ ...options(), packed: true, platforms })
    expect(names(installed).slice(0, 2)).toEqual(
      platforms.map(
        (it) => `registry.terraform.io/hubform/tavio/terraform-provider-tavio_${tavio.version}_${it}.zip`,
      ),
    )
  })

  it('is there once for both programs, and stays whole when it is laid out again', async () => {
    await installMirror(options())
    const { files } = await installMirror(options())
    const [one, other] = files.map((file) => statSync(file).ino)
    expect(one).toBe(other)
    expect(readFileSync(files[1] ?? '')).toEqual(readFileSync(executable))
  })

  it('says what is in each file', async () => {
    await installMirror({ ...options(), packed: true })
    const lines = readFileSync(join(dir, 'SHA256SUMS'), 'utf8').trim().split('\n')
    expect(lines).toHaveLength(2)
    for (const line of lines) {
      const [hash, file = ''] = line.split('  ')
      expect(hash).toBe(
        createHash('sha256')
          .update(readFileSync(join(dir, file)))
          .digest('hex'),
      )
    }
  })

  it('may be done again while the plugin runs, and leaves nothing half-written behind', async () => {
    await installMirror(options())
    const again = await installMirror(options())
    expect(readdirSync(dirname(again.files[0] ?? ''))).toHaveLength(1)
  })
})

it('platformOf names machines as hosts do, and refuses where scripts cannot be started', () => {
  expect(platformOf({ platform: 'darwin', arch: 'arm64' })).toBe('darwin_arm64')
  expect(platformOf({ platform: 'linux', arch: 'x64' })).toBe('linux_amd64')
  expect(() => platformOf({ platform: 'win32', arch: 'x64' })).toThrow(/WSL/)
})

describe.skipIf(noTerraform)(
  `installed for Terraform${noTerraform ? ` (skipped: ${noTerraform})` : ''}`,
  { timeout: 60_000 },
  () => {
    let hub: Emulator
    let terraform: Workspace
    let environment: { readonly [name: string]: string }

    beforeEach(async () => {
      hub = await startEmulator()
      const { ready } = hub
      environment = {
        TF_CLI_CONFIG_FILE: join(dir, 'config.tfrc'),
        TAVIO_BASE_URL: ready.systems.tavio,
        TAVIO_ORGANIZATION: ready.organization,
        TAVIO_CLIENT_ID: ready.client_id,
        TAVIO_CLIENT_SECRET: ready.client_secret,
        // The one in front is the Node that runs this test.
        PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
        TMPDIR: join(dir, 'tmp'),
      }
      mkdirSync(join(dir, 'tmp'))
      terraform = workspace(environment)
      terraform.write({
        terraform: { required_providers: { tavio: { source: 'hubform/tavio' } } },
        provider: { tavio: {} },
        resource: { tavio_environment: { a: { name: 'A', domain: 'a-1' } } },
      })
    })
    afterEach(async () => {
      terraform.dispose()
      await hub.close()
    })

    const configure = ({ config }: Installed) => writeFileSync(join(dir, 'config.tfrc'), config)

    async function live() {
      expect(await terraform.plan()).toEqual(['create tavio_environment.a'])
      await terraform.apply()
      expect(await terraform.plan()).toEqual([])
      const { status, text } = await terraform.run('destroy', '-auto-approve')
      expect(status, text).toBe(0)
      // Each process was sent away and took its socket with it.
      expect(readdirSync(join(dir, 'tmp'))).toEqual([])
    }

    it.each([
      ['folders', false],
      ['zips', true],
    ])('from a mirror of %s', async (_name, packed) => {
      configure(await installMirror({ ...options(), packed }))
      const { status, text } = await terraform.run('init')
      expect(status, text).toBe(0)
      const lock = readFileSync(join(terraform.directory, '.terraform.lock.hcl'), 'utf8')
      expect(lock).toContain(`version = "${tavio.version}"`)
      await live()
    })

    it('with a development override, which needs no init', async () => {
      configure(await installDev(options()))
      await live()
      expect(existsSync(join(terraform.directory, '.terraform.lock.hcl'))).toBe(false)
    })

    it('and the same lock fits both forms of a mirror', async () => {
      const locks: string[] = []
      for (const packed of [false, true]) {
        rmSync(join(dir, 'registry.terraform.io'), { recursive: true, force: true })
        rmSync(join(terraform.directory, '.terraform'), { recursive: true, force: true })
        configure(await installMirror({ ...options(), packed }))
        const { status, text } = await terraform.run('init')
        expect(status, text).toBe(0)
        locks.push(
          /h1:[^"]+/.exec(readFileSync(join(terraform.directory, '.terraform.lock.hcl'), 'utf8'))?.[0] ?? '',
        )
      }
      expect(locks[0]).toBe(locks[1])
    })
  },
)
