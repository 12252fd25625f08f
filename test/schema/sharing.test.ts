// What does not change is not copied. Ten thousand objects that stayed as they were are then one copy each.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalize } from '../../src/provider/normalize.ts'
import { list, map, number, object, schema, set, string } from '../../src/schema/attribute.ts'
import { conformToType } from '../../src/schema/conform.ts'
import { encodeValue } from '../../src/schema/json.ts'
import {
  equal,
  isObject,
  mapList,
  mapObject,
  objectOf,
  rebuild,
  setOf,
  type Value,
} from '../../src/schema/value.ts'
import { values } from './values.ts'

const thing = schema({
  name: string.required('Name.', {
    equivalent: (a, b) => String(a).toLowerCase() === String(b).toLowerCase(),
  }),
  tags: set(string).optional('Tags.'),
  sizes: list(number).optional('Sizes.'),
  labels: map(string).optional('Labels.'),
  inner: object({ a: string.optional('A.'), secret: string.optional('S.', { writeOnly: true }) }).optional(
    'Inner.',
  ),
  secret: string.optional('Secret.', { writeOnly: true }),
})
const type = { kind: 'object', attributes: thing.attributes } as const

const whole = {
  name: 'Ada',
  tags: setOf(['x', 'y']),
  sizes: [1, 2],
  labels: { k: 'v' },
  inner: { a: 'a', secret: null },
  secret: null,
}

describe('a value that is turned into what it was', () => {
  it('is the same object, list or map', () => {
    fc.assert(
      fc.property(values(), (value) => {
        if (Array.isArray(value)) expect(mapList(value as readonly Value[], (one) => one)).toBe(value)
        if (!isObject(value)) return
        expect(mapObject(value, (one) => one)).toBe(value)
        expect(rebuild(value, Object.keys(value), Object.values(value))).toBe(value)
      }),
    )
  })

  it('keeps keys that have a meaning of their own when it does change', () => {
    const odd = objectOf([
      ['__proto__', 1],
      ['constructor', 2],
    ])
    const turned = mapObject(odd, (one) => Number(one) + 1)
    expect(Object.entries(turned)).toEqual([
      ['__proto__', 2],
      ['constructor', 3],
    ])
  })

  it('is made anew when a key is missing, added or moved', () => {
    expect(rebuild({ a: 1 }, ['a', 'b'], [1, null])).toEqual({ a: 1, b: null })
    expect(rebuild({ a: 1, b: 2 }, ['a'], [1])).toEqual({ a: 1 })
    expect(Object.keys(rebuild({ b: 2, a: 1 }, ['a', 'b'], [1, 2]))).toEqual(['a', 'b'])
  })
})

describe('conforming, normalizing and encoding', () => {
  it('leave a list without anything to convert as it is', () => {
    expect(conformToType(whole, type, 'x').value).toEqual(whole)
    const plain = { ...whole, tags: null }
    expect(conformToType(plain, type, 'x').value).toBe(plain)
    expect(encodeValue(plain)).toBe(plain)
  })

  it('hand back the reference when what was returned says the same', () => {
    const returned = {
      ...whole,
      name: 'ADA',
      tags: ['y', 'x'],
      secret: 'never kept',
      more: 'not in the schema',
    }
    expect(normalize('thing', thing, returned, whole)).toBe(whole)
  })

  it('hand back something else when anything differs', () => {
    for (const [name, value] of Object.entries({
      name: 'Bo',
      tags: ['x'],
      sizes: [2, 1],
      labels: {},
      inner: null,
    })) {
      const settled = normalize('thing', thing, { ...whole, [name]: value }, whole)
      expect(equal(settled, whole), name).toBe(false)
    }
  })
})
