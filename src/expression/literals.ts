// Spelling of literal text: escapes in quoted strings, white space beside `~`.
import type { Lexer } from './lexer.ts'

const simple: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' }

/** Reads the escape sequence whose backslash is at `at`. */
export function readEscape(lexer: Lexer, at: number): { readonly text: string; readonly end: number } {
  const { text } = lexer
  const selector = text[at + 1] ?? ''
  const plain = simple[selector]
  if (plain !== undefined) return { text: plain, end: at + 2 }
  if (selector !== 'u' && selector !== 'U') {
    return lexer.fail(
      'Invalid escape sequence',
      `"\\${selector}" is not an escape sequence. For a backslash, write it twice.`,
      at,
    )
  }
  const length = selector === 'u' ? 4 : 8
  const digits = text.slice(at + 2, at + 2 + length)
  const code = /^[0-9a-fA-F]+$/.test(digits) && digits.length === length ? Number.parseInt(digits, 16) : -1
  if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    return lexer.fail(
      'Invalid escape sequence',
      `\\${selector} must be followed by the ${length} hexadecimal digits of a character.`,
      at,
    )
  }
  return { text: String.fromCodePoint(code), end: at + 2 + length }
}

// What Terraform takes for white space; differs from JavaScript's own \s in U+0085 and U+FEFF.
const space = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const leading = new RegExp(`^[${space}]+`)
const trailing = new RegExp(`[${space}]+$`)

export function trimStart(text: string): string {
  return text.replace(leading, '')
}

export function trimEnd(text: string): string {
  return text.replace(trailing, '')
}

/** `~}` before text: outside quotes it reaches no further than the end of the line. */
export function trimAfterMarker(text: string, quoted: boolean): string {
  const lineEnd = quoted ? -1 : text.indexOf('\n')
  if (lineEnd === -1) return trimStart(text)
  return trimStart(text.slice(0, lineEnd + 1)) + text.slice(lineEnd + 1)
}

/** `${~` after text: outside quotes it reaches no further back than the line before. */
export function trimBeforeMarker(text: string, quoted: boolean): string {
  const lineStart = quoted ? 0 : text.lastIndexOf('\n', text.length - 2) + 1
  return text.slice(0, lineStart) + trimEnd(text.slice(lineStart))
}
