// What operators do to values: unknown, null and marks included.

import { rememberedType, typesAgree } from '../schema/kind.ts'
import { unmark } from '../schema/marks.ts'
import {
  addNumbers,
  compareNumbers,
  divideNumbers,
  multiplyNumbers,
  type Num,
  negateNumber,
  remainderNumbers,
  subtractNumbers,
} from '../schema/number.ts'
import { typeOfValue } from '../schema/type.ts'
import {
  equal,
  isList,
  isObject,
  isWhollyKnown,
  Sensitive,
  SetValue,
  UNKNOWN,
  type Unknown,
  type Value,
} from '../schema/value.ts'
import { Mismatch, toBool, toNumber } from './convert.ts'
import type { Binary, BinaryOperator, Unary } from './expression.ts'
import { fault } from './fault.ts'

/** Marks a value if it depends on something marked. */
export function seal(value: Value, marked: boolean): Value {
  return marked ? new Sensitive(value) : value
}

/** The value under a mark, if any. Marks deeper inside stay. */
export function open(value: Value): Value {
  return value instanceof Sensitive ? value.value : value
}

const arithmetic: { readonly [operator in BinaryOperator]?: (a: Num, b: Num) => Value } = {
  '+': addNumbers,
  '-': subtractNumbers,
  '*': multiplyNumbers,
  '/': divideNumbers,
  '%': remainderNumbers,
  '<': (a, b) => compareNumbers(a, b) < 0,
  '<=': (a, b) => compareNumbers(a, b) <= 0,
  '>': (a, b) => compareNumbers(a, b) > 0,
  '>=': (a, b) => compareNumbers(a, b) >= 0,
}

export function applyBinary(expression: Binary, left: Value, right: Value): Value {
  const { operator } = expression
  if (operator === '==' || operator === '!=') return compare(operator, left, right)
  const marked = left instanceof Sensitive || right instanceof Sensitive
  const calculate = arithmetic[operator]
  const kind = calculate ? toNumber : toBool
  const a = operand(expression, 'left operand', open(left), kind)
  const b = operand(expression, 'right operand', open(right), kind)
  if (a === UNKNOWN || b === UNKNOWN) return seal(UNKNOWN, marked)
  if (!calculate) return seal(operator === '&&' ? a === true && b === true : a === true || b === true, marked)
  try {
    // `operand` converted both to numbers.
    return seal(calculate(a as Num, b as Num), marked)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return fault(
      expression,
      'Operation failed',
      `${error.message}. Make sure that the right operand is not zero.`,
      error,
    )
  }
}

export function applyUnary(expression: Unary, value: Value): Value {
  const marked = value instanceof Sensitive
  const kind = expression.operator === '-' ? toNumber : toBool
  const converted = operand(expression, 'operand', open(value), kind)
  if (converted === UNKNOWN) return seal(UNKNOWN, marked)
  // `operand` converted to what the operator takes.
  return seal(expression.operator === '-' ? negateNumber(converted as Num) : !converted, marked)
}

function operand(
  expression: Binary | Unary,
  which: string,
  value: Value,
  kind: (value: Value) => Num | boolean,
): Num | boolean | Unknown {
  if (value === UNKNOWN) return UNKNOWN
  if (value === null)
    fault(expression, 'Operation failed', `The ${which} is null. Use a value, or test for null first.`)
  try {
    return kind(value)
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error
    return fault(expression, 'Invalid operand', `Unsuitable value for the ${which}: ${error.message}.`, error)
  }
}

function compare(operator: '==' | '!=', left: Value, right: Value): Value {
  const a = unmark(left)
  const b = unmark(right)
  const same = equalOrUnknown(a.value, b.value)
  const result = same === UNKNOWN ? UNKNOWN : same === (operator === '==')
  return seal(result, a.sensitive.length + b.sensitive.length > 0)
}

/** Equality of unmarked values; unknown where something unknown decides. Values of different types are not equal. */
export function equalOrUnknown(a: Value, b: Value): boolean | Unknown {
  if (a === UNKNOWN || b === UNKNOWN) return UNKNOWN
  if (!sameKind(a, b)) return false
  if (isList(a) && isList(b)) {
    return a.length === b.length && allEqual(a.map((element, i) => [element, b[i] as Value]))
  }
  if (isObject(a) && isObject(b)) {
    const names = Object.keys(a).sort()
    if (names.length !== Object.keys(b).length || !names.every((name) => Object.hasOwn(b, name))) return false
    return allEqual(names.map((name) => [a[name] as Value, b[name] as Value]))
  }
  if (a instanceof SetValue && b instanceof SetValue && !(isWhollyKnown(a) && isWhollyKnown(b)))
    return UNKNOWN
  return equal(a, b)
}

/** A list is no tuple, and a map no object, whatever is in them. */
function sameKind(a: Value, b: Value): boolean {
  const [x, y] = [rememberedType(a), rememberedType(b)]
  return (x === undefined && y === undefined) || typesAgree(x ?? typeOfValue(a), y ?? typeOfValue(b))
}

function allEqual(pairs: readonly (readonly [Value, Value])[]): boolean | Unknown {
  for (const [a, b] of pairs) {
    const same = equalOrUnknown(a, b)
    if (same !== true) return same
  }
  return true
}
