import { randomBytes } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator/server.ts'
import { filesOf } from '../support/every-place.ts'
import { customer, makePlace, type Place } from './hubform.ts'

let hub: Emulator
beforeAll(async () => {
  hub = await startEmulator()
})
afterAll(() => hub.close())

const first = randomBytes(32).toString('base64')
const second = randomBytes(32).toString('hex')

function configuration(domain: string) {
  return {
    terraform: customer.terraform,
    resource: { tavio_environment: { one: { name: 'One', domain } } },
  }
}

const stateOf = (place: Place) => readFileSync(join(place.directory, 'terraform.tfstate'), 'utf8')
/** Names of the files that hold a text. */
const filesWith = ({ directory }: Place, text: string) =>
  [...filesOf(directory)].filter(([, content]) => content.includes(text)).map(([path]) => basename(path))
const words = (text: string) => text.replace(/\s+/g, ' ')

describe('a state with keys', () => {
  it('is encrypted, rotated and decrypted, and plans empty all the while', async () => {
    const place = makePlace({ 'main.tf.json': configuration('rotated') }, hub)
    const with_ = (...keys: readonly string[]) =>
      place.within({ ...place.env, HUBFORM_STATE_KEY: keys.join(',') })
    const isSteady = async (run: ReturnType<typeof with_>) => {
      const planned = await run('plan', '--detailed-exitcode')
      expect(planned).toMatchObject({ code: 0 })
      return planned
    }
    expect((await place.hubform('apply', '--auto-approve')).code).toBe(0)

    const warned = await isSteady(with_(`a:${first}`))
    expect(words(warned.stderr)).toContain('State is not encrypted')
    const encrypted = await with_(`a:${first}`)('state', 'encrypt')
    expect(encrypted).toMatchObject({ code: 0, stderr: '' })
    expect(words(encrypted.stdout)).toMatch(
      /is now encrypted with the key "a", at serial \d+\. 2 earlier copies, which Hubform keeps, are now encrypted with the key "a", too/,
    )
    expect(filesWith(place, 'rotated')).toEqual(['main.tf.json'])
    expect((await isSteady(with_(`a:${first}`))).stderr).toBe('')

    const missing = await place.hubform('plan')
    expect(missing.code).toBe(1)
    expect(words(missing.stderr)).toContain('Error: State is encrypted')
    const sealed = stateOf(place)
    for (const args of [
      ['apply', '--auto-approve'],
      ['destroy', '--auto-approve'],
      ['state', 'rm', 'x.y'],
      ['state', 'pull'],
    ]) {
      const refused = await with_(second)(...args)
      expect(refused).toMatchObject({ code: 1, stdout: '' })
      expect(words(refused.stderr)).toContain('Error: State key missing')
    }
    expect(stateOf(place)).toBe(sealed)

    const both = with_(`b:${second}`, `a:${first}`)
    await isSteady(both)
    const rotated = await both('state', 'rotate')
    expect(words(rotated.stdout)).toMatch(
      /encrypted with the key "b".*\d earlier copies, which Hubform keeps, are now encrypted/,
    )
    expect(filesWith(place, '"key":"a"')).toEqual([])
    await isSteady(with_(`b:${second}`))
    expect(words((await with_(`b:${second}`)('state', 'rotate')).stdout)).toContain(
      'with the key "b" already',
    )

    const enforced = { ...place.env, HUBFORM_STATE_KEY: second, HUBFORM_STATE_ENCRYPTION: 'enforced' }
    expect((await place.within(enforced)('state', 'decrypt')).stderr).toContain(
      'Error: Encryption is enforced',
    )
    expect((await with_(second)('state', 'decrypt')).code).toBe(0)
    expect(stateOf(place)).toContain('rotated')
    await isSteady(place.hubform)
    expect((await place.within(enforced)('plan')).stderr).toContain('Error: State is not encrypted')
    expect((await place.hubform('state', 'encrypt')).stderr).toContain('Error: No state key')
  })

  it('does all workspaces when asked to, and names them when not', async () => {
    const place = makePlace({
      'main.tf.json': { output: { o: { value: 'recognisable' } } },
      'terraform.tfstate.d/blue/terraform.tfstate': '',
    })
    for (const workspace of ['default', 'blue'])
      expect(
        (await place.within({ ...place.env, TF_WORKSPACE: workspace })('apply', '--auto-approve')).code,
      ).toBe(0)
    const hubform = place.within({ ...place.env, HUBFORM_STATE_KEY: `b:${second},a:${first}` })
    const states = () => filesWith(place, 'recognisable').filter((name) => name !== 'main.tf.json')
    const one = await hubform('state', 'encrypt')
    expect(words(one.stdout)).toContain('other workspaces, each with a state of its own: blue.')
    expect(states()).toEqual(['terraform.tfstate'])
    const all = await hubform('state', 'encrypt', '--all-workspaces')
    expect(words(all.stdout)).toMatch(/with the key "b" already\..*blue\S* is now encrypted with the key "b"/)
    expect(states()).toEqual([])
  })

  it('seals what a run leaves behind and the plan file with the same key, and takes a pushed copy', async () => {
    const key = { HUBFORM_STATE_KEY: first }
    const place = makePlace({ 'main.tf.json': configuration('planned') }, hub)
    const hubform = place.within({ ...place.env, ...key })
    expect((await hubform('plan', '--out', 'one.hfplan')).code).toBe(0)
    const file = readFileSync(join(place.directory, 'one.hfplan'), 'utf8')
    expect(JSON.parse(file.split('\n')[0] ?? '')).toMatchObject({ key_of: 'state' })
    expect(file).not.toContain('planned')
    const refused = await place.hubform('apply', 'one.hfplan')
    expect(words(refused.stderr)).toContain('Error: Plan key missing')
    expect((await hubform('apply', 'one.hfplan')).code).toBe(0)
    const copy = stateOf(place)
    place.write('copy.tfstate', copy)
    expect((await hubform('state', 'push', 'copy.tfstate')).code).toBe(0)
    expect(stateOf(place)).toContain('"hubform_state"')
    for (const name of ['one.hfplan', 'terraform.tfstate'])
      expect(statSync(join(place.directory, name)).mode & 0o777, name).toBe(0o600)
  })

  it('a plan file of a newer version changes nothing', async () => {
    const place = makePlace({ 'main.tf.json': configuration('newer') }, hub)
    expect((await place.hubform('plan', '--out', 'one.hfplan')).code).toBe(0)
    const path = join(place.directory, 'one.hfplan')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"hubform_plan":1', '"hubform_plan":2'))
    const refused = await place.hubform('apply', 'one.hfplan')
    expect(refused.code).toBe(1)
    expect(words(refused.stderr)).toContain('Error: Plan file too new')
  })
})
