import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DiagnosticError } from '../../src/diagnostics.ts'
import { evaluate } from '../../src/expression/evaluate.ts'
import { literal } from '../../src/expression/expression.ts'
import { formatExpression } from '../../src/expression/format.ts'
import { encodeJson } from '../../src/expression/functions/json-text.ts'
import { parseBody, parseExpression, parseTemplate } from '../../src/expression/parse.ts'
import { references } from '../../src/expression/references.ts'
import { parseJson } from '../../src/schema/json.ts'
import { formatNumber, isNumber, parseNumber } from '../../src/schema/number.ts'
import { rendered, resultOf, scopeOf } from './table.ts'

const unescaped = fc.string({
  unit: fc.constantFrom('$', '%', '{', '}', 'a', '"', '\\', '\n', '~', 'é', '😀'),
})

describe('literal text', () => {
  it('survives escaping in a JSON string', () => {
    fc.assert(
      fc.property(unescaped, (text) => {
        // A sign right before an escaped one would be read with it.
        fc.pre(!/[$%][$%]\{/.test(text))
        const escaped = text.replace(/[$%](?=\{)/g, '$&$&')
        expect(rendered(escaped)).toBe(text)
      }),
    )
  })

  it('survives formatting and parsing', () => {
    fc.assert(
      fc.property(fc.oneof(unescaped, fc.string({ unit: 'grapheme' })), (text) => {
        expect(resultOf(formatExpression(literal(text)))).toBe(text.normalize())
      }),
    )
  })
})

describe('JSON values', () => {
  it('come back from encoding and decoding, and from formatting', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (json) => {
        const body = literal(normalized(json))
        const text = encodeJson(body.value)
        expect(parseJson(text)).toEqual(body.value)
        expect(encodeJson(resultOf(formatExpression(body)))).toBe(text)
        expect(encodeJson(resultOf(`jsondecode(${formatExpression(literal(text))})`))).toBe(text)
      }),
    )
  })
})

describe('numbers', () => {
  const big = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n })
  const asText = (text: string) => {
    const value = resultOf(text)
    return isNumber(value) ? formatNumber(value) : value
  }

  it('calculate like integers of any size', () => {
    fc.assert(
      fc.property(big, big, (a, b) => {
        expect(asText(`${a} + ${b}`)).toBe(String(a + b))
        expect(asText(`${a} - (${b})`)).toBe(String(a - b))
        expect(asText(`${a} * (${b})`)).toBe(String(a * b))
        expect(resultOf(`${a} < (${b})`)).toBe(a < b)
        expect(resultOf(`${a} == (${b})`)).toBe(a === b)
        if (b !== 0n) expect(asText(`${a} % (${b})`)).toBe(String(a % b))
        if (b !== 0n) expect(asText(`${a * b} / (${b})`)).toBe(String(a))
      }),
    )
  })

  it('keep their text', () => {
    fc.assert(
      fc.property(big, fc.integer({ min: 0, max: 30 }), (mantissa, places) => {
        const text = `${mantissa}e-${places}`
        const number = parseNumber(text)
        expect(asText(text)).toBe(number === undefined ? '' : formatNumber(number))
      }),
    )
  })
})

describe('any text', () => {
  const words = [
    '${',
    '%{',
    '}',
    '~',
    '"',
    '(',
    ')',
    '[',
    ']',
    '{',
    'for ',
    ' in ',
    'if ',
    'else',
    'endif',
    'endfor',
  ]
  const more = [
    ' : ',
    ' => ',
    '...',
    '.',
    ',',
    '=',
    '==',
    '?',
    '-',
    '!',
    '1',
    'a',
    'a.b',
    'null',
    '\n',
    '*',
    '<<E\n',
    '\\',
    '#',
  ]
  const soup = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...words, ...more), { maxLength: 40 }).map((parts) => parts.join('')),
  )

  it('parses or is refused with a diagnostic', () => {
    fc.assert(
      fc.property(soup, (text) => {
        for (const parse of [
          parseExpression,
          parseTemplate,
          (whole: string) => parseExpression(`"${whole}"`),
        ]) {
          try {
            const expression = parse(text)
            references(expression)
            formatExpression(expression)
            evaluate(expression, scopeOf({ resource: () => ({}) }))
          } catch (error) {
            if (!(error instanceof DiagnosticError)) throw error
            expect(error.diagnostics[0]?.detail).not.toBe('')
          }
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('is taken as it is by parseBody when it has no template signs', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('${') && !text.includes('%{'))
        expect(parseBody(text)).toMatchObject({ kind: 'literal', value: text.normalize() })
      }),
    )
  })
})

/** Strings as Terraform has them, and numbers with one form of zero. */
function normalized(json: unknown): ReturnType<typeof evaluate> {
  if (typeof json === 'string') return json.normalize()
  if (typeof json === 'number') return parseNumber(String(json)) ?? 0
  if (json === null || typeof json === 'boolean') return json
  if (Array.isArray(json)) return json.map(normalized)
  return Object.fromEntries(
    Object.entries(json as object).map(([key, inner]) => [key.normalize(), normalized(inner)]),
  )
}
