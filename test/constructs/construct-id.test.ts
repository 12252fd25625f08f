import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { constructId } from '../../src/constructs/construct-id.ts'

describe('a construct id', () => {
  it.each([
    { text: 'ada@acme.example', id: 'ada_at_acme-example' },
    { text: 'ada.b-c@acme-corp.example', id: 'ada-b--c_at_acme--corp-example' },
    { text: 'ada+hub@acme.example', id: 'ada+hub@acme.example' },
    { text: 'Invoice sync', id: 'Invoice-sync' },
    { text: 'invoice-sync', id: 'invoice--sync' },
    { text: 'größe', id: 'größe' },
    { text: 'a, b', id: 'a, b' },
  ])('for $text is $id', ({ text, id }) => {
    expect(constructId(text)).toBe(id)
  })

  it('is different for different e-mail addresses', () => {
    const word = fc.stringMatching(/^[ab_]{1,2}$/)
    const host = fc.stringMatching(/^[ab]{1,2}$/)
    const joined = (part: fc.Arbitrary<string>) =>
      fc
        .tuple(part, fc.array(fc.tuple(fc.constantFrom('.', '-', '+'), part), { maxLength: 2 }))
        .map(([first, rest]) => first + rest.flat().join(''))
    const email = fc.tuple(joined(word), joined(host)).map((it) => it.join('@'))
    fc.assert(
      fc.property(email, email, (a, b) => {
        expect(constructId(a) === constructId(b)).toBe(a === b)
      }),
      { numRuns: 2000 },
    )
  })

  it('is different for different names of words', () => {
    const name = fc.stringMatching(/^[ab](?:[ -][ab]){0,3}$/)
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(constructId(a) === constructId(b)).toBe(a === b)
      }),
      { numRuns: 2000 },
    )
  })
})
