import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DiagnosticError } from '../../../src/diagnostics.ts'
import { decodeState, encodeState } from '../../../src/state/file.ts'
import { openState, sealState } from '../../../src/state/sealed/envelope.ts'
import type { Key } from '../../../src/state/sealed/seal.ts'
import { recordOf, stateOf } from '../samples.ts'
import { falseKey, newKey, oldKey, phrase } from './keys.ts'

const where = { file: 'hub.tfstate', backup: 'hub.tfstate.backup' }
const text = encodeState(stateOf(recordOf('ada', { password: 's3cret' })))
const parsed = (sealed: string) => JSON.parse(sealed) as { [name: string]: unknown }

function failure(sealed: string, keys: readonly Key[]): string {
  try {
    openState(sealed, keys, where)
  } catch (error) {
    expect(error).toBeInstanceOf(DiagnosticError)
    return (error as DiagnosticError).message
  }
  throw new Error('it was opened')
}

describe('a sealed state', () => {
  it('says serial, lineage and key in clear, and nothing else of the state', () => {
    const sealed = sealState(text, oldKey)
    expect(parsed(sealed)).toEqual({
      hubform_state: 1,
      serial: 3,
      lineage: 'f0e1d2c3-0000-4000-8000-000000000000',
      algorithm: 'aes-256-gcm',
      key: 'old',
      data: expect.any(String),
    })
    expect(sealed).not.toContain('tavio_user')
    expect(openState(sealed, [oldKey], where)).toEqual({ text, key: oldKey })
  })

  it('opens with the text byte for byte, whatever it is, and is never the same twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (any) => {
        const well = Buffer.from(any).toString()
        const sealed = sealState(well, oldKey)
        expect(openState(sealed, [newKey, oldKey], where).text).toBe(well)
        expect(sealState(well, oldKey)).not.toBe(sealed)
      }),
    )
  })

  it('opens with a passphrase, whose salt is in the envelope and taken over by the next one', () => {
    const first = parsed(sealState(text, phrase('correct horse')))
    expect(first['scrypt']).toEqual({ salt: expect.any(String), N: 2, r: 1, p: 1 })
    const again = phrase('correct horse')
    expect(openState(JSON.stringify(first), [again], where).text).toBe(text)
    expect(parsed(sealState(text, again))['scrypt']).toEqual(first['scrypt'])
  })

  it('a salt that opened nothing is not taken over', () => {
    const other = phrase('other')
    const sealed = sealState(text, phrase('correct horse'))
    expect(failure(sealed, [other])).toContain('State not opened')
    expect(parsed(sealState(text, other))['scrypt']).not.toEqual(parsed(sealed)['scrypt'])
  })

  it('opens with a key that was given another name since', () => {
    const sealed = sealState(text, oldKey)
    const renamed = { ...oldKey, id: 'renamed' }
    expect(openState(sealed, [falseKey, renamed], where).key).toBe(renamed)
  })

  const sealed = sealState(text, oldKey)
  const change = (more: { [name: string]: unknown }) => JSON.stringify({ ...parsed(sealed), ...more })
  it.each([
    {
      name: 'without a key',
      sealed,
      keys: [],
      says: 'State is encrypted: The state at hub.tfstate is encrypted with the key "old", and no key is set.',
    },
    {
      name: 'without the right key',
      sealed,
      keys: [newKey],
      says: 'State key missing: The state at hub.tfstate is encrypted with the key "old". None of the keys that are set opens it: "new".',
    },
    {
      name: 'with a wrong key of that name',
      sealed,
      keys: [falseKey],
      says: 'State not opened: The state at hub.tfstate does not open with the key "old"',
    },
    { name: 'with another serial', sealed: change({ serial: 4 }), keys: [oldKey], says: 'State not opened' },
    {
      name: 'with another lineage',
      sealed: change({ lineage: 'x' }),
      keys: [oldKey],
      says: 'State not opened',
    },
    {
      name: 'without its serial',
      sealed: change({ serial: undefined }),
      keys: [oldKey],
      says: 'State not opened',
    },
    {
      name: 'of a newer format',
      sealed: change({ hubform_state: 2 }),
      keys: [oldKey],
      says: 'State encryption too new: The state at hub.tfstate is encrypted in format 2, and this Hubform knows format 1.',
    },
    {
      name: 'of another algorithm',
      sealed: change({ algorithm: 'none' }),
      keys: [oldKey],
      says: 'Encrypted state is damaged',
    },
    {
      name: 'that asks for a gigabyte',
      sealed: change({ scrypt: { salt: 'AAAA', N: 2 ** 30, r: 8, p: 1 } }),
      keys: [phrase('x')],
      says: 'Encrypted state is damaged',
    },
    {
      name: 'that is cut off',
      sealed: sealed.slice(0, -20),
      keys: [oldKey],
      says: 'Encrypted state is damaged: The encrypted state at hub.tfstate is cut off, or no longer JSON.',
    },
    {
      name: 'that is cut off in its first word',
      sealed: sealed.slice(0, 10),
      keys: [oldKey],
      says: 'Encrypted state is damaged: The encrypted state at hub.tfstate is cut off',
    },
    {
      name: 'that says it is a state as well, which would have no objects',
      sealed: change({ version: 4 }),
      keys: [oldKey],
      says: 'Encrypted state is damaged',
    },
    {
      name: 'the same without a key',
      sealed: change({ version: 4, resources: [] }),
      keys: [],
      says: 'Encrypted state is damaged',
    },
    {
      name: 'under a passphrase that is not set',
      sealed: sealState(text, phrase('correct horse')),
      keys: [],
      says: 'with the key "passphrase", which was made from a passphrase, and no key is set. Nothing was changed. Set HUBFORM_STATE_PASSPHRASE',
    },
    {
      name: 'of OpenTofu',
      sealed: '{"serial":1,"lineage":"a","meta":{},"encrypted_data":"AAAA","encryption_version":"v0"}',
      keys: [oldKey],
      says: 'State encrypted by OpenTofu',
    },
  ])('$name: a clear error', ({ sealed: given, keys, says }) => {
    expect(failure(given, keys)).toContain(says)
    expect(failure(given, keys)).toContain('Nothing was changed')
  })

  it('a state in clear comes back as it is, also if it speaks of sealed ones', () => {
    const clear = encodeState(stateOf(recordOf('ada', { name: '"hubform_state"', encrypted_data: 'x' })))
    expect(openState(clear, [oldKey], where)).toEqual({ text: clear, key: undefined })
    expect(openState(clear, [], where).text).toBe(clear)
  })

  /** What a session would make of it. */
  const read = (damaged: string) => {
    try {
      return encodeState(decodeState(openState(damaged, [oldKey], where).text, where))
    } catch (error) {
      expect(error).toBeInstanceOf(DiagnosticError)
      return 'refused'
    }
  }

  it('cut off anywhere it is refused', () => {
    for (let length = 1; length < sealed.length - 1; length++)
      expect(read(sealed.slice(0, length))).toBe('refused')
  })

  it('with any bit turned over it is refused, or still the same', () => {
    fc.assert(
      fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
        const bytes = Buffer.from(sealed)
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
        expect(['refused', text]).toContain(read(bytes.toString()))
      }),
      { numRuns: 1000 },
    )
  })
})
