import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeObject, decodeValue, encodeObject, encodeValue } from '../../src/protocol/value-codec.ts'
import {
  type Attributes,
  bool,
  dynamic,
  type Kind,
  list,
  map,
  number,
  object,
  set,
  string,
  type Type,
} from '../../src/schema/attribute.ts'
import { makeNumber, type Num, parseNumber } from '../../src/schema/number.ts'
import { setOf, UNKNOWN, type Value } from '../../src/schema/value.ts'

const num = (text: string): Num => parseNumber(text) as Num
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex')
const from = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

describe('numbers from the host', () => {
  const cases: { name: string; bytes: string; value: Num }[] = [
    { name: 'a small integer', bytes: '03', value: 3 },
    { name: 'a small negative one', bytes: 'e0', value: -32 },
    { name: '8 bits', bytes: 'cc ff', value: 255 },
    { name: '16 bits', bytes: 'cd ffff', value: 65_535 },
    { name: '32 bits', bytes: 'ce ffffffff', value: 4_294_967_295 },
    { name: '64 bits', bytes: 'cf 0020000000000001', value: num('9007199254740993') },
    { name: '8 bits with a sign', bytes: 'd0 80', value: -128 },
    { name: '16 bits with a sign', bytes: 'd1 8000', value: -32_768 },
    { name: '32 bits with a sign', bytes: 'd2 80000000', value: -2_147_483_648 },
    { name: '64 bits with a sign', bytes: 'd3 ffdfffffffffffff', value: num('-9007199254740993') },
    { name: 'a short fraction', bytes: 'ca 3f000000', value: 0.5 },
    { name: 'a fraction', bytes: 'cb bfe0000000000000', value: -0.5 },
    { name: 'decimal text', bytes: 'a3 302e31', value: num('0.1') },
    {
      name: 'long decimal text',
      bytes: `d9 1e ${Buffer.from('1'.repeat(30)).toString('hex')}`,
      value: num('1'.repeat(30)),
    },
  ]
  it.each(cases)('reads $name exactly', ({ bytes, value }) => {
    expect(decodeValue({ kind: 'number' }, from(bytes))).toEqual(value)
  })

  it('sends whole numbers as integers and all others as decimal text', () => {
    const sent = (value: Num) => hex(encodeValue({ kind: 'number' }, value))
    expect(sent(3)).toBe('03')
    expect(sent(-33)).toBe('d2ffffffdf')
    expect(sent(2 ** 40)).toBe('d30000010000000000')
    expect(sent(0.1)).toBe('a3302e31')
    expect(sent(num('9007199254740993'))).toBe(`b0${Buffer.from('9007199254740993').toString('hex')}`)
    expect(sent(1e30)).toBe(`bf${Buffer.from('1000000000000000000000000000000').toString('hex')}`)
  })

  it('refuses text that is no number', () => {
    expect(() => decodeValue({ kind: 'number' }, from('a178'))).toThrow(RangeError)
  })
})

describe('unknown values', () => {
  it.each([
    ['plain', 'd40000'],
    ['not null', 'c7030c8101c2'],
    ['with a prefix', 'c7080c8201c202a3707265'],
    ['of an extension nobody has heard of', 'd5 07 0000'],
  ])('are read whatever is said of them: %s', (_name, bytes) => {
    for (const kind of ['string', 'number', 'bool', 'dynamic'] as const)
      expect(decodeValue({ kind }, from(bytes))).toBe(UNKNOWN)
    const type: Type = { kind: 'list', element: { kind: 'string' } }
    expect(decodeValue(type, from(bytes))).toBe(UNKNOWN)
  })

  it('are sent in the form every host reads', () => {
    expect(hex(encodeValue({ kind: 'string' }, UNKNOWN))).toBe('d40000')
  })
})

describe('dynamic values', () => {
  const type: Type = { kind: 'dynamic' }
  const sent = (typeJson: string, value: string) =>
    from(
      `92 c4 ${Buffer.from([typeJson.length]).toString('hex')} ${Buffer.from(typeJson).toString('hex')} ${value}`,
    )

  it('keep the type they came with, so that a list does not become a tuple', () => {
    for (const bytes of [
      sent('["list","string"]', '91a161'),
      sent('["tuple",["string"]]', '91a161'),
      sent('["map","string"]', '81a16ba176'),
      sent('["object",{"k":"string"}]', '81a16ba176'),
      sent('["set","number"]', '920102'),
    ]) {
      expect(hex(encodeValue(type, decodeValue(type, bytes)))).toBe(hex(bytes))
    }
  })

  it('are typed by what they hold when they were made here', () => {
    const value = { a: [1, 'x', true, null], b: setOf(['s']) }
    expect(decodeValue(type, encodeValue(type, value))).toEqual(value)
    expect(Buffer.from(encodeValue(type, 'x')).toString('latin1')).toContain('"string"')
  })

  it('may be null or unknown without a type', () => {
    expect(hex(encodeValue(type, null))).toBe('c0')
    expect(hex(encodeValue(type, UNKNOWN))).toBe('d40000')
    expect(decodeValue(type, from('c0'))).toBeNull()
  })

  it('may hold unknowns', () => {
    const bytes = sent('["object",{"k":"string"}]', '81a16bd40000')
    expect(decodeValue(type, bytes)).toEqual({ k: UNKNOWN })
  })
})

describe('objects', () => {
  const attributes: Attributes = {
    name: string.required(''),
    size: number.optional(''),
    nested: object({ on: bool.optional(''), any: dynamic.optional('') }).optional(''),
  }

  it('are sent whole: what is not set is null, and nothing else is in them', () => {
    const bytes = encodeObject(attributes, { name: 'a', nested: { on: true }, extra: 1 })
    expect(decodeObject(attributes, bytes)).toEqual({
      name: 'a',
      size: null,
      nested: { on: true, any: null },
    })
    expect(hex(bytes).startsWith('83')).toBe(true)
  })

  it('are read whole, too', () => {
    expect(decodeObject(attributes, from('81 a46e616d65 a161'))).toEqual({
      name: 'a',
      size: null,
      nested: null,
    })
  })

  it('may be absent', () => {
    expect(decodeObject(attributes, from('c0'))).toBeUndefined()
    expect(hex(encodeObject(attributes, null))).toBe('c0')
  })

  it('refuse attributes they do not have, and values of other types', () => {
    expect(() => decodeObject(attributes, from('81 a5 6f74686572 01'))).toThrow(RangeError)
    expect(() => decodeObject(attributes, from('81 a4 6e616d65 01'))).toThrow(RangeError)
    expect(() => encodeObject(attributes, { name: 1 })).toThrow(TypeError)
    expect(() => decodeObject(attributes, from('c0c0'))).toThrow(RangeError)
    expect(() => decodeObject(attributes, from('81a46e616d65'))).toThrow(RangeError)
  })
})

describe('values of any type', () => {
  const numbers = fc.oneof(
    fc.maxSafeInteger(),
    fc.tuple(fc.bigInt(), fc.integer({ min: -30, max: 30 })).map(([m, e]) => makeNumber(m, e)),
  )
  const leaves: fc.Arbitrary<readonly [Type, fc.Arbitrary<Value>]> = fc.constantFrom<
    readonly [Type, fc.Arbitrary<Value>]
  >(
    [string.type, fc.string({ unit: 'grapheme', maxLength: 300 })],
    [number.type, numbers],
    [bool.type, fc.boolean()],
  )
  const orMissing = (values: fc.Arbitrary<Value>) =>
    fc.oneof({ weight: 8, arbitrary: values }, fc.constant(null), fc.constant(UNKNOWN))
  const shapes = leaves.chain(([type, values]) => {
    const element: Kind<Value, Value> = { ...(string as unknown as Kind<Value, Value>), type }
    return fc.constantFrom<readonly [Type, fc.Arbitrary<Value>]>(
      [type, values],
      [list(element).type, fc.array(orMissing(values), { maxLength: 20 })],
      [set(element).type, fc.array(values).map((elements) => setOf(elements))],
      [map(element).type, fc.dictionary(fc.string(), orMissing(values))],
      [{ kind: 'tuple', elements: [type, string.type] }, fc.tuple(orMissing(values), fc.string())],
      [
        object({ a: string.optional(''), b: { ...string.optional(''), type } }).type,
        fc.record({ a: fc.string(), b: orMissing(values) }),
      ],
    )
  })

  it('come back as they were sent', () => {
    const pairs = shapes.chain(([type, values]) => fc.tuple(fc.constant(type), orMissing(values)))
    fc.assert(
      fc.property(pairs, ([type, value]) => {
        expect(decodeValue(type, Buffer.from(encodeValue(type, value)))).toEqual(value)
      }),
      { numRuns: 500 },
    )
  })
})
