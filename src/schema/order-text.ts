// How Terraform writes strings and numbers where it sorts the elements of a set by what they say.
import { type Num, parts } from './number.ts'

const escapes: { readonly [character: string]: string } = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
}

/** The text in quotes, with escapes for what cannot be printed. */
export function quoteText(text: string): string {
  const inner = text.replace(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (character) => {
    const code = character.codePointAt(0) as number
    const hex = code.toString(16)
    if (Object.hasOwn(escapes, character)) return escapes[character] as string
    if (code < 0x20 || code === 0x7f) return `\\x${hex.padStart(2, '0')}`
    return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`
  })
  return `"${inner}"`
}

/** The number in ten digits, with an exponent where it is far from one. Different numbers may read the same. */
export function tenDigits(value: Num): string {
  const [mantissa, exponent] = parts(value)
  if (mantissa === 0n) return '0'
  const sign = mantissa < 0n ? '-' : ''
  const { digits, point } = rounded((mantissa < 0n ? -mantissa : mantissa).toString(), exponent)
  const power = point - 1
  const limit = digits.length >= point ? Math.min(10, digits.length) : 10
  if (power < -4 || power >= limit) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ''
    return `${sign}${digits[0]}${fraction}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  if (digits.length <= point) return sign + digits.padEnd(point, '0')
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}

/** At most ten digits, without zeros at the end, and how many of them come before the point. */
function rounded(text: string, exponent: number): { readonly digits: string; readonly point: number } {
  const point = text.length + exponent
  const kept = text.slice(0, 10)
  const up = text.length > 10 && (text[10] as string) >= '5' && !isTieDown(text)
  const digits = up ? String(BigInt(kept) + 1n) : kept
  return { digits: digits.replace(/0+$/, ''), point: point + (digits.length - kept.length) }
}

/** Exactly half goes to the even digit. */
function isTieDown(text: string): boolean {
  return /^50*$/.test(text.slice(10)) && Number(text[9]) % 2 === 0
}
