// A JSON reader that says where a mistake is, keeps numbers exact and notices a key that is given twice.
import { DiagnosticError, problem } from '../diagnostics.ts'
import { parseNumber } from '../schema/number.ts'
import type { ObjectValue, Value } from '../schema/value.ts'
import { excerpt, positionAt } from './position.ts'

/** A further appearance of a key in one object. Terraform allows it for blocks, and not for attributes. */
export interface Repeat {
  readonly object: ObjectValue
  readonly key: string
  readonly value: Value
  /** Where the object starts. */
  readonly start: number
  /** Where the key is written again. */
  readonly offset: number
}

export interface Document {
  readonly value: Value
  /** In the order of the text. The first appearance of each key is in the object itself. */
  readonly repeats: readonly Repeat[]
}

/** Deeper nesting is a mistake or an attack; the reader recurses. */
const MAX_DEPTH = 500

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const COMMA = 0x2c
const COLON = 0x3a

/**
 * Reads JSON text.
 *
 * Throws a diagnostic with line, column and the offending line at the first mistake. Set `secret` for files whose
 * lines must not be shown.
 */
export function parseDocument(
  text: string,
  file: string,
  options: { readonly secret?: boolean } = {},
): Document {
  const repeats: Repeat[] = []
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  let depth = 0

  const stop = (message: string, offset = at): never => {
    const position = positionAt(text, offset)
    const shown = options.secret ? '' : `\n${excerpt(text, offset)}`
    throw new DiagnosticError(problem('Invalid JSON', message + shown, { file, ...position }))
  }

  const skipSpace = (): number => {
    for (;;) {
      const code = text.charCodeAt(at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code
      at++
    }
  }

  const readString = (): string => {
    const start = at
    for (at++; ; at++) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) return text.slice(start + 1, at++)
      if (code === BACKSLASH) return readEscaped(start)
      // Written so that it is also true of NaN, past the end.
      if (!(code >= 0x20)) stopInString(start)
    }
  }

  const stopInString = (start: number): never => {
    if (at >= text.length || text.charCodeAt(at) === 0x0a || text.charCodeAt(at) === 0x0d)
      return stop('This string is not closed with a quotation mark on its line.', start)
    return stop('A control character in a string must be written as an escape, such as \\t.')
  }

  const readEscaped = (start: number): string => {
    for (; ; at++) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) break
      if (code === BACKSLASH) checkEscape()
      else if (!(code >= 0x20)) stopInString(start)
    }
    at++
    // Every escape was checked, so this cannot fail.
    return JSON.parse(text.slice(start, at)) as string
  }

  const checkEscape = (): void => {
    const next = text[at + 1]
    if (next === 'u' && /^[\da-fA-F]{4}$/.test(text.slice(at + 2, at + 6))) at += 5
    else if (next !== undefined && '"\\/bfnrt'.includes(next)) at += 1
    else stop(`"\\${next ?? ''}" is not an escape that JSON knows. Write a backslash itself as "\\\\".`)
  }

  const readObject = (): ObjectValue => {
    const object: { [key: string]: Value } = {}
    const start = at++
    if (skipSpace() === CLOSE_BRACE) {
      at++
      return object
    }
    for (;;) {
      if (skipSpace() !== QUOTE) expected('a key in quotation marks')
      const offset = at
      const key = readString()
      if (skipSpace() !== COLON) expected(`a colon after the key "${key}"`)
      at++
      const value = readValue()
      // The cheap test first: it is true only for keys that exist or are inherited, such as `constructor`.
      if (key in object && Object.hasOwn(object, key)) repeats.push({ object, key, value, start, offset })
      else if (key === '__proto__') define(object, key, value)
      else object[key] = value
      const code = skipSpace()
      if (code === COMMA) {
        at++
        if (skipSpace() === CLOSE_BRACE) stop('There must be no comma after the last entry of an object.')
        continue
      }
      if (code !== CLOSE_BRACE) expected('a comma or "}" after an entry of an object')
      at++
      return object
    }
  }

  const readArray = (): readonly Value[] => {
    const array: Value[] = []
    at++
    if (skipSpace() === CLOSE_BRACKET) {
      at++
      return array
    }
    for (;;) {
      array.push(readValue())
      const code = skipSpace()
      if (code === COMMA) {
        at++
        if (skipSpace() === CLOSE_BRACKET) stop('There must be no comma after the last element of an array.')
        continue
      }
      if (code !== CLOSE_BRACKET) expected('a comma or "]" after an element of an array')
      at++
      return array
    }
  }

  const readWord = (): Value => {
    const match = /[\w.+-]+/y
    match.lastIndex = at
    const word = match.exec(text)?.[0]
    if (word === undefined) return expected('a value')
    const start = at
    at += word.length
    if (word === 'true') return true
    if (word === 'false') return false
    if (word === 'null') return null
    if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(word))
      return stop(`"${word}" is neither a value nor a number. Texts need quotation marks.`, start)
    return parseNumber(word) ?? stop(`The exponent of ${word} is too large.`, start)
  }

  const readValue = (): Value => {
    const code = skipSpace()
    if (code === QUOTE) return readString()
    if (code !== OPEN_BRACE && code !== OPEN_BRACKET) return readWord()
    if (++depth > MAX_DEPTH) stop(`Values are nested more than ${MAX_DEPTH} deep.`)
    const value = code === OPEN_BRACE ? readObject() : readArray()
    depth--
    return value
  }

  const expected = (what: string): never => {
    const next = text.codePointAt(at)
    const found =
      next === undefined ? 'the end of the file' : next === QUOTE ? 'a string' : String.fromCodePoint(next)
    const hint = next === 0x2f || next === 0x23 ? ' JSON has no comments; use a "//" key instead.' : ''
    return stop(`Expected ${what}, found ${found}.${hint}`)
  }

  const value = readValue()
  skipSpace()
  if (at < text.length) expected('the end of the file')
  return { value, repeats }
}

function define(object: ObjectValue, key: string, value: Value): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
}
