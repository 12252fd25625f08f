import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator/server.ts'
import { makePlace } from './hubform.ts'

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))

/** Two stacks, of which `one` needs `two`, and a number that JSON.parse would round. */
const app = `
import { App, TerraformOutput, TerraformStack, LocalBackend } from 'cdktf'
const app = new App()
const stack = (name) => {
  const made = new TerraformStack(app, name)
  made.addOverride('terraform.required_providers.tavio', { source: 'hubform/tavio' })
  made.addOverride('resource.tavio_environment.e', {
    name,
    domain: 'dom-' + name,
    '//': { metadata: { path: name + '/e', uniqueId: 'e' } },
  })
  new TerraformOutput(made, 'domain', { value: '\${tavio_environment.e.domain}' })
  return made
}
const one = stack('one')
one.addDependency(stack('two'))
if (process.env.OWN_BACKEND) new LocalBackend(one, { path: process.env.OWN_BACKEND })
app.synth()
console.log('the app ran')
`

function makeApp(hub?: Emulator) {
  const place = makePlace(
    { 'main.mjs': app, 'cdktf.json': { language: 'typescript', app: 'node main.mjs' } },
    hub,
  )
  symlinkSync(modules, join(place.directory, 'node_modules'))
  return place
}

let hub: Emulator
beforeAll(async () => {
  hub = await startEmulator()
})
afterAll(() => hub.close())

describe('a cdktf app', () => {
  it('is run, its stacks are listed in the order of their needs, and their states go to the state folder', async () => {
    const place = makeApp()
    const result = await place.hubform('synth')
    expect(result).toEqual({
      code: 0,
      stdout: 'two  cdktf.out/stacks/two/cdk.tf.json\none  cdktf.out/stacks/one/cdk.tf.json\n',
      stderr: 'the app ran\n',
    })
    const text = readFileSync(join(place.directory, 'cdktf.out/stacks/one/cdk.tf.json'), 'utf8')
    expect(JSON.parse(text).terraform.backend).toEqual({
      local: {
        path: join(place.directory, 'state/one.tfstate'),
        workspace_dir: join(place.directory, 'state/one.tfstate.d'),
      },
    })
  })

  it('loses no workspace with the folder of its output', async () => {
    const place = makeApp(hub)
    const choose = (verb: string) => place.hubform('workspace', verb, 'blue', '--stack', 'two')
    expect((await choose('new')).code).toBe(0)
    const applied = await place.hubform('apply', 'two', '--auto-approve')
    expect(applied.code, applied.stderr).toBe(0)
    expect(existsSync(join(place.directory, 'state/two.tfstate.d/blue/terraform.tfstate'))).toBe(true)
    expect(existsSync(join(place.directory, 'state/two.tfstate'))).toBe(false)
    rmSync(join(place.directory, 'cdktf.out'), { recursive: true })
    expect((await choose('select')).code).toBe(0)
    const destroyed = await place.hubform('destroy', 'two', '--auto-approve')
    expect(destroyed.stdout).toContain('1 destroyed')
  })

  it('keeps workspaces that are already in the folder of the stack', async () => {
    const place = makeApp()
    place.write('cdktf.out/stacks/one/terraform.tfstate.d/blue/terraform.tfstate', '')
    await place.hubform('synth')
    const text = readFileSync(join(place.directory, 'cdktf.out/stacks/one/cdk.tf.json'), 'utf8')
    expect(JSON.parse(text).terraform.backend.local.workspace_dir).toBeUndefined()
  })

  it('keeps a state that is already where cdktf puts it', async () => {
    const place = makeApp()
    place.write('terraform.one.tfstate', '')
    await place.hubform('synth')
    const text = readFileSync(join(place.directory, 'cdktf.out/stacks/one/cdk.tf.json'), 'utf8')
    expect(JSON.parse(text).terraform.backend).toEqual({
      local: {
        path: join(place.directory, 'terraform.one.tfstate'),
        workspace_dir: join(place.directory, 'terraform.one.tfstate.d'),
      },
    })
  })

  it('is applied stack by stack and destroyed in the opposite order', async () => {
    const place = makeApp(hub)
    const applied = await place.hubform('apply', '--auto-approve')
    expect(applied.code).toBe(0)
    expect(applied.stdout.match(/^Stack .*|^ {2}# construct: .*/gm)).toEqual([
      'Stack two',
      '  # construct: two/e',
      'Stack one',
      '  # construct: one/e',
    ])
    expect(existsSync(join(place.directory, 'state/one.tfstate'))).toBe(true)
    const one = await place.hubform('output', '--raw', 'domain', '--stack', 'one')
    expect(one).toEqual({ code: 0, stdout: 'dom-one\n', stderr: '' })
    expect((await place.hubform('output')).stderr).toContain('Choose one with --stack NAME.')
    const destroyed = await place.hubform('destroy', '--auto-approve', 'o*', 'two')
    expect(destroyed.stdout.match(/^Stack .*/gm)).toEqual(['Stack one', 'Stack two'])
    expect(destroyed.code).toBe(0)
  })

  it('that fails is named with its command', async () => {
    const place = makePlace({ 'cdktf.json': { app: 'echo broken >&2; exit 3' } })
    const result = await place.hubform('plan')
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('broken\n')
    expect(result.stderr).toContain('Error: App failed\n  at cdktf.json\n')
    expect(result.stderr).toContain('ended with code 3')
  })

  it('has no stack of a name that is misspelled', async () => {
    const result = await makeApp().hubform('plan', 'tow')
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('There is no stack "tow". Did you mean "two"?')
  })
})
