// Fingerprints of secrets in a state that both engines use: each must know those of the other.
import { expect, it, onTestFinished } from 'vitest'
import { startEmulator } from '../../src/emulator/server.ts'
import { makeTavio } from '../../src/systems/tavio/provider.ts'
import { changed, customer, document } from '../support/customer.ts'
import { settingsOf } from '../support/hub.ts'
import { quickClock } from '../support/quick-clock.ts'
import { noTerraform } from '../support/terraform.ts'
import { startDuo } from './engines.ts'

it.skipIf(noTerraform).each(['hubform', 'terraform'] as const)(
  'a keyed fingerprint made by %s plans empty with the other, and does not show that secrets are equal',
  async (first) => {
    const hub = await startEmulator()
    onTestFinished(() => hub.close())
    const env = { ...settingsOf(hub, 'client'), TAVIO_FINGERPRINT_KEY: 'a key' }
    const duo = await startDuo(makeTavio(quickClock()), { env })
    onTestFinished(() => duo.close())
    const second = first === 'hubform' ? 'terraform' : 'hubform'
    const blocks = customer(hub, 'acme')
    const config = document(blocks, customer(hub, 'globex'))
    expect(await duo[first].apply(config)).toBe('')
    const fingerprints = () =>
      duo
        .state()
        .resources.filter(({ type }) => type === 'tavio_configuration')
        .flatMap(({ instances }) => instances.map(({ attributes }) => attributes['secret_fingerprint']))
    const made = fingerprints()
    expect(made).toEqual([expect.stringMatching(/^hmac-sha256:2:/), expect.stringMatching(/^hmac-sha256:2:/)])
    expect(new Set(made).size).toBe(2)
    expect(await duo[second].pending(config)).toEqual([])
    expect(await duo[first].pending(config)).toEqual([])

    const rotated = document(
      changed(blocks, 'tavio_configuration', 'acme', { secret_values: { apiKey: 'r0tated!' } }),
      customer(hub, 'globex'),
    )
    expect(await duo[second].pending(rotated)).toHaveLength(1)
    expect(await duo[second].apply(rotated)).toBe('')
    expect(await duo[first].pending(rotated)).toEqual([])
    expect(fingerprints().filter((one) => made.includes(one))).toHaveLength(1)
  },
  60_000,
)
