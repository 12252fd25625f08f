// Functions on numbers. Exact where the result is; logarithms and fractional powers have the precision of a double.
import {
  compareNumbers,
  floorNumber,
  fromJsNumber,
  isNumber,
  makeNumber,
  type Num,
  negateNumber,
} from '../../schema/number.ts'
import { describeKind } from '../../schema/type.ts'
import { anything, define, defineRest, Failure, type Func, int, num, Refusal } from './define.ts'

function extreme(sign: 1 | -1): Func {
  return defineRest([], num('numbers'), (_none, numbers) => {
    const [first, ...others] = numbers
    if (first === undefined) throw new Failure('at least one number is required')
    return others.reduce((best, number) => (compareNumbers(number, best) * sign > 0 ? number : best), first)
  })
}

function toDouble(value: Num): number {
  return Number(value.toString())
}

function fromDouble(value: number): Num {
  if (!Number.isFinite(value)) throw new Failure('the result is not a number that can be written')
  return fromJsNumber(value)
}

const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

function parseInteger(text: string, base: number): Num {
  if (base < 2 || base > 62) throw new Refusal(1, 'the base must be a whole number from 2 to 62')
  const unreadable = () => new Refusal(0, `it is not an integer in base ${base}`)
  const body = /^[+-]?([0-9A-Za-z]+)$/.exec(text)?.[1]
  if (body === undefined) throw unreadable()
  let value = 0n
  for (const character of base <= 36 ? body.toLowerCase() : body) {
    const digit = digits.indexOf(character)
    if (digit >= base) throw unreadable()
    value = value * BigInt(base) + BigInt(digit)
  }
  return makeNumber(text.startsWith('-') ? -value : value, 0)
}

export const numericFunctions: Readonly<Record<string, Func>> = {
  abs: define([num('num')], ([number]) => (compareNumbers(number, 0) < 0 ? negateNumber(number) : number)),
  ceil: define([num('num')], ([number]) => negateNumber(floorNumber(negateNumber(number)))),
  floor: define([num('num')], ([number]) => floorNumber(number)),
  log: define([num('num'), num('base')], ([number, base]) =>
    fromDouble(Math.log(toDouble(number)) / Math.log(toDouble(base))),
  ),
  max: extreme(1),
  min: extreme(-1),
  parseint: define([anything('number'), int('base')], ([text, base]) => {
    if (typeof text === 'string') return parseInteger(text, base)
    throw new Refusal(
      0,
      isNumber(text) ? 'it must be a string, not a number' : `it must be a string, not ${describeKind(text)}`,
    )
  }),
  pow: define([num('num'), num('power')], ([base, exponent]) =>
    fromDouble(toDouble(base) ** toDouble(exponent)),
  ),
  signum: define([int('num')], ([number]) => Math.sign(number)),
}
