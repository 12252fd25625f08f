// Grammar of tuples, objects and the arguments of calls.

import type { Cursor } from './cursor.ts'
import type { Expression, ObjectItem } from './expression.ts'
import { atFor, readFor } from './grammar-for.ts'

/** Reads `[…]`, a tuple or a `for`. */
export function readBracket(cursor: Cursor, start: number): Expression {
  const lexer = cursor.lexer
  const result = cursor.enclosed((): Expression => {
    if (atFor(cursor)) return readFor(cursor, ']', start)
    const elements: Expression[] = []
    while (!cursor.at(']')) {
      elements.push(cursor.expression())
      if (cursor.at(']')) break
      if (cursor.at('end'))
        lexer.fail('Unterminated tuple constructor', 'The list has no closing bracket.', start)
      if (!cursor.at(',')) lexer.fail('Missing item separator', 'A comma is expected between elements.')
      cursor.advance()
    }
    return Object.freeze({ kind: 'tuple', elements: Object.freeze(elements), start, end: lexer.end })
  })
  cursor.advance()
  return result
}

/** Reads `{…}`, an object or a `for`. */
export function readBrace(cursor: Cursor, start: number): Expression {
  const outer = cursor.newlineEnds
  cursor.newlineEnds = false
  cursor.advance()
  const result = atFor(cursor) ? readFor(cursor, '}', start) : readObject(cursor, start)
  cursor.newlineEnds = outer
  cursor.advance()
  return result
}

function readObject(cursor: Cursor, start: number): Expression {
  const lexer = cursor.lexer
  const items: ObjectItem[] = []
  while (!cursor.at('}')) {
    cursor.newlineEnds = true
    const key = readObjectKey(cursor)
    if (cursor.at('end'))
      lexer.fail('Unterminated object constructor', 'The object has no closing brace.', start)
    if (!cursor.at('=') && !cursor.at(':')) {
      lexer.fail('Missing key/value separator', 'An equals sign is expected between key and value.')
    }
    cursor.advance()
    items.push(Object.freeze({ key, value: cursor.expression() }))
    if (cursor.at('}')) break
    if (cursor.at('end'))
      lexer.fail('Unterminated object constructor', 'The object has no closing brace.', start)
    if (cursor.at(',')) cursor.advance()
    else if (!lexer.newline)
      lexer.fail('Missing attribute separator', 'A comma or a new line is expected between items.')
  }
  return Object.freeze({ kind: 'object', items: Object.freeze(items), start, end: lexer.end })
}

/** A bare word is the key itself, not a reference. */
function readObjectKey(cursor: Cursor): Expression {
  const lexer = cursor.lexer
  if (cursor.at('name')) {
    const { start, end } = lexer
    const following = /\s*(?:=(?!=)|:(?!:))/y
    following.lastIndex = end
    if (following.test(lexer.text)) {
      const value = lexer.word()
      cursor.advance()
      return Object.freeze({ kind: 'literal', value, start, end })
    }
  }
  return cursor.expression()
}

/** Reads a call whose name has `::` in it; `first` is the name before. */
export function readNamespaced(cursor: Cursor, first: string, start: number): Expression {
  let name = first
  while (cursor.following() === '::') {
    cursor.advance()
    if (!cursor.at('name'))
      cursor.lexer.fail('Invalid function name', 'A function name is expected after "::".')
    name += `::${cursor.lexer.word()}`
    cursor.advance()
  }
  if (cursor.following() !== '(')
    cursor.lexer.fail('Missing open parenthesis', 'A name with "::" is a function and must be called.')
  return readCall(cursor, name, start)
}

/** Reads the arguments of a call; the token at hand is the opening parenthesis. */
export function readCall(cursor: Cursor, name: string, start: number): Expression {
  const lexer = cursor.lexer
  const args: Expression[] = []
  const expand = cursor.enclosed(() => {
    while (!cursor.at(')')) {
      args.push(cursor.expression())
      if (cursor.at('...')) {
        cursor.advance()
        if (!cursor.at(')'))
          lexer.fail('Missing closing parenthesis', 'The argument with "..." must be the last one.')
        return true
      }
      if (cursor.at(')')) break
      if (cursor.at('end'))
        lexer.fail('Unterminated function call', 'The call has no closing parenthesis.', start)
      if (!cursor.at(',')) lexer.fail('Missing argument separator', 'A comma is expected between arguments.')
      cursor.advance()
    }
    return false
  })
  cursor.advance()
  return Object.freeze({ kind: 'call', name, args: Object.freeze(args), expand, start, end: cursor.lastEnd })
}
