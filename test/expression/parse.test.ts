import { describe, expect, it } from 'vitest'
import { evaluate } from '../../src/expression/evaluate.ts'
import { children, type Expression } from '../../src/expression/expression.ts'
import { parseBody, parseExpression, parseTemplate } from '../../src/expression/parse.ts'
import { parseJson } from '../../src/schema/json.ts'
import { errorOf, rendered, resultOf, scopeOf } from './table.ts'

describe('a JSON string', () => {
  const cases: readonly (readonly [text: string, value: unknown, because: string])[] = [
    ['plain', 'plain', 'it holds nothing to evaluate'],
    ['', '', 'an empty string is a value'],
    ['$${a} %%{b}', '${a} %{b}', 'doubling the sign makes it text'],
    ['$$${1}', '$${1}', 'the escape is read from the left, one sign at a time'],
    ['100% $5', '100% $5', 'a sign without a brace is text'],
    ['a \\n \\${1}', 'a \\n \\1', 'backslashes mean nothing outside quotes'],
    ['${1}', 1, 'a single insertion is not made into text'],
    ['${[1]}', [1], 'a single insertion is not made into text'],
    ['${"${1}"}', 1, 'nor inside quotes'],
    ['${1}${2}', '12', 'two of them are'],
    [' ${1}', ' 1', 'text around it is'],
    ['%{if true}x%{endif}', 'x', 'a directive alone yields text'],
    ['${1 /* } */}', 1, 'a brace in a comment does not close'],
    ['${"}"}', '}', 'a brace in a string does not close'],
    ['${1\n+ 2}', 3, 'lines end anywhere inside'],
    ['${{\na=1\nb=2\n}.b}', 2, 'in an object a new line ends an item'],
    ['x ${1 ~}\n\n  b', 'x 1\n  b', 'the marker eats space to the end of the line only'],
    ['x\n  ${~ 1}', 'x\n1', 'and back to its beginning'],
    ['a\r\n${~1}', 'a1', 'or the line end before it'],
    ['%{ if true ~}\n  yes\n%{ endif ~}\nend', '  yes\nend', 'the usual way to write directives on lines'],
    ['%{ for x in [1,2] ~}\n - ${x}\n%{ endfor ~}\n', ' - 1\n - 2\n', 'the same for loops'],
    ['${<<EOT\nhi ${1}\n  x\nEOT\n}', 'hi 1\n  x\n', 'heredocs are expressions'],
    ['${<<-EOT\n  hi ${1}\n    x\n  EOT\n}z', 'hi 1\n  x\nz', 'the common indentation goes'],
    ['e\u0301', '\u00e9', 'text is normalized'],
  ]
  it.each(cases)('%j', (text, value, because) => {
    expect(rendered(text), because).toEqual(value)
  })
})

describe('a JSON body', () => {
  it('is one literal when nothing in it is to be evaluated', () => {
    const body = parseBody(parseJson('{"a":[1,"x",{"b":null}],"$${c}":9007199254740993}'))
    expect(body.kind).toBe('literal')
  })

  it('evaluates keys and strings at any depth', () => {
    const scope = scopeOf({ local: (name) => name })
    const body = parseBody({ '${local.k}': ['${local.v}', { n: 'x${1}' }], plain: true })
    expect(evaluate(body, scope)).toEqual({ k: ['v', { n: 'x1' }], plain: true })
  })

  it('keeps keys such as __proto__ as keys', () => {
    const body = parseBody(parseJson('{"__proto__":"${1}"}'))
    expect(Object.keys(evaluate(body, scopeOf()) as object)).toEqual(['__proto__'])
  })
})

describe('a tree', () => {
  it('is frozen at every depth, with the offsets of each part', () => {
    const text = 'a ${[for x in var.l : "${x}-${local.m[0].b}" if x != null]} %{if true}y%{endif}'
    const check = (expression: Expression) => {
      expect(Object.isFrozen(expression)).toBe(true)
      expect(expression.start).toBeLessThanOrEqual(expression.end)
      expect(expression.end).toBeLessThanOrEqual(text.length)
      for (const child of children(expression)) check(child)
    }
    check(parseTemplate(text))
  })

  it('gives a reference the range of its own text', () => {
    const text = 'id ${tavio_user.ada["x"].id} end'
    const reference = children(parseTemplate(text))[1] as Expression
    expect(text.slice(reference.start, reference.end)).toBe('tavio_user.ada["x"].id')
  })
})

describe('what cannot be parsed', () => {
  const cases: readonly (readonly [text: string, summary: string, column: number])[] = [
    ['1 +', 'Missing expression', 4],
    ['foo', 'Invalid reference', 1],
    ['1 + foo', 'Invalid reference', 5],
    ['data.a', 'Invalid reference', 1],
    ['path.nowhere', 'Invalid "path" attribute', 1],
    ['lazy.x', 'Reserved symbol name', 1],
    ['var.a var.b', 'Extra characters after expression', 7],
    ['a.b[0', 'Missing close bracket on index', 6],
    ['a.', 'Invalid attribute name', 3],
    ['a.b.0.1', 'Invalid legacy index syntax', 5],
    ['[1 2]', 'Missing item separator', 4],
    ['[1', 'Unterminated tuple constructor', 1],
    ['{a=1 b=2}', 'Missing attribute separator', 6],
    ['{a=1', 'Unterminated object constructor', 1],
    ['lower("a"', 'Unterminated function call', 1],
    ['lower("a" "b")', 'Missing argument separator', 11],
    ['max([1]..., 2)', 'Missing closing parenthesis', 11],
    ['true ? 1', 'Missing false expression in conditional', 9],
    ['[for x in [1] x]', "Invalid 'for' expression", 15],
    ['{for x in [1] : x}', "Invalid 'for' expression", 18],
    ['[for x in [1] : x => x]', "Invalid 'for' expression", 19],
    ['"a', 'Unterminated template string', 1],
    ['"\\x"', 'Invalid escape sequence', 2],
    ['"${1 2}"', 'Extra characters after interpolation expression', 6],
    ['"%{if true}a"', 'Unexpected end of template', 2],
    ['"%{endif}"', 'Unexpected endif directive', 2],
    ['"%{fo x}"', 'Invalid template keyword', 4],
    ["'a'", 'Invalid character', 1],
    ['1 & 2', 'Unsupported operator', 3],
    ['1 /* 2', 'Unterminated comment', 3],
    ['1.5.5', 'Invalid number literal', 1],
    ['('.repeat(1000), 'Expression nested too deeply', 301],
    [Array(5000).fill('1').join('+'), 'Expression too long', 2004],
    ['<<X\na', 'Unterminated template string', 1],
  ]
  it.each(cases)('%s: %s at column %i', (text, summary, column) => {
    const error = errorOf(() => parseExpression(text))
    expect(error.summary).toBe(summary)
    expect(error.detail).toContain(`At column ${column} of:`)
    const [line = '', caret = ''] = error.detail.split('\n').slice(-2)
    expect(caret.indexOf('^')).toBeGreaterThan(0)
    if (!line.includes('…')) expect(caret.indexOf('^')).toBe(column + 1)
  })

  it('shows the line, and the text around the column of a long one', () => {
    const { detail } = errorOf(() => parseTemplate(`first\n${'x'.repeat(200)}\${1 +* 2} tail\nlast`))
    expect(detail).toMatch(/At column 206 of:\n {2}….*\$\{1 \+\* 2\} tail\n {2} +\^$/)
    expect(detail).not.toContain('first')
  })

  it('suggests the escape when shell syntax is found', () => {
    expect(errorOf(() => parseTemplate('${HOME:-x}')).summary).toBe('Invalid reference')
    expect(errorOf(() => parseTemplate('${var.a:-x}')).detail).toContain('write it as "$${"')
  })
})

describe('names', () => {
  it('may hold dashes and letters of any script', () => {
    const scope = scopeOf({ local: (name) => name })
    expect(resultOf('local.a-b', scope)).toBe('a-b')
    expect(resultOf('local.ключ', scope)).toBe('ключ')
  })
})
