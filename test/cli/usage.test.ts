import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { customer, makePlace } from './hubform.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** Words of an error on one line. */
function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

describe('what is mistyped', () => {
  it.each([
    ['a verb', ['plna'], 'Error: Unknown verb There is no verb "plna". Did you mean "plan"?'],
    ['a verb of Terraform', ['init'], 'Hubform needs no init'],
    ['an option', ['plan', '--autoapprove'], 'Unknown option'],
    ['a count', ['plan', '--parallelism', 'x'], 'It must be a whole number from 1.'],
    ['a duration', ['plan', '-lock-timeout=5'], 'It must be a duration such as 30s or 5m.'],
    ['an unsafe wish', ['plan', '-lock=false'], '--lock=false is not offered'],
    ['a missing argument', ['import', 'tavio_user.ada'], "Missing required argument 'id'"],
    [
      'an argument of a verb in a group',
      ['state', 'mv', 'a.b'],
      'Missing required argument \'to\'. See "hubform state mv --help".',
    ],
    ['a group alone', ['workspace'], 'Say what "hubform workspace" is to do, with one of these commands.'],
    ['an empty place', ['plan'], 'has neither a cdktf.json with an "app" nor any *.tf.json file'],
    ['a directory', ['--chdir=nowhere', 'plan'], 'nowhere cannot be read'],
    ['a profile', ['emulator', '--profile', 'odd'], 'There are: default, flipped.'],
    ['a switch', ['emulator', '--switch', 'odd=1'], 'there is no switch odd'],
  ])('%s is answered with what to do', async (_name, args, text) => {
    const result = await makePlace({}).hubform(...args)
    expect(flat(result.stderr)).toContain(text)
    expect(result.stdout).toBe('')
    expect(result.code).toBe(1)
    expect(result.stderr).not.toMatch(/^\s+at .*\.ts:\d+/m)
  })

  it('in the configuration is shown with file and line', async () => {
    const broken = { ...customer, resource: { tavio_user: { ada: { emial: 'a@b.c' } } }, output: {} }
    const place = makePlace({ 'main.tf.json': broken })
    const result = await place.hubform('validate')
    expect(result.code).toBe(1)
    expect(result.stderr).toMatch(
      /Error: Unknown attribute\n {2}at main\.tf\.json:\d+:\d+, tavio_user\.ada\.emial\n/,
    )
    expect(flat(result.stderr)).toContain('Did you mean "email"?')
    const json = JSON.parse((await place.hubform('validate', '--json')).stdout)
    expect(json).toMatchObject({ valid: false })
  })
})

describe('verbs that need no hub', () => {
  it('validate says that all is well', async () => {
    const place = makePlace({ 'main.tf.json': customer })
    expect(await place.hubform('validate')).toEqual({
      code: 0,
      stdout: 'The configuration is valid.\n',
      stderr: '',
    })
  })

  it('graph draws what needs what', async () => {
    const place = makePlace({ 'main.tf.json': customer })
    const { stdout } = await place.hubform('graph')
    expect(stdout).toContain('"tavio_environment_access.ada" -> "tavio_user.ada";')
    expect((await place.hubform('graph', '--mermaid')).stdout).toMatch(/^flowchart RL\n/)
  })

  it('provider schema prints the format of Terraform', async () => {
    const { stdout, code } = await makePlace({}).hubform('provider', 'schema', '--json')
    expect(code).toBe(0)
    const json = JSON.parse(stdout)
    expect(json.format_version).toBe('1.0')
    expect(Object.keys(json.provider_schemas)).toEqual([
      'registry.terraform.io/hubform/tavio',
      'terraform.io/builtin/terraform',
    ])
  })

  it('--version and --help answer', async () => {
    const place = makePlace({})
    expect((await place.hubform('--version')).stdout).toMatch(/^hubform \d+\.\d+\.\d+\n$/)
    expect((await place.hubform('-help')).stdout).toContain('force-unlock')
    expect((await place.hubform('plan', '--help')).stdout).toContain('--detailed-exitcode')
    expect((await place.hubform('state', 'mv', '--help')).stdout).toContain('<from>')
  })

  it('colours are for terminals, or on demand', async () => {
    const place = makePlace({ 'main.tf.json': customer })
    expect((await place.hubform('validate')).stdout).not.toContain('\u001b')
  })
})

describe('the emulator', () => {
  it('prints one line of JSON when ready, and ends well on a signal', async () => {
    const place = makePlace({})
    const run = place.start('emulator', '--switch', 'pageSize=3', '--profile=flipped', '--latency', '1')
    await run.seen('"systems"')
    await run.seen('The hub answers at')
    run.child.kill('SIGTERM')
    const { code, stdout, stderr } = await run.result
    expect(code).toBe(0)
    expect(stdout.trim().split('\n')).toHaveLength(1)
    expect(JSON.parse(stdout)).toMatchObject({
      username: expect.any(String),
      systems: { tavio: expect.any(String) },
    })
    expect(stderr).toContain('The hub answers at')
  })
})

describe('a closed pipe', () => {
  it('is no failure', async () => {
    const place = makePlace({})
    const child = spawn(process.execPath, [main, 'provider', 'schema'], {
      cwd: place.directory,
      env: place.env,
    })
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    child.stdout.destroy()
    const [code] = (await once(child, 'close')) as [number | null]
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })
})
