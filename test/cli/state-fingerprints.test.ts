// Fingerprints of secrets: not alike in two states, and still good after a state was encrypted, rotated and moved.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator/server.ts'
import { exportSolution, solutionId } from '../support/customer.ts'
import { makePlace, type Place } from './hubform.ts'

let hub: Emulator
beforeAll(async () => {
  hub = await startEmulator()
})
afterAll(() => hub.close())

const secret = 'the same secret of two customers'

const configuration = (domain: string) => ({
  terraform: { required_providers: { tavio: { source: 'hubform/tavio' } } },
  resource: {
    tavio_environment: { one: { name: 'One', domain } },
    tavio_configuration: {
      export: {
        environment: '${tavio_environment.one.domain}',
        solution_id: solutionId(hub),
        name: 'export',
        values: exportSolution.values,
        secret_values: { apiKey: secret },
      },
    },
  },
})

async function stateOf(run: Place['hubform']): Promise<{ lineage: string; fingerprint: string }> {
  const { lineage, resources } = JSON.parse((await run('state', 'pull')).stdout) as {
    lineage: string
    resources: { type: string; instances: { attributes: { secret_fingerprint: string } }[] }[]
  }
  const found = resources.find(({ type }) => type === 'tavio_configuration')
  return { lineage, fingerprint: found?.instances[0]?.attributes.secret_fingerprint ?? '' }
}

describe.each([
  { how: 'with a salt of its own', more: {} },
  {
    how: 'with fingerprint_key',
    more: { TAVIO_FINGERPRINT_KEY: 'a key for fingerprints of the whole team' },
  },
])('a fingerprint of a secret, $how', ({ how, more }) => {
  it('is another one for the same secret in another state, and survives keys, rotation and moving', async () => {
    const domain = how.replaceAll(/[^a-z]/g, '').slice(0, 12)
    const place = makePlace({ 'main.tf.json': configuration(`${domain}a`) }, hub)
    const other = makePlace({ 'main.tf.json': configuration(`${domain}b`) }, hub)
    const within = (one: Place, keys: string) =>
      one.within({ ...one.env, ...more, ...(keys === '' ? {} : { HUBFORM_STATE_KEY: keys }) })
    for (const one of [place, other]) {
      const applied = await within(one, '')('apply', '--auto-approve')
      expect(applied.code, applied.stderr).toBe(0)
    }
    const first = await stateOf(within(place, ''))
    const second = await stateOf(within(other, ''))
    expect(first.fingerprint).not.toBe('')
    expect(first.lineage).not.toBe(second.lineage)
    expect(first.fingerprint).not.toBe(second.fingerprint)

    const [old, next] = [`old:${'ab'.repeat(32)}`, `next:${'cd'.repeat(32)}`]
    expect((await within(place, old)('state', 'encrypt')).code).toBe(0)
    const rotated = await within(place, `${next},${old}`)('state', 'rotate')
    expect(rotated.code, rotated.stderr).toBe(0)
    const to = { local: { path: 'moved/hub.tfstate' } }
    const moved = await within(place, next)('state', 'migrate', '--to', JSON.stringify(to))
    expect(moved.code, moved.stderr).toBe(0)
    const { terraform, ...rest } = configuration(`${domain}a`)
    place.write('main.tf.json', { ...rest, terraform: { ...terraform, backend: to } })
    expect(await stateOf(within(place, next))).toEqual(first)
    const planned = await within(place, next)('plan', '--detailed-exitcode')
    expect(planned.code, planned.stdout).toBe(0)
  }, 60_000)
})
