// Tokens of the expression syntax. One token at a time, held in fields, so that scanning allocates nothing.
import { fail } from '../diagnostics.ts'

/** Punctuation is its own kind. `quote` and `heredoc` only say that such a thing begins; the parser reads on from there. */
export type TokenKind =
  | 'end'
  | 'name'
  | 'number'
  | 'quote'
  | 'heredoc'
  | ('(' | ')' | '[' | ']' | '{' | '}' | ',' | ':' | '::' | '.' | '...' | '?' | '~' | '=' | '=>' | '!')
  | ('==' | '!=' | '<' | '<=' | '>' | '>=' | '&&' | '||' | '+' | '-' | '*' | '/' | '%')

const SPACE = 32
const NEWLINE = 10
const LETTER = 1
const DIGIT = 2
const DASH = 4

/** What an ASCII character may be part of. */
const classes = new Uint8Array(128)
for (let c = 0; c < 128; c++) {
  const character = String.fromCharCode(c)
  if (/[A-Za-z_]/.test(character)) classes[c] = LETTER
  else if (/\d/.test(character)) classes[c] = DIGIT
  else if (character === '-') classes[c] = DASH
}

/** Kinds by character code, and by two of them. */
const singles: (TokenKind | undefined)[] = new Array(128)
const pairs: (TokenKind | undefined)[] = new Array(128 * 128)
const punctuation: readonly TokenKind[] = [
  ...(['(', ')', '[', ']', '{', '}', ',', ':', '::', '.', '?', '~', '=', '=>', '!'] as const),
  ...(['==', '!=', '<', '<=', '>', '>=', '&&', '||', '+', '-', '*', '/', '%'] as const),
]
for (const kind of punctuation) {
  if (kind.length === 1) singles[kind.charCodeAt(0)] = kind
  else pairs[kind.charCodeAt(0) * 128 + kind.charCodeAt(1)] = kind
}
singles[34] = 'quote'
pairs[60 * 128 + 60] = 'heredoc'

const nameStart = /\p{ID_Start}/u
const namePart = /\p{ID_Continue}/u

/** Scans `text` from `at`. Call `next` to move on; the fields describe the token found. */
export class Lexer {
  readonly text: string
  /** Where scanning goes on. */
  at: number
  kind: TokenKind = 'end'
  start = 0
  end = 0
  /** A line ended between the token before and this one. */
  newline = false

  constructor(text: string, at: number) {
    this.text = text
    this.at = at
  }

  /** Text of the token at hand. */
  word(): string {
    return this.text.slice(this.start, this.end)
  }

  /** Moves to the next token. */
  next(): void {
    const { text } = this
    this.newline = false
    this.skipSpace()
    const at = this.at
    this.start = at
    if (at >= text.length) {
      this.kind = 'end'
      this.end = at
      return
    }
    const c = text.charCodeAt(at)
    const group = c < 128 ? classes[c] : 0
    if (group === LETTER || (c >= 128 && this.matchesAt(nameStart, at))) this.scanName()
    else if (group === DIGIT) this.scanNumber()
    else this.scanPunctuation(c)
    this.end = this.at
  }

  /** Throws with the expression, and a caret under the offending column. */
  fail(summary: string, detail: string, at: number = this.start): never {
    const lineStart = this.text.lastIndexOf('\n', at - 1) + 1
    const lineEnd = this.text.indexOf('\n', at)
    const line = this.text.slice(lineStart, lineEnd === -1 ? undefined : lineEnd)
    const column = at - lineStart
    // A long line is cut around the column, so that what matters stays on one screen line.
    const from = Math.max(0, column - 60)
    const shown = `${from > 0 ? '…' : ''}${line.slice(from, from + 100)}${line.length > from + 100 ? '…' : ''}`
    const caret = ' '.repeat(column - from + (from > 0 ? 1 : 0)) + '^'
    return fail(summary, `${detail} At column ${column + 1} of:\n  ${shown}\n  ${caret}`)
  }

  private matchesAt(pattern: RegExp, at: number): boolean {
    return pattern.test(String.fromCodePoint(this.text.codePointAt(at) ?? 0))
  }

  private skipSpace(): void {
    const { text } = this
    for (;;) {
      const c = text.charCodeAt(this.at)
      if (c === NEWLINE) this.newline = true
      else if (c === 35 || (c === 47 && text.charCodeAt(this.at + 1) === 47)) {
        const lineEnd = text.indexOf('\n', this.at)
        this.at = lineEnd === -1 ? text.length : lineEnd
        continue
      } else if (c === 47 && text.charCodeAt(this.at + 1) === 42) {
        const close = text.indexOf('*/', this.at + 2)
        if (close === -1)
          this.fail('Unterminated comment', 'A comment is opened with /* and never closed.', this.at)
        this.at = close + 2
        continue
      } else if (c !== SPACE && c !== 9 && c !== 13) return
      this.at++
    }
  }

  private scanName(): void {
    const { text } = this
    let at = this.at
    for (;;) {
      const c = text.charCodeAt(at)
      if (c < 128 ? (classes[c] as number) !== 0 : !Number.isNaN(c) && this.matchesAt(namePart, at)) {
        at += c >= 0xd800 && c <= 0xdbff ? 2 : 1
      } else break
    }
    this.at = at
    this.kind = 'name'
  }

  private scanNumber(): void {
    const { text } = this
    const digits = () => {
      while (classes[text.charCodeAt(this.at)] === DIGIT) this.at++
    }
    digits()
    if (text[this.at] === '.' && classes[text.charCodeAt(this.at + 1)] === DIGIT) {
      this.at++
      digits()
      if (text[this.at] === '.' && classes[text.charCodeAt(this.at + 1)] === DIGIT) {
        this.fail('Invalid number literal', 'A number has only one decimal point.')
      }
    }
    const exponent = /[eE][+-]?\d+/y
    exponent.lastIndex = this.at
    const c = text.charCodeAt(this.at) | 32
    if (c === 101 && exponent.test(text)) this.at = exponent.lastIndex
    this.kind = 'number'
  }

  private scanPunctuation(c: number): void {
    const { text, at } = this
    const following = text.charCodeAt(at + 1)
    const pair = following < 128 && c < 128 ? pairs[c * 128 + following] : undefined
    const kind = pair ?? (c < 128 ? singles[c] : undefined)
    if (kind === undefined) this.failAt(text[at] as string)
    this.kind = kind
    this.at = at + (pair === undefined ? 1 : 2)
    if (c === 46 && text.startsWith('...', at)) {
      this.kind = '...'
      this.at = at + 3
    }
  }

  private failAt(character: string): never {
    if (character === '&')
      this.fail('Unsupported operator', 'There are no bitwise operators. For "and", write &&.')
    if (character === '|')
      this.fail('Unsupported operator', 'There are no bitwise operators. For "or", write ||.')
    if (character === "'")
      this.fail('Invalid character', 'Single quotes do not enclose strings. Use double quotes.')
    return this.fail('Invalid character', 'This character has no meaning in an expression.')
  }
}
