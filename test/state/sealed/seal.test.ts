import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeMark, markOf, seal, unseal } from '../../../src/state/sealed/seal.ts'
import { phrase } from './keys.ts'

const bytes = Buffer.alloc(32, 7)

describe('sealing', () => {
  it('gives back what was sealed', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (text, about) => {
        expect(unseal(seal(Buffer.from(text), about, bytes), about, bytes)).toEqual(Buffer.from(text))
      }),
    )
  })

  it('notices any change, in what is sealed and in what is not', () => {
    const sealed = seal(Buffer.from('text'), 'about', bytes)
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed)
      changed[i] = (changed[i] ?? 0) ^ 1
      expect(unseal(changed.toString('latin1'), 'about', bytes)).toBe(undefined)
    }
    expect(unseal(sealed, 'other', bytes)).toBe(undefined)
    expect(unseal(sealed.slice(0, 20), 'about', bytes)).toBe(undefined)
    expect(unseal(`${sealed}\n`, 'about', bytes)).toBe(undefined)
  })

  it('does not open with another key', () => {
    const one = markOf(phrase('one'))
    const sealed = seal(Buffer.from('text'), '', one.bytes)
    expect(unseal(sealed, '', phrase('one').forStretch(one.mark.scrypt) ?? bytes)?.toString()).toBe('text')
    expect(unseal(sealed, '', phrase('two').forStretch(one.mark.scrypt) ?? bytes)).toBe(undefined)
    expect(unseal(sealed, '', bytes)).toBe(undefined)
  })
})

describe('what is written beside it', () => {
  const salt = 'AAAA'
  it.each([
    { name: 'a key without a passphrase', scrypt: undefined, fits: true },
    { name: 'usual strength', scrypt: { salt, N: 2 ** 17, r: 8, p: 1 }, fits: true },
    { name: 'more memory than anybody has', scrypt: { salt, N: 2 ** 40, r: 8, p: 1 }, fits: false },
    { name: 'no power of two', scrypt: { salt, N: 3, r: 8, p: 1 }, fits: false },
    { name: 'nothing at all', scrypt: { salt, N: 1, r: 8, p: 1 }, fits: false },
    { name: 'what scrypt cannot do', scrypt: { salt, N: 2 ** 16, r: 1, p: 1 }, fits: false },
    { name: 'a fraction', scrypt: { salt, N: 2, r: 1.5, p: 1 }, fits: false },
    { name: 'no salt', scrypt: { N: 2, r: 1, p: 1 }, fits: false },
    { name: 'no object', scrypt: 'scrypt', fits: false },
  ])('$name', ({ scrypt, fits }) => {
    const mark = decodeMark('id', scrypt)
    expect(mark !== undefined).toBe(fits)
    // Whatever is let through can be made a key of; not tried where it would take long.
    if (mark?.scrypt !== undefined && mark.scrypt.N < 1000) phrase('x').forStretch(mark.scrypt)
  })
})
