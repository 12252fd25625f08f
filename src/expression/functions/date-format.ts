// The date formats of `formatdate`: runs of one letter, and text in single quotes.
import { Refusal } from './define.ts'

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** Writes a time by its own clock. Throws Refusal for the first argument when the format is not valid. */
export function formatTime(
  format: string,
  time: { readonly nanoseconds: bigint; readonly offset: number },
): string {
  const milliseconds = time.nanoseconds / 1_000_000n - (time.nanoseconds % 1_000_000n < 0n ? 1n : 0n)
  const local = new Date(Number(milliseconds) + time.offset * 60_000)
  const tokens = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+|'/gy
  return Array.from(format.matchAll(tokens), ([token, quoted]) => {
    if (token === "'") throw new Refusal(0, 'a quote is not closed')
    if (token === "''") return "'"
    if (quoted !== undefined) return quoted.replaceAll("''", "'")
    return /^[A-Za-z]/.test(token) ? writeVerb(token, local, time.offset) : token
  }).join('')
}

function writeVerb(verb: string, time: Date, offset: number): string {
  const write = verbs(time, offset)[verb]
  if (write === undefined) throw new Refusal(0, `"${verb}" is not a date format verb`)
  return write
}

function verbs(time: Date, offset: number): Readonly<Record<string, string>> {
  const two = (value: number) => String(value).padStart(2, '0')
  const month = months[time.getUTCMonth()] ?? ''
  const day = days[time.getUTCDay()] ?? ''
  const hour = time.getUTCHours()
  const half = hour % 12 === 0 ? 12 : hour % 12
  const year = String(time.getUTCFullYear()).padStart(4, '0')
  const zone = zoneOf(offset)
  return {
    YY: year.slice(-2),
    YYYY: year,
    M: String(time.getUTCMonth() + 1),
    MM: two(time.getUTCMonth() + 1),
    MMM: month.slice(0, 3),
    MMMM: month,
    D: String(time.getUTCDate()),
    DD: two(time.getUTCDate()),
    EEE: day.slice(0, 3),
    EEEE: day,
    h: String(hour),
    hh: two(hour),
    H: String(half),
    HH: two(half),
    AA: hour < 12 ? 'AM' : 'PM',
    aa: hour < 12 ? 'am' : 'pm',
    m: String(time.getUTCMinutes()),
    mm: two(time.getUTCMinutes()),
    s: String(time.getUTCSeconds()),
    ss: two(time.getUTCSeconds()),
    Z: offset === 0 ? 'Z' : zone,
    ZZZ: offset === 0 ? 'UTC' : zone.replace(':', ''),
    ZZZZ: zone.replace(':', ''),
    ZZZZZ: zone,
  }
}

function zoneOf(offset: number): string {
  const minutes = Math.abs(offset)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
