import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addNumbers,
  compareNumbers,
  Decimal,
  divideNumbers,
  floorNumber,
  formatNumber,
  isWhole,
  multiplyNumbers,
  type Num,
  parseNumber,
  remainderNumbers,
  subtractNumbers,
} from '../../src/schema/number.ts'

const read = (text: string): Num => {
  const number = parseNumber(text)
  if (number === undefined) throw new Error(`not a number: ${text}`)
  return number
}

/** Decimal text with up to 40 digits before and after the point. */
const decimals = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 40n }), fc.bigInt({ min: 0n, max: 10n ** 40n }))
  .map(([negative, whole, fraction]) => `${negative ? '-' : ''}${whole}.${fraction}`)

describe('numbers', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['1.0', '1'],
    ['0.10', '0.1'],
    ['9007199254740993', '9007199254740993'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['1e30', '1000000000000000000000000000000'],
    ['1.5E-10', '0.00000000015'],
    ['-0.30000000000000004', '-0.30000000000000004'],
    ['0.000000000000000000000001', '0.000000000000000000000001'],
  ])('reads %s exactly', (text, plain) => {
    expect(formatNumber(read(text))).toBe(plain)
  })

  it.each(['', 'x', '1x', '0x10', '1e', '1e99999', 'NaN', 'Infinity', '1 2', '.5'])(
    'does not take %j for one',
    (text) => {
      expect(parseNumber(text)).toBeUndefined()
    },
  )

  it('has one form for each value, so that equal numbers are equal whatever way they came about', () => {
    fc.assert(
      fc.property(decimals, (text) => {
        const once = read(text)
        const again = read(formatNumber(once))
        expect(again).toEqual(once)
        expect(once instanceof Decimal).toBe(again instanceof Decimal)
        expect(addNumbers(subtractNumbers(once, 1), 1)).toEqual(once)
      }),
    )
  })

  it('adds and multiplies without rounding', () => {
    expect(formatNumber(addNumbers(read('0.1'), read('0.2')))).toBe('0.3')
    expect(formatNumber(addNumbers(read('9007199254740992'), 1))).toBe('9007199254740993')
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (a, b) => {
        expect(formatNumber(addNumbers(read(`${a}`), read(`${b}`)))).toBe(`${a + b}`)
        expect(formatNumber(multiplyNumbers(read(`${a}`), read(`${b}`)))).toBe(`${a * b}`)
        expect(Math.sign(compareNumbers(read(`${a}`), read(`${b}`)))).toBe(a < b ? -1 : a > b ? 1 : 0)
      }),
    )
  })

  it('divides exactly where that ends, and to many digits where it does not', () => {
    expect(formatNumber(divideNumbers(1, 8))).toBe('0.125')
    expect(formatNumber(divideNumbers(1, 3))).toMatch(/^0\.3{154}$/)
    expect(formatNumber(divideNumbers(2, 3))).toMatch(/^0\.6{153}7$/)
    expect(() => divideNumbers(1, 0)).toThrow(RangeError)
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt({ min: 1n, max: 10n ** 20n }), (a, b) => {
        expect(divideNumbers(read(`${a * b}`), read(`${b}`))).toEqual(read(`${a}`))
      }),
    )
  })

  it('takes the remainder with the sign of the dividend', () => {
    expect([remainderNumbers(7, 3), remainderNumbers(-7, 3), remainderNumbers(7, -3)]).toEqual([1, -1, 1])
    expect(formatNumber(remainderNumbers(read('5.5'), 2))).toBe('1.5')
  })

  it('rounds down', () => {
    expect(['1.5', '-1.5', '3', '-0.1'].map((text) => formatNumber(floorNumber(read(text))))).toEqual([
      '1',
      '-2',
      '3',
      '-1',
    ])
    expect([isWhole(read('1e30')), isWhole(read('1.5')), isWhole(2)]).toEqual([true, false, true])
  })
})
