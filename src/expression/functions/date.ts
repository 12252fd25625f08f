// Functions on time. A time is RFC 3339 text; its offset from UTC is kept.
import { UNKNOWN } from '../../schema/value.ts'
import type { Impure } from '../scope.ts'
import { formatTime } from './date-format.ts'
import { define, Failure, type Func, Refusal, str } from './define.ts'

/** A moment, and the clock it was told by. */
export interface Time {
  /** Nanoseconds since 1970 in UTC. */
  readonly nanoseconds: bigint
  /** Minutes east of UTC. */
  readonly offset: number
}

const form = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?(?:Z|([+-])(\d\d):(\d\d))$/

/** Undefined if it is not an RFC 3339 time. */
function findTime(text: string): Time | undefined {
  const match = form.exec(text)
  if (!match) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number)
  const moment = Date.UTC(year, month - 1, day, hour, minute, second)
  const date = new Date(moment)
  // Date rolls over what is out of range, so that it no longer says what was written.
  if (
    date.getUTCMonth() !== month - 1 ||
    date.getUTCDate() !== day ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  )
    return undefined
  const offset =
    match[8] === undefined ? 0 : (match[8] === '-' ? -1 : 1) * (Number(match[9]) * 60 + Number(match[10]))
  const fraction = BigInt((match[7] ?? '').padEnd(9, '0'))
  return { nanoseconds: BigInt(moment - offset * 60_000) * 1_000_000n + fraction, offset }
}

function getTime(text: string, index: number): Time {
  const time = findTime(text)
  if (!time) throw new Refusal(index, 'it is not a time such as 2026-01-31T12:00:00Z')
  return time
}

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}

function parseDuration(text: string): bigint {
  const invalid = () => new Failure('the duration is not one such as 1h30m or -10s')
  const body = /^[+-]?(.+)$/.exec(text)?.[1]
  if (body === undefined) throw invalid()
  if (body === '0') return 0n
  const pieces = [...body.matchAll(/(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g)]
  if (pieces.map(([piece]) => piece).join('') !== body) throw invalid()
  const total = pieces.reduce((sum, [, whole = '', fraction = '', unit = '']) => {
    if (whole === '' && fraction === '') throw invalid()
    const size = units[unit] ?? 0n
    return (
      sum + BigInt(whole || '0') * size + (BigInt(fraction || '0') * size) / 10n ** BigInt(fraction.length)
    )
  }, 0n)
  return text.startsWith('-') ? -total : total
}

function impure(name: keyof Impure): Func {
  return define([], (_none, { scope }) => scope.impure?.[name]?.() ?? UNKNOWN)
}

export const dateFunctions: Readonly<Record<string, Func>> = {
  formatdate: define([str('format'), str('time')], ([format, time]) => formatTime(format, getTime(time, 1))),
  plantimestamp: impure('plantimestamp'),
  timeadd: define([str('timestamp'), str('duration')], ([text, duration]) => {
    const time = findTime(text)
    if (!time) throw new Failure('the timestamp is not a time such as 2026-01-31T12:00:00Z')
    const moved = { ...time, nanoseconds: time.nanoseconds + parseDuration(duration) }
    return formatTime("YYYY-MM-DD'T'hh:mm:ssZ", moved)
  }),
  timecmp: define([str('timestamp_a'), str('timestamp_b')], ([a, b]) => {
    const difference = getTime(a, 0).nanoseconds - getTime(b, 1).nanoseconds
    return difference < 0n ? -1 : difference > 0n ? 1 : 0
  }),
  timestamp: impure('timestamp'),
  uuid: impure('uuid'),
}
