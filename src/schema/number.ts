// schema/: what a value is, what shape it must have. No resource, no configuration file, no I/O.
//
// Exact numbers. A number is a JS number when that is exact enough to come back as the same decimal text, and a
// Decimal otherwise. Each number has exactly one of the two forms, so equality never has to convert.

/** An exact decimal that a JS number cannot hold: mantissa × 10^exponent, mantissa not divisible by ten. */
export class Decimal {
  readonly mantissa: bigint
  readonly exponent: number

  /** Use `parseNumber` or `makeNumber`: they choose the right form. */
  constructor(mantissa: bigint, exponent: number) {
    this.mantissa = mantissa
    this.exponent = exponent
    Object.freeze(this)
  }

  toString(): string {
    return formatNumber(this)
  }
}

export type Num = number | Decimal

/** Digits kept by division and other results that do not end: what Terraform's 512-bit numbers hold. */
const DIVISION_DIGITS = 154
const MAX_EXPONENT = 10_000

/** True for both forms. */
export function isNumber(value: unknown): value is Num {
  return typeof value === 'number' || value instanceof Decimal
}

/** Makes the one right form of mantissa × 10^exponent. */
export function makeNumber(mantissa: bigint, exponent: number): Num {
  if (mantissa === 0n) return 0
  let m = mantissa
  let e = exponent
  while (m % 10n === 0n) {
    m /= 10n
    e += 1
  }
  const digits = (m < 0n ? -m : m).toString().length
  if (digits <= 15 && Math.abs(e) < 300 && digits + e < 300) return Number(`${m}e${e}`)
  if (e >= 0 && digits + e <= 16) {
    const whole = m * 10n ** BigInt(e)
    if (whole >= -9007199254740991n && whole <= 9007199254740991n) return Number(whole)
  }
  return new Decimal(m, e)
}

const numberText = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/** Reads decimal text, exponent allowed. Undefined if it is not a number or has an absurd exponent. */
export function parseNumber(text: string): Num | undefined {
  // Most numbers are short integers; they need none of the work below.
  if (/^-?(0|[1-9]\d{0,14})$/.test(text)) return Number(text) + 0
  const match = numberText.exec(text)
  if (!match) return undefined
  const [, sign, whole = '', fraction = '', exponentText = '0'] = match
  const exponent = Number(exponentText)
  if (Math.abs(exponent) > MAX_EXPONENT) return undefined
  const mantissa = BigInt(whole + fraction)
  return makeNumber(sign === '-' ? -mantissa : mantissa, exponent - fraction.length)
}

/** Takes a JS number as the decimal it prints as. Throws RangeError on NaN and infinities. */
export function fromJsNumber(value: number): Num {
  const parsed = parseNumber(String(value))
  if (parsed === undefined) throw new RangeError(`${value} is not a number that can be stored`)
  return parsed
}

/** Plain decimal text, never with an exponent, as Terraform prints numbers. */
export function formatNumber(value: Num): string {
  if (typeof value === 'number') {
    const text = String(value)
    return text.includes('e') ? plain(...parts(value)) : text
  }
  return plain(value.mantissa, value.exponent)
}

function plain(mantissa: bigint, exponent: number): string {
  const sign = mantissa < 0n ? '-' : ''
  const digits = (mantissa < 0n ? -mantissa : mantissa).toString()
  if (exponent >= 0) return sign + digits + '0'.repeat(exponent)
  const point = digits.length + exponent
  if (point > 0) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
  return `${sign}0.${'0'.repeat(-point)}${digits}`
}

/** Mantissa and exponent of either form. */
export function parts(value: Num): [mantissa: bigint, exponent: number] {
  if (typeof value !== 'number') return [value.mantissa, value.exponent]
  if (Number.isSafeInteger(value)) return [BigInt(value), 0]
  const match = numberText.exec(String(value))
  if (!match) throw new RangeError(`${value} is not a number that can be stored`)
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const mantissa = BigInt(whole + fraction)
  return [sign === '-' ? -mantissa : mantissa, Number(exponent) - fraction.length]
}

function aligned(a: Num, b: Num): [bigint, bigint, number] {
  const [ma, ea] = parts(a)
  const [mb, eb] = parts(b)
  const e = Math.min(ea, eb)
  return [ma * 10n ** BigInt(ea - e), mb * 10n ** BigInt(eb - e), e]
}

/** Negative, zero or positive, as for sort. */
export function compareNumbers(a: Num, b: Num): number {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0
  const [ma, mb] = aligned(a, b)
  return ma < mb ? -1 : ma > mb ? 1 : 0
}

export function addNumbers(a: Num, b: Num): Num {
  if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) {
    const sum = (a as number) + (b as number)
    if (Number.isSafeInteger(sum)) return sum
  }
  const [ma, mb, e] = aligned(a, b)
  return makeNumber(ma + mb, e)
}

export function negateNumber(a: Num): Num {
  const [m, e] = parts(a)
  return makeNumber(-m, e)
}

export function subtractNumbers(a: Num, b: Num): Num {
  return addNumbers(a, negateNumber(b))
}

export function multiplyNumbers(a: Num, b: Num): Num {
  const [ma, ea] = parts(a)
  const [mb, eb] = parts(b)
  return makeNumber(ma * mb, ea + eb)
}

/** Throws RangeError when dividing by zero. Results that do not end are rounded to 154 significant digits. */
export function divideNumbers(a: Num, b: Num): Num {
  const [ma, ea] = parts(a)
  const [mb, eb] = parts(b)
  if (mb === 0n) throw new RangeError('division by zero')
  if (ma % mb === 0n) return makeNumber(ma / mb, ea - eb)
  const abs = (n: bigint) => (n < 0n ? -n : n)
  const shift = Math.max(0, DIVISION_DIGITS + 1 + abs(mb).toString().length - abs(ma).toString().length)
  const scaled = (ma * 10n ** BigInt(shift)) / mb
  const exact = scaled * mb === ma * 10n ** BigInt(shift)
  return exact ? makeNumber(scaled, ea - eb - shift) : roundTo(scaled, ea - eb - shift, DIVISION_DIGITS)
}

function roundTo(mantissa: bigint, exponent: number, digits: number): Num {
  const length = (mantissa < 0n ? -mantissa : mantissa).toString().length
  const drop = length - digits
  if (drop <= 0) return makeNumber(mantissa, exponent)
  const unit = 10n ** BigInt(drop)
  const half = mantissa < 0n ? -unit / 2n : unit / 2n
  return makeNumber((mantissa + half) / unit, exponent + drop)
}

/** Remainder with the sign of the dividend, as Terraform's `%`. Throws RangeError when dividing by zero. */
export function remainderNumbers(a: Num, b: Num): Num {
  const [ma, mb, e] = aligned(a, b)
  if (mb === 0n) throw new RangeError('division by zero')
  return makeNumber(ma % mb, e)
}

/** The largest whole number not above it. */
export function floorNumber(a: Num): Num {
  const [m, e] = parts(a)
  if (e >= 0) return a
  const unit = 10n ** BigInt(-e)
  const quotient = m / unit
  return makeNumber(m % unit !== 0n && m < 0n ? quotient - 1n : quotient, 0)
}

/** True if it has no fraction. */
export function isWhole(a: Num): boolean {
  return typeof a === 'number' ? Number.isInteger(a) : a.exponent >= 0
}
