import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDocument } from '../../src/config/json.ts'
import { formatJson } from '../../src/schema/json.ts'
import { makeNumber } from '../../src/schema/number.ts'
import { equal, objectOf, type Value } from '../../src/schema/value.ts'
import { textOf, thrownBy } from './helpers.ts'

const { value: anyValue } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc
      .tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.integer({ min: -50, max: 50 }))
      .map(([mantissa, exponent]) => makeNumber(mantissa, exponent)),
    fc.array(tie('value')),
    fc
      .uniqueArray(
        fc.tuple(
          fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', '//', '0')),
          tie('value'),
        ),
        { selector: ([key]) => key },
      )
      .map(objectOf),
  ),
}))

describe('reading JSON', () => {
  it('gives back any value that was written', () => {
    fc.assert(
      fc.property(anyValue, fc.constantFrom(undefined, 2), (value, indent) => {
        const document = parseDocument(formatJson(value, indent), 'a.tf.json')
        expect(equal(document.value, value)).toBe(true)
        expect(document.repeats).toEqual([])
      }),
    )
  })

  it('agrees with JSON.parse on what is JSON', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '\\n',
      '1',
      '-',
      '.5',
      'e3',
      '0',
      'true',
      'null',
      ' ',
      '\n',
    )
    const texts = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(texts, (text) => {
        expect(thrownBy(() => parseDocument(text, 'a')).length === 0).toBe(parses(text))
      }),
      { numRuns: 3000 },
    )
  })

  it('keeps a repeated key apart from the first, with where it is', () => {
    const text = '{"a": 1, "b": {"x": 1, "x": 2}, "a": 3}'
    const { value, repeats } = parseDocument(text, 'a')
    expect(value).toEqual({ a: 1, b: { x: 1 } })
    expect(repeats.map(({ key, value, offset }) => [key, value, text.slice(offset, offset + 3)])).toEqual([
      ['x', 2, '"x"'],
      ['a', 3, '"a"'],
    ])
  })

  it.each([
    {
      name: 'a missing comma',
      text: '{\n  "a": 1\n  "b": 2\n}',
      says: 'a:3:3 Invalid JSON: Expected a comma or "}" after an entry of an object, found a string.\n    "b": 2\n    ^',
    },
    {
      name: 'a comma too many in an object',
      text: '{"a": 1,}',
      says: 'a:1:9 Invalid JSON: There must be no comma after the last entry of an object.\n  {"a": 1,}\n          ^',
    },
    {
      name: 'a comma too many in an array',
      text: '[1, ]',
      says: 'a:1:5 Invalid JSON: There must be no comma after the last element of an array.',
    },
    {
      name: 'an open string',
      text: '{"a": "b\n}',
      says: 'a:1:7 Invalid JSON: This string is not closed with a quotation mark on its line.\n  {"a": "b\n        ^',
    },
    {
      name: 'a control character',
      text: '["a\tb"]',
      says: 'a:1:4 Invalid JSON: A control character in a string must be written as an escape',
    },
    {
      name: 'an unknown escape',
      text: '["\\d"]',
      says: 'a:1:3 Invalid JSON: "\\d" is not an escape that JSON knows. Write a backslash itself as "\\\\".',
    },
    {
      name: 'a short unicode escape',
      text: '["\\u12"]',
      says: 'a:1:3 Invalid JSON: "\\u" is not an escape that JSON knows.',
    },
    {
      name: 'a bare word',
      text: '{"a": yes}',
      says: 'a:1:7 Invalid JSON: "yes" is neither a value nor a number. Texts need quotation marks.',
    },
    {
      name: 'a leading zero',
      text: '[01]',
      says: 'a:1:2 Invalid JSON: "01" is neither a value nor a number.',
    },
    {
      name: 'an absurd exponent',
      text: '[1e99999]',
      says: 'a:1:2 Invalid JSON: The exponent of 1e99999 is too large.',
    },
    {
      name: 'a comment',
      text: '{\n  # no\n}',
      says: 'a:2:3 Invalid JSON: Expected a key in quotation marks, found #. JSON has no comments; use a "//" key instead.',
    },
    {
      name: 'an empty file',
      text: '',
      says: 'a:1:1 Invalid JSON: Expected a value, found the end of the file.',
    },
    {
      name: 'a cut file',
      text: '{"a": [1',
      says: 'a:1:9 Invalid JSON: Expected a comma or "]" after an element of an array, found the end of the file.',
    },
    {
      name: 'something after the end',
      text: '{} {}',
      says: 'a:1:4 Invalid JSON: Expected the end of the file, found {.',
    },
    {
      name: 'a missing colon',
      text: '{"a" 1}',
      says: 'a:1:6 Invalid JSON: Expected a colon after the key "a", found 1.',
    },
    {
      name: 'nesting without end',
      text: '['.repeat(100_000),
      says: 'a:1:501 Invalid JSON: Values are nested more than 500 deep.',
    },
  ])('$name is an error with line, column and the line itself', ({ text, says }) => {
    const [found] = thrownBy(() => parseDocument(text, 'a'))
    expect(found && textOf(found)).toContain(says)
  })

  it('shows only a part of a very long line', () => {
    const [found] = thrownBy(() => parseDocument(`["${'x'.repeat(5000)}" "${'y'.repeat(5000)}"]`, 'a'))
    expect(found?.detail.length).toBeLessThan(300)
    expect(found?.detail).toContain('…')
  })

  it('shows no line of a file that may hold secrets', () => {
    const [found] = thrownBy(() => parseDocument('{"password": "hunter2" oops}', 'a', { secret: true }))
    expect(found?.detail).toContain('found o')
    expect(found?.detail).not.toContain('hunter2')
  })
})

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
