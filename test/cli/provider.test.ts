import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makePlace } from './hubform.ts'

describe('hubform provider install', () => {
  it('lays out a mirror and prints what names it', async () => {
    const { directory, hubform } = makePlace({})
    const { code, stdout, stderr } = await hubform('provider', 'install', '--mirror', 'mirror')
    expect(code).toBe(0)
    expect(stdout).toContain('filesystem_mirror {')
    expect(stdout).toContain(JSON.stringify(join(directory, 'mirror')))
    expect(stderr).toContain('SHA256SUMS')
    expect(existsSync(join(directory, 'mirror/registry.opentofu.org/hubform/tavio'))).toBe(true)
  })

  it('puts it where both programs look by themselves when nothing else is said', async () => {
    const { directory, hubform } = makePlace({})
    const { code, stderr } = await hubform('provider', 'install')
    expect(code).toBe(0)
    expect(stderr).toContain('Run "terraform init".')
    expect(existsSync(join(directory, 'home/.terraform.d/plugins/registry.terraform.io/hubform/tavio'))).toBe(
      true,
    )
  })

  it('writes the configuration to a new file, and never over another', async () => {
    const { directory, hubform } = makePlace({})
    const install = () => hubform('provider', 'install', '--dev', 'dev', '--write-config', 'cli.tfrc')
    expect((await install()).code).toBe(0)
    const written = readFileSync(join(directory, 'cli.tfrc'), 'utf8')
    expect(written).toContain('dev_overrides {')
    const again = await install()
    expect(again.code).toBe(1)
    expect(again.stderr).toContain('is not overwritten')
    expect(readFileSync(join(directory, 'cli.tfrc'), 'utf8')).toBe(written)
  })

  const built = existsSync(join(import.meta.dirname, '../../dist/plugin/self-contained'))

  it.skipIf(built)('says how to build the executable that has Node in it', async () => {
    const { code, stderr } = await makePlace({}).hubform('provider', 'install', '--self-contained')
    expect(code).toBe(1)
    expect(stderr.replace(/\s+/g, ' ')).toContain('Run "npm run build:executable"')
  })

  it.skipIf(!built)('installs the executable that has Node in it', async () => {
    const { directory, hubform } = makePlace({})
    expect((await hubform('provider', 'install', '--dev', 'dev', '--self-contained')).code).toBe(0)
    const { size } = statSync(join(directory, 'dev/terraform-provider-tavio'))
    expect(size).toBeGreaterThan(50_000_000)
  })

  it('knows which providers there are', async () => {
    const { code, stderr } = await makePlace({}).hubform('provider', 'install', 'tavoi')
    expect(code).toBe(1)
    expect(stderr.replace(/\s+/g, ' ')).toContain(
      'There is no provider "tavoi" to run under Terraform. Did you mean "tavio"?',
    )
  })
})

describe('hubform provider serve', () => {
  it('prints what attaches a command to it, and ends when it is stopped', async () => {
    const serving = makePlace({}).start('provider', 'serve', 'tavio')
    await serving.seen('TF_REATTACH_PROVIDERS')
    serving.child.kill('SIGTERM')
    const { stdout } = await serving.result
    const attach = JSON.parse(stdout) as { [source: string]: { Protocol: string; Addr: { String: string } } }
    expect(attach['registry.terraform.io/hubform/tavio']?.Protocol).toBe('grpc')
    expect(existsSync(attach['registry.terraform.io/hubform/tavio']?.Addr.String ?? '')).toBe(false)
  })
})
