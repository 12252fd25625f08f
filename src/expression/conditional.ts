// `condition ? value : other value`.
import { hasMark } from '../schema/marks.ts'
import { isNumber } from '../schema/number.ts'
import { describeKind } from '../schema/type.ts'
import { equal, Sensitive, UNKNOWN, type Value } from '../schema/value.ts'
import { attempt } from './attempt.ts'
import { convert, shapeOf, toBool, unify } from './convert.ts'
import type { Env } from './environment.ts'
import type { Conditional } from './expression.ts'
import { fault } from './fault.ts'
import { open, seal } from './operators.ts'

/** Evaluates both branches, because the type of the result depends on both; the one not taken may fail. */
export function evaluateConditional(expression: Conditional, env: Env): Value {
  const condition = env.run(expression.condition, env)
  const decided = open(condition)
  const chosen = decideCondition(expression, decided)
  const marked = condition instanceof Sensitive
  if (chosen === UNKNOWN) {
    const both = [expression.whenTrue, expression.whenFalse].map((branch) => attempt(branch, env))
    return seal(
      sameEitherWay(both[0], both[1]),
      marked || both.some((value) => value !== undefined && hasMark(value)),
    )
  }
  const taken = env.run(chosen ? expression.whenTrue : expression.whenFalse, env)
  const other = attempt(chosen ? expression.whenFalse : expression.whenTrue, env)
  if (other === undefined) return seal(taken, marked)
  return seal(conform(expression, taken, other), marked || other instanceof Sensitive)
}

function decideCondition(expression: Conditional, condition: Value): boolean | typeof UNKNOWN {
  if (typeof condition === 'boolean') return condition
  if (condition === UNKNOWN) return UNKNOWN
  if (condition === null)
    return fault(expression, 'Null condition', 'The condition is null. It must be true or false.')
  try {
    return toBool(condition)
  } catch (error) {
    return fault(expression, 'Incorrect condition type', 'The condition must be true or false.', error)
  }
}

function sameEitherWay(a: Value | undefined, b: Value | undefined): Value {
  if (a === undefined || b === undefined) return UNKNOWN
  const value = open(a)
  return (isNumber(value) || value === null) && equal(value, b) ? value : UNKNOWN
}

/** The value taken, converted to a type that both have in common. */
function conform(expression: Conditional, taken: Value, other: Value): Value {
  const value = open(taken)
  const rest = open(other)
  if (value === null || value === UNKNOWN || rest === null || rest === UNKNOWN) return taken
  if (typeof value === typeof rest && typeof value !== 'object') return taken
  const shape = unify(shapeOf(value), shapeOf(rest))
  if (shape) return convert(taken, shape)
  const kinds = `one is ${describeKind(value)}, the other ${describeKind(rest)}`
  return fault(
    expression,
    'Inconsistent conditional result types',
    `Both results must be of one type${describeKind(value) === describeKind(rest) ? ', also inside' : `, but ${kinds}`}.`,
  )
}
