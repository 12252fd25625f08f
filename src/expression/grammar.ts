// Grammar of expressions: a Pratt parser. Use it through `parse.ts`.
import { parseNumber } from '../schema/number.ts'
import type { Cursor } from './cursor.ts'
import { type BinaryOperator, type Expression, precedence } from './expression.ts'
import { readPostfix, readReference } from './grammar-access.ts'
import { readBrace, readBracket, readCall, readNamespaced } from './grammar-collection.ts'
import { readHeredoc, readQuoted } from './grammar-template.ts'

/** Reads an expression of any kind from the token at hand on, and stops before what cannot belong to it. */
export function readExpression(cursor: Cursor): Expression {
  const start = cursor.lexer.start
  const condition = readBinary(cursor, 1)
  if (cursor.following() !== '?') return condition
  cursor.deeper()
  cursor.advance()
  const whenTrue = cursor.expression()
  if (cursor.following() !== ':') {
    cursor.lexer.fail(
      'Missing false expression in conditional',
      'A conditional is written: condition ? value : other value.',
    )
  }
  cursor.advance()
  const whenFalse = cursor.expression()
  cursor.depth--
  return Object.freeze({ kind: 'conditional', condition, whenTrue, whenFalse, start, end: cursor.lastEnd })
}

function readBinary(cursor: Cursor, lowest: number): Expression {
  const start = cursor.lexer.start
  let left = readUnary(cursor)
  for (let length = 0; ; length++) {
    cursor.limitChain(length)
    const kind = cursor.following()
    const binding = (precedence as Readonly<Record<string, number | undefined>>)[kind]
    if (binding === undefined || binding < lowest) return left
    cursor.advance()
    const right = readBinary(cursor, binding + 1)
    // Only operators have an entry in the table.
    const operator = kind as BinaryOperator
    left = Object.freeze({ kind: 'binary', operator, left, right, start, end: cursor.lastEnd })
  }
}

function readUnary(cursor: Cursor): Expression {
  const { start, kind } = cursor.lexer
  cursor.deeper()
  let expression: Expression
  if (kind === '-' || kind === '!') {
    cursor.advance()
    const operand = readUnary(cursor)
    expression = Object.freeze({ kind: 'unary', operator: kind, operand, start, end: cursor.lastEnd })
  } else {
    expression = readPostfix(cursor, readPrimary(cursor), start, false)
  }
  cursor.depth--
  return expression
}

function readPrimary(cursor: Cursor): Expression {
  const lexer = cursor.lexer
  const { start, end } = lexer
  switch (lexer.kind) {
    case 'number': {
      const value = parseNumber(lexer.word())
      if (value === undefined)
        return lexer.fail('Invalid number literal', 'This number is too large or too small.')
      cursor.advance()
      return Object.freeze({ kind: 'literal', value, start, end })
    }
    case 'quote':
      return readQuoted(cursor, start)
    case 'heredoc':
      return readHeredoc(cursor, start)
    case 'name':
      return readNamed(cursor, lexer.word(), start)
    case '(': {
      const inner = cursor.enclosed(() => cursor.expression())
      cursor.expect(')', 'Unbalanced parentheses', 'A closing parenthesis is expected here.')
      return inner
    }
    case '[':
      return readBracket(cursor, start)
    case '{':
      return readBrace(cursor, start)
    case 'end':
      return lexer.fail('Missing expression', 'An expression is expected, but the text ends here.')
    case '~':
      return lexer.fail('Unsupported operator', 'There are no bitwise operators. For "not", write !.')
    default:
      return lexer.fail('Invalid expression', 'An expression is expected here.')
  }
}

function readNamed(cursor: Cursor, word: string, start: number): Expression {
  const end = cursor.lexer.end
  cursor.advance()
  const following = cursor.following()
  if (following === '(') return readCall(cursor, word, start)
  if (following === '::') return readNamespaced(cursor, word, start)
  if (word === 'true' || word === 'false')
    return Object.freeze({ kind: 'literal', value: word === 'true', start, end })
  if (word === 'null') return Object.freeze({ kind: 'literal', value: null, start, end })
  if (cursor.bound.includes(word)) return Object.freeze({ kind: 'bound', name: word, start, end })
  return readReference(cursor, word, start)
}
