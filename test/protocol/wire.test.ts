import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bool,
  bytes,
  type Encodable,
  explicit,
  int,
  mapped,
  message,
  nested,
  repeated,
  text,
} from '../../src/protocol/wire.ts'
import { decodeMessage } from '../../src/protocol/wire-decode.ts'
import { encodeMessage, varint } from '../../src/protocol/wire-encode.ts'

const leaf = message({ name: text(1), index: explicit(int(3)) })
const all = message({
  name: text(1),
  data: bytes(2),
  on: bool(3),
  count: int(4),
  inner: nested(5, () => leaf),
  many: repeated(6, () => leaf),
  named: mapped(7, () => leaf),
  far: text(2000),
})
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex')

describe('encodeMessage', () => {
  const cases: { name: string; value: Encodable<typeof all>; bytes: string; because: string }[] = [
    { name: 'nothing', value: {}, bytes: '', because: 'what is absent takes no room' },
    {
      name: 'defaults',
      value: { name: '', data: new Uint8Array(), on: false, count: 0, many: [], named: {} },
      bytes: '',
      because: 'a default is the same as absence',
    },
    { name: 'text', value: { name: 'é' }, bytes: '0a02c3a9', because: 'lengths count bytes' },
    { name: 'a flag', value: { on: true }, bytes: '1801', because: 'flags are numbers' },
    { name: 'a number', value: { count: 300 }, bytes: '20ac02', because: 'seven bits go into a byte' },
    {
      name: 'a negative number',
      value: { count: -1 },
      bytes: '20ffffffffffffffffff01',
      because: 'they have the length of 64 bits',
    },
    {
      name: 'zero in a oneof',
      value: { inner: { index: 0 } },
      bytes: '2a021800',
      because: 'the member that is set must be told from the others',
    },
    {
      name: 'an empty message',
      value: { inner: {} },
      bytes: '2a00',
      because: 'that it is there may matter',
    },
    { name: 'a list', value: { many: [{ name: 'a' }, {}] }, bytes: '32030a01613200', because: 'in order' },
    {
      name: 'a map',
      value: { named: { k: { name: 'v' } } },
      bytes: '3a080a016b12030a0176',
      because: 'entries are messages of key and value',
    },
    { name: 'a large field number', value: { far: 'x' }, bytes: '827d0178', because: 'keys are varints too' },
  ]
  it.each(cases)('writes $name as protobuf has it, because $because', ({ value, bytes }) => {
    expect(hex(encodeMessage(all, value))).toBe(bytes)
  })

  it('refuses numbers that would not come back as they are', () => {
    expect(() => varint(2 ** 53)).toThrow(RangeError)
    expect(() => varint(0.5)).toThrow(RangeError)
  })
})

describe('decodeMessage', () => {
  it('gives every field, also those that are absent', () => {
    expect(decodeMessage(all, new Uint8Array())).toEqual({
      name: '',
      data: new Uint8Array(),
      on: false,
      count: 0,
      inner: undefined,
      many: [],
      named: {},
      far: '',
    })
  })

  it('skips fields of all forms that are not in the table', () => {
    const unknown = Buffer.from('4801' + '51ffffffffffffffff' + '5a0161' + '65ffffffff' + '0a0162', 'hex')
    expect(decodeMessage(all, unknown).name).toBe('b')
  })

  it.each([
    ['a field without content', '0a'],
    ['a text that is too short', '0a0561'],
    ['a number without end', '20ffffffffffffffffffff01'],
    ['a form that nobody uses any more', '4b'],
  ])('refuses %s', (_name, text) => {
    expect(() => decodeMessage(all, Buffer.from(text, 'hex'))).toThrow(RangeError)
  })

  it('takes keys such as __proto__ as keys', () => {
    const named = Object.fromEntries([['__proto__', { name: 'x', index: 1 }]])
    expect(Object.keys(decodeMessage(all, encodeMessage(all, { named })).named)).toEqual(['__proto__'])
  })

  it('reads back whatever was written', () => {
    const leaves = fc.record({
      name: fc.string({ unit: 'grapheme' }),
      index: fc.option(fc.nat(), { nil: undefined }),
    })
    const whole = fc.record({
      name: fc.string({ unit: 'grapheme' }),
      data: fc.uint8Array(),
      on: fc.boolean(),
      count: fc.maxSafeInteger(),
      inner: fc.option(leaves, { nil: undefined }),
      many: fc.array(leaves),
      named: fc.dictionary(fc.string(), leaves),
      far: fc.string(),
    })
    fc.assert(
      fc.property(whole, (value) => {
        const { data, ...rest } = decodeMessage(all, encodeMessage(all, value))
        expect({ ...rest, data: hex(data) }).toEqual({
          ...value,
          data: hex(value.data),
          named: { ...value.named },
        })
      }),
    )
  })
})
