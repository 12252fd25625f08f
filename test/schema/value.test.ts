import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeValue, encodeValue, formatJson, parseJson } from '../../src/schema/json.ts'
import { hasMark, mark, unmark } from '../../src/schema/marks.ts'
import {
  compareText,
  compareValues,
  equal,
  isWhollyKnown,
  objectOf,
  Sensitive,
  setOf,
  UNKNOWN,
  type Value,
} from '../../src/schema/value.ts'
import { values } from './values.ts'

describe('equality and order', () => {
  it('agree with each other, and order is total', () => {
    fc.assert(
      fc.property(values(), values(), values(), (a, b, c) => {
        expect(equal(a, a)).toBe(true)
        expect(equal(a, b)).toBe(equal(b, a))
        if (equal(a, b)) expect(compareValues(a, b)).toBe(0)
        expect(Math.sign(compareValues(a, b))).toBe(-Math.sign(compareValues(b, a)) + 0)
        if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0)
          expect(compareValues(a, c)).toBeLessThanOrEqual(0)
      }),
    )
  })

  it('do not depend on the order of keys', () => {
    expect(equal({ a: 1, b: { c: [true] } }, { b: { c: [true] }, a: 1 })).toBe(true)
    expect(equal({ a: 1 }, { a: 1, b: null })).toBe(false)
    expect(equal({}, [])).toBe(false)
  })

  it('sort text by code points, as Terraform does', () => {
    // U+FF5E comes before an emoji by code point, and after it by UTF-16 units.
    expect(['😀', '～', 'b', 'a', 'B'].sort(compareText)).toEqual(['B', 'a', 'b', '～', '😀'])
  })
})

describe('sets', () => {
  it('forget order and duplicates', () => {
    fc.assert(
      fc.property(fc.array(values({ unknown: false }), { maxLength: 6 }), (elements) => {
        const set = setOf(elements)
        expect(equal(set, setOf([...elements, ...elements].reverse()))).toBe(true)
        expect(set.elements.length).toBeLessThanOrEqual(elements.length)
      }),
    )
  })

  it('keep each unknown element, since they may differ', () => {
    expect(setOf<Value>([UNKNOWN, UNKNOWN, 1, 1]).elements).toHaveLength(3)
  })
})

describe('JSON', () => {
  it('round-trips every known value without sets', () => {
    fc.assert(
      fc.property(values({ unknown: false, sets: false }), (value) =>
        equal(parseJson(formatJson(value)), value),
      ),
    )
  })

  it('round-trips every value in the encoding of plans', () => {
    fc.assert(
      fc.property(values(), (value) =>
        equal(decodeValue(JSON.parse(JSON.stringify(encodeValue(value)))), value),
      ),
    )
    const marked: Value = { a: new Sensitive('x'), $: [1] }
    expect(hasMark(decodeValue(JSON.parse(JSON.stringify(encodeValue(marked)))))).toBe(true)
  })

  it.each([
    ['9007199254740993', '9007199254740993'],
    ['[0.1, 1e30]', '[0.1,1000000000000000000000000000000]'],
    ['{"n": 123456789012345678901234567890}', '{"n":123456789012345678901234567890}'],
    ['"text with 12345678901234567890 in it"', '"text with 12345678901234567890 in it"'],
    ['{"__proto__": {"a": 1}}', '{"__proto__":{"a":1}}'],
  ])('keeps %s exact', (text, again) => {
    expect(formatJson(parseJson(text))).toBe(again)
  })

  it('refuses to write what is unknown or marked', () => {
    expect(() => formatJson({ a: UNKNOWN })).toThrow(TypeError)
    expect(() => formatJson(new Sensitive('x'))).toThrow(TypeError)
  })

  it.each([[{ $: 'other' }], [{ $: ['other', 1] }], [undefined], [() => {}]])(
    'refuses to decode %j',
    (encoded) => {
      expect(() => decodeValue(encoded)).toThrow(TypeError)
    },
  )
})

describe('marks', () => {
  it('come off with their paths, and go back on', () => {
    const value: Value = { a: new Sensitive('x'), b: [1, { c: new Sensitive({ d: new Sensitive(2) }) }] }
    const { value: clean, sensitive } = unmark(value)
    expect(clean).toEqual({ a: 'x', b: [1, { c: { d: 2 } }] })
    expect(sensitive).toEqual([['a'], ['b', 1, 'c']])
    expect(unmark(mark(clean, sensitive))).toEqual({ value: clean, sensitive })
  })

  it('inside a set count for the whole set', () => {
    expect(unmark({ s: setOf<Value>([new Sensitive('x'), 'y']) }).sensitive).toEqual([['s']])
  })

  it('leave a value without marks as it is', () => {
    const value = objectOf([['a', [1, 2]]])
    expect(unmark(value).value).toBe(value)
  })
})

describe('knownness', () => {
  it('looks into everything', () => {
    expect(isWhollyKnown({ a: [setOf<Value>([1]), { b: null }] })).toBe(true)
    const unknowns: Value[] = [
      UNKNOWN,
      [UNKNOWN],
      { a: { b: UNKNOWN } },
      setOf<Value>([UNKNOWN]),
      new Sensitive(UNKNOWN),
    ]
    for (const value of unknowns) {
      expect(isWhollyKnown(value)).toBe(false)
    }
  })
})
