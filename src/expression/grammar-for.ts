// Grammar of `for`, in brackets and braces.
import type { Cursor } from './cursor.ts'
import type { Expression } from './expression.ts'

/** True if the token at hand is `for`, which only counts right after an opening bracket. */
export function atFor(cursor: Cursor): boolean {
  return cursor.at('name') && cursor.lexer.word() === 'for'
}

/** Reads `k, v in collection`. */
export function readForHeader(cursor: Cursor): {
  keyName: string | undefined
  valueName: string
  collection: Expression
} {
  const lexer = cursor.lexer
  const name = () => {
    if (!cursor.at('name'))
      lexer.fail("Invalid 'for' expression", 'A name for the element is expected after "for".')
    const word = lexer.word()
    cursor.advance()
    return word
  }
  const first = name()
  let second: string | undefined
  if (cursor.at(',')) {
    cursor.advance()
    second = name()
  }
  if (!cursor.at('name') || lexer.word() !== 'in') {
    lexer.fail("Invalid 'for' expression", 'The keyword "in" is expected after the names.')
  }
  cursor.advance()
  const collection = cursor.expression()
  return second === undefined
    ? { keyName: undefined, valueName: first, collection }
    : { keyName: first, valueName: second, collection }
}

/** Reads from `for` on; leaves the closing bracket as the token at hand. */
export function readFor(cursor: Cursor, closing: ']' | '}', start: number): Expression {
  const lexer = cursor.lexer
  cursor.advance()
  const { keyName, valueName, collection } = readForHeader(cursor)
  const wrong: (detail: string) => never = (detail) => lexer.fail("Invalid 'for' expression", detail)
  if (!cursor.at(':')) wrong('A colon is expected after the collection.')
  cursor.advance()
  const outer = cursor.bound
  cursor.bound = [...outer, valueName, ...(keyName === undefined ? [] : [keyName])]
  const first = cursor.expression()
  let key: Expression | undefined
  let value = first
  if (cursor.at('=>')) {
    if (closing === ']') wrong('A list has no keys. Use braces to build an object.')
    cursor.advance()
    key = first
    value = cursor.expression()
  } else if (closing === '}') wrong('An object needs a key for each value: { for x in list : key => value }.')
  let grouped = false
  if (cursor.at('...')) {
    if (closing === ']') wrong('Only an object can group values with "...".')
    grouped = true
    cursor.advance()
  }
  let condition: Expression | undefined
  if (cursor.at('name') && lexer.word() === 'if') {
    cursor.advance()
    condition = cursor.expression()
  }
  if (!cursor.at(closing)) wrong(`A closing "${closing}" is expected here.`)
  cursor.bound = outer
  return Object.freeze({
    kind: 'for',
    keyName,
    valueName,
    collection,
    key,
    value,
    condition,
    grouped,
    start,
    end: lexer.end,
  })
}
