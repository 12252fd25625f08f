import { describe, expect, it } from 'vitest'
import { convert } from '../../src/config/convert.ts'
import { parseType } from '../../src/config/type-syntax.ts'
import { setOf, type Value } from '../../src/schema/value.ts'

function converted(value: Value, type: string) {
  const result = parseType(type)
  if ('mistake' in result) throw new Error(result.mistake)
  return convert(value, result.type)
}

describe('making a value fit a type', () => {
  it.each<{ value: Value; type: string; result: Value; because: string }>([
    { value: 1, type: 'string', result: '1', because: 'numbers have one spelling' },
    { value: 'true', type: 'bool', result: true, because: 'texts from a shell are bools too' },
    { value: '1.50', type: 'number', result: 1.5, because: 'numbers may be written as text' },
    { value: null, type: 'list(string)', result: null, because: 'null fits every type' },
    { value: [1, 'a'], type: 'list(string)', result: ['1', 'a'], because: 'each element is converted' },
    {
      value: ['b', 'a', 'b'],
      type: 'set(string)',
      result: setOf(['a', 'b']),
      because: 'sets have no duplicates',
    },
    {
      value: setOf(['a']),
      type: 'list(string)',
      result: ['a'],
      because: 'a set has an order to be listed in',
    },
    {
      value: [1, 'a'],
      type: 'tuple([string, string])',
      result: ['1', 'a'],
      because: 'each has its own type',
    },
    { value: { a: 1 }, type: 'map(string)', result: { a: '1' }, because: 'objects are maps' },
    {
      value: { a: 1, z: 2 },
      type: 'object({ a = string })',
      result: { a: '1' },
      because: 'what the type lacks is dropped',
    },
    {
      value: {},
      type: 'object({ a = optional(string), b = optional(number, 3) })',
      result: { a: null, b: 3 },
      because: 'defaults stand in',
    },
    {
      value: { b: null },
      type: 'object({ b = optional(number, 3) })',
      result: { b: 3 },
      because: 'null counts as unset',
    },
    {
      value: [{}],
      type: 'list(object({ o = optional(object({ x = optional(number, 1) }), {}) }))',
      result: [{ o: { x: 1 } }],
      because: 'defaults reach into defaults',
    },
    { value: { a: [1, 'x'] }, type: 'any', result: { a: [1, 'x'] }, because: 'any takes what comes' },
  ])('$value as $type is $result, because $because', ({ value, type, result }) => {
    expect(converted(value, type)).toEqual({ value: result, problems: [] })
  })

  it.each<{ value: Value; type: string; says: readonly string[] }>([
    { value: 'x', type: 'number', says: ['must be a number, but is a string'] },
    { value: 'yes', type: 'bool', says: ['must be a bool, but is a string'] },
    { value: [], type: 'string', says: ['must be a string, but is a list'] },
    { value: {}, type: 'list(string)', says: ['must be a list of string, but is an object'] },
    { value: [1], type: 'tuple([])', says: ['must be a tuple of 0 elements, but is a list'] },
    { value: [], type: 'object({})', says: ['must be an object, but is a list'] },
    {
      value: { b: [1, {}] },
      type: 'object({ a = string, b = list(number) })',
      says: [
        'is not valid: a must be set, and is not',
        'is not valid: b[1] must be a number, but is an object',
      ],
    },
  ])('$value is not $type', ({ value, type, says }) => {
    expect(converted(value, type).problems).toEqual(says)
  })
})
