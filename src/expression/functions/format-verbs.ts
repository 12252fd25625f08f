// The verbs of `format`: a `%`, flags, a width, a precision, and a letter that says how the argument is written.
import { formatNumber, isNumber, isWhole, type Num, parts } from '../../schema/number.ts'
import { isList, isWhollyKnown, SetValue, UNKNOWN, type Value } from '../../schema/value.ts'
import { listOfShape, Mismatch, toBool, toNumber, toText } from '../convert.ts'
import { Failure, Refusal } from './define.ts'
import { encodeJson, encodeText } from './json-text.ts'
import { graphemes } from './string-units.ts'

interface Verb {
  readonly text: string
  readonly at: number
  readonly flags: string
  readonly width: number | undefined
  readonly precision: number | undefined
  readonly letter: string
}

const pattern = /%([-+ #0]*)(\d+)?(?:\.(\d*))?(?:\[(\d+)\])?([a-zA-Z%])?/gy

/** Writes `format` with its arguments put in. Throws Failure naming the verb that does not fit. */
export function formatText(format: string, args: readonly Value[]): string {
  let result = ''
  let at = 0
  let following = 0
  let highest = 0
  while (at < format.length) {
    const percent = format.indexOf('%', at)
    if (percent === -1) break
    result += format.slice(at, percent)
    pattern.lastIndex = percent
    const match = pattern.exec(format)
    const letter = match?.[5]
    if (!match || letter === undefined || (letter === '%' && match[0] !== '%%')) {
      throw new Failure(
        `the format has an unreadable verb at offset ${percent}; write "%%" for a percent sign`,
      )
    }
    at = pattern.lastIndex
    if (letter === '%') {
      result += '%'
      continue
    }
    const index = match[4] === undefined ? following : Number(match[4]) - 1
    following = index + 1
    highest = Math.max(highest, following)
    const verb: Verb = {
      text: match[0],
      at: percent,
      flags: match[1] ?? '',
      width: match[2] === undefined ? undefined : Number(match[2]),
      precision: match[3] === undefined ? undefined : Number(match[3]),
      letter,
    }
    if (index < 0 || index >= args.length) {
      throw new Failure(
        `there are not enough arguments for "${verb.text}" at ${percent}: it is number ${index + 1} of ${args.length}`,
      )
    }
    result += pad(verb, writeVerb(verb, args[index] as Value))
  }
  if (highest < args.length && !format.includes('%[')) {
    const used = highest === 0 ? 'there are no verbs in the format' : `the format uses only ${highest}`
    throw new Refusal(highest + 1, `there are too many arguments; ${used}`)
  }
  return result + format.slice(at)
}

/** `formatlist`: once per element; single values are repeated. */
export function formatAll(format: string, args: readonly Value[]): Value {
  if (args.includes(UNKNOWN)) return UNKNOWN
  const lists = args.map((arg) => (arg instanceof SetValue ? arg.elements : isList(arg) ? arg : undefined))
  const first = lists.findIndex((list) => list !== undefined)
  const length = first === -1 ? 1 : (lists[first]?.length ?? 0)
  for (const [i, list] of lists.entries()) {
    if (list && list.length !== length) {
      throw new Refusal(
        i + 1,
        `argument ${i + 1} has ${list.length} elements, but argument ${first + 1} has ${length}`,
      )
    }
  }
  const texts = Array.from({ length }, (_, i) => {
    const row = args.map((arg, j) => {
      const list = lists[j]
      return list ? (list[i] as Value) : arg
    })
    return row.every(isWhollyKnown) ? formatText(format, row) : UNKNOWN
  })
  return listOfShape(texts, { kind: 'string' })
}

function writeVerb(verb: Verb, value: Value): string {
  try {
    return write(verb, value)
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error
    throw new Failure(`the argument for "${verb.text}" at ${verb.at} does not fit: ${error.message}`, {
      cause: error,
    })
  }
}

function write(verb: Verb, value: Value): string {
  if (verb.letter === 'v') return writeAny(verb, value)
  if (!'tbdoxXeEfgGsq'.includes(verb.letter)) {
    throw new Failure(`"${verb.letter}" in "${verb.text}" at ${verb.at} is not a format verb`)
  }
  if (value === null) throw new Mismatch('it is null')
  switch (verb.letter) {
    case 't':
      return String(toBool(value))
    case 's':
      return cut(verb, toText(value))
    case 'q':
      return cut(verb, encodeText(toText(value)))
    case 'e':
    case 'E':
    case 'f':
    case 'g':
    case 'G':
      return signed(verb, writeFloat(verb, toNumber(value)))
    default:
      return signed(verb, writeInteger(verb, toNumber(value)))
  }
}

function writeAny(verb: Verb, value: Value): string {
  if (verb.flags.includes('#')) return encodeJson(value)
  if (typeof value === 'string') return cut(verb, value)
  if (typeof value === 'boolean' || value === null) return String(value)
  return isNumber(value) ? signed(verb, writeFloat({ ...verb, letter: 'g' }, value)) : encodeJson(value)
}

function cut({ precision }: Verb, text: string): string {
  return precision === undefined ? text : graphemes(text).slice(0, precision).join('')
}

function signed({ flags }: Verb, text: string): string {
  if (text.startsWith('-')) return text
  return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text
}

function pad({ flags, width = 0, letter }: Verb, text: string): string {
  const missing = width - graphemes(text).length
  if (missing <= 0 || letter === 't') return text
  if (flags.includes('-')) return text + ' '.repeat(missing)
  if (!flags.includes('0')) return ' '.repeat(missing) + text
  const sign = /^[+-]/.test(text) && 'dbxXofeEgG'.includes(letter) ? text.charAt(0) : ''
  return sign + '0'.repeat(missing) + text.slice(sign.length)
}

const bases: Readonly<Record<string, readonly [base: number, prefix: string]>> = {
  d: [10, ''],
  b: [2, '0b'],
  o: [8, '0'],
  x: [16, '0x'],
  X: [16, '0X'],
}

function writeInteger({ letter, flags, precision = 0 }: Verb, value: Num): string {
  if (!isWhole(value)) throw new Mismatch('an integer is required')
  const [base, prefix] = bases[letter] ?? [10, '']
  const [mantissa, exponent] = parts(value)
  const whole = mantissa * 10n ** BigInt(exponent)
  const digits = (whole < 0n ? -whole : whole).toString(base).padStart(precision, '0')
  const spelled = (flags.includes('#') ? prefix : '') + digits
  return (whole < 0n ? '-' : '') + (letter === 'X' ? spelled.toUpperCase() : spelled)
}

/** Decimal digits of the absolute value, and the power of ten of the first of them. */
interface Digits {
  readonly negative: boolean
  readonly digits: string
  readonly exponent: number
}

function digitsOf(value: Num): Digits {
  const [mantissa, exponent] = parts(value)
  const digits = (mantissa < 0n ? -mantissa : mantissa).toString()
  const trimmed = digits.replace(/0+$/, '') || '0'
  return {
    negative: mantissa < 0n,
    digits: trimmed,
    exponent: mantissa === 0n ? 0 : exponent + digits.length - 1,
  }
}

/** Rounds half to even to `count` digits; zero or fewer may yield none. */
function round({ negative, digits, exponent }: Digits, count: number): Digits {
  if (digits.length <= count) return { negative, digits: digits.padEnd(Math.max(count, 0), '0'), exponent }
  if (count < 0) return { negative, digits: '', exponent }
  const kept = digits.slice(0, count)
  const beyond = digits.slice(count)
  const odd = /[13579]$/.test(kept)
  const up = beyond[0] === '5' && /^50*$/.test(beyond) ? odd : (beyond[0] ?? '0') >= '5'
  if (!up) return { negative, digits: kept, exponent }
  const raised = (BigInt(kept || '0') + 1n).toString()
  return {
    negative,
    digits: raised.slice(0, Math.max(count, 1)),
    exponent: raised.length > count ? exponent + 1 : exponent,
  }
}

function writeFloat({ letter, precision }: Verb, value: Num): string {
  const exact = digitsOf(value)
  const lower = letter.toLowerCase()
  const sign = exact.negative ? '-' : ''
  if (lower === 'f') return writeFixed(value, precision ?? 6)
  const text = lower === 'e' ? exponential(round(exact, (precision ?? 6) + 1)) : general(exact, precision)
  return sign + (letter === lower ? text : text.toUpperCase())
}

function writeFixed(value: Num, places: number): string {
  const exact = digitsOf(value)
  const count = exact.exponent + 1 + places
  const { digits, exponent } = round(exact, count)
  const point = exponent + 1
  const all = digits === '' ? '' : '0'.repeat(Math.max(0, -point)) + digits
  const whole = point > 0 ? all.slice(0, point).padEnd(point, '0') : '0'
  const fraction = (point > 0 ? all.slice(point) : all).padEnd(places, '0').slice(0, places)
  return (exact.negative ? '-' : '') + whole + (places > 0 ? `.${fraction}` : '')
}

function exponential({ digits, exponent }: Digits): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ''
  const power = String(Math.abs(exponent)).padStart(2, '0')
  return `${digits[0] ?? '0'}${fraction}e${exponent < 0 ? '-' : '+'}${power}`
}

/** The shorter of the two ways: with an exponent when it is below -4, or not covered by the digits. */
function general(exact: Digits, precision: number | undefined): string {
  const rounded = precision === undefined ? exact : round(exact, Math.max(precision, 1))
  const digits = rounded.digits.replace(/0+$/, '') || '0'
  const { exponent } = rounded
  const limit = precision === undefined ? 6 : Math.max(precision, 1)
  if (exponent < -4 || exponent >= limit) return exponential({ ...rounded, digits })
  const [whole, fraction = ''] = formatNumber(scaled(digits, exponent)).split('.')
  return fraction === '' ? (whole ?? '0') : `${whole}.${fraction}`
}

function scaled(digits: string, exponent: number): Num {
  return toNumber(`${digits}e${exponent - digits.length + 1}`)
}
