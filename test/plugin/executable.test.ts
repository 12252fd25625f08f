// The plugin with Node in it, on a machine that has none.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmulator } from '../../src/emulator/server.ts'
import { bundle } from '../../src/plugin/build.ts'
import { makeExecutable, noExecutable } from '../../src/plugin/executable.ts'
import { installMirror } from '../../src/protocol/install.ts'
import { tavio } from '../../src/systems/tavio/provider.ts'
import { noTerraform, workspace } from '../support/terraform.ts'

const cannot = noExecutable(process)
const reason = cannot ?? noTerraform

describe.skipIf(cannot)(`a self-contained plugin${cannot ? ` (skipped: ${cannot})` : ''}`, () => {
  let folder = ''
  let file = ''

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hubform-executable-test-'))
    file = join(folder, 'made', 'terraform-provider-tavio')
    await makeExecutable({ script: await bundle(tavio), file })
  }, 120_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('is one file that may be run, and leaves nothing beside it', () => {
    expect(readdirSync(join(folder, 'made'))).toEqual(['terraform-provider-tavio'])
    expect(statSync(file).mode & 0o777).toBe(0o755)
  })

  it('says what it is when a person starts it, whatever arguments are given, and ends with 1', () => {
    const { status, stdout, stderr } = spawnSync(file, ['--version'], {
      encoding: 'utf8',
      env: { PATH: folder },
    })
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^This is the tavio provider of Hubform/)
  })

  it('is refused where Node cannot carry a program, and nothing is left behind', async () => {
    const other = join(folder, 'other', 'terraform-provider-tavio')
    const notNode = join(folder, 'not-node')
    // It answers as Node would, but its file is another.
    writeFileSync(notNode, `#!/bin/sh\nexec ${process.execPath} "$@"\n`, { mode: 0o755 })
    await expect(makeExecutable({ script: '0', file: other, node: notNode })).rejects.toThrow(
      /cannot be made to carry a program/,
    )
    expect(readdirSync(join(folder, 'other'))).toEqual([])
  })

  it.skipIf(reason)(
    `plans, applies and destroys under Terraform with no node on the PATH${reason ? ` (skipped: ${reason})` : ''}`,
    { timeout: 120_000 },
    async () => {
      const programs = join(folder, 'programs')
      mkdirSync(programs)
      const which = spawnSync('sh', ['-c', 'command -v terraform'], { encoding: 'utf8' }).stdout.trim()
      symlinkSync(which, join(programs, 'terraform'))
      const hub = await startEmulator()
      const { ready } = hub
      const sockets = join(folder, 'sockets')
      mkdirSync(sockets)
      const terraform = workspace({
        TF_CLI_CONFIG_FILE: join(folder, 'config.tfrc'),
        TAVIO_BASE_URL: ready.systems.tavio,
        TAVIO_ORGANIZATION: ready.organization,
        TAVIO_CLIENT_ID: ready.client_id,
        TAVIO_CLIENT_SECRET: ready.client_secret,
        PATH: programs,
        TMPDIR: sockets,
      })
      try {
        const { config } = await installMirror({
          dir: join(folder, 'mirror'),
          provider: tavio,
          executable: file,
        })
        writeFileSync(join(folder, 'config.tfrc'), config)
        terraform.write({
          terraform: { required_providers: { tavio: { source: 'hubform/tavio' } } },
          provider: { tavio: {} },
          resource: { tavio_environment: { a: { name: 'A', domain: 'a-1' } } },
        })
        const { status, text } = await terraform.run('init')
        expect(status, text).toBe(0)
        expect(await terraform.plan()).toEqual(['create tavio_environment.a'])
        await terraform.apply()
        expect(await terraform.plan()).toEqual([])
        const destroyed = await terraform.run('destroy', '-auto-approve')
        expect(destroyed.status, destroyed.text).toBe(0)
        // Each process was sent away and took its socket with it.
        expect(readdirSync(sockets)).toEqual([])
      } finally {
        terraform.dispose()
        await hub.close()
      }
    },
  )
})
