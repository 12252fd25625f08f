// Function calls: what holds for every function, whatever it does.
import { hasMark, unmark } from '../schema/marks.ts'
import { didYouMean } from '../schema/suggest.ts'
import { isList, isWhollyKnown, Sensitive, SetValue, UNKNOWN, type Value } from '../schema/value.ts'
import { Mismatch } from './convert.ts'
import type { Call } from './expression.ts'
import { fault } from './fault.ts'
import { type CallContext, Failure, type Func, type Param, Refusal } from './functions/define.ts'
import { functionNames, functions } from './functions/table.ts'
import { open, seal } from './operators.ts'

/** Finds the function, or fails with the names that come close. */
export function getFunction(expression: Call, special: readonly string[]): Func {
  const name = expression.name.startsWith('core::') ? expression.name.slice(6) : expression.name
  const found = functions.get(name)
  if (found) return found
  const hint = didYouMean(name, [...functionNames(), ...special])
  return fault(expression, 'Unknown function', `There is no function named "${name}".${hint}`)
}

/** Calls a function with evaluated arguments. */
export function applyFunction(
  expression: Call,
  args: readonly Value[],
  context: CallContext,
  func: Func,
): Value {
  let marked = false
  let given = args
  if (expression.expand) {
    const last = args.at(-1) as Value
    marked = last instanceof Sensitive
    const expanded = expand(expression, open(last))
    if (expanded === UNKNOWN) return seal(UNKNOWN, marked)
    given = [...args.slice(0, -1), ...expanded]
  }
  checkCount(expression, func, given.length)
  const taken: unknown[] = []
  let unknown = false
  for (const [i, value] of given.entries()) {
    const param = paramAt(func, i)
    let argument = value
    if (param.marks !== true && hasMark(value)) {
      marked = true
      argument = unmark(value).value
    }
    if (param.unknowns !== true && !isWhollyKnown(argument)) unknown = true
    taken.push(take(expression, param, argument))
  }
  if (unknown) return seal(UNKNOWN, marked)
  return seal(run(expression, func, taken, context), marked)
}

function expand(expression: Call, value: Value): readonly Value[] | typeof UNKNOWN {
  if (value === UNKNOWN) return UNKNOWN
  if (isList(value)) return value
  if (value instanceof SetValue) return value.elements
  return fault(
    expression,
    'Invalid expanding argument value',
    'The argument with "..." must be a list, and not null.',
  )
}

function paramAt(func: Func, index: number): Param {
  // `checkCount` made sure that there is one.
  return (func.params[index] ?? func.rest) as Param
}

function checkCount(expression: Call, { params, rest }: Func, count: number): void {
  const missing = params[count]
  if (missing) {
    const names = params.map((param) => param.name).join(', ')
    fault(
      expression,
      'Not enough function arguments',
      `"${missing.name}" is missing. ${expression.name} takes ${names}.`,
    )
  }
  if (!rest && count > params.length) {
    const names = params.map((param) => param.name).join(', ') || 'nothing'
    fault(expression, 'Too many function arguments', `${expression.name} takes only ${names}.`)
  }
}

function take(expression: Call, param: Param, argument: Value): unknown {
  if (open(argument) === null && param.nullable !== true) refuse(expression, param, 'it must not be null')
  if (argument === UNKNOWN || argument === null) return argument
  try {
    return param.take(argument)
  } catch (error) {
    if (error instanceof Mismatch) return refuse(expression, param, error.message, error)
    if (error instanceof Failure)
      return fault(expression, 'Error in function call', `${error.message}.`, error)
    throw error
  }
}

function run(expression: Call, func: Func, taken: readonly unknown[], context: CallContext): Value {
  try {
    return func.call(taken, context)
  } catch (error) {
    if (error instanceof Refusal) return refuse(expression, paramAt(func, error.index), error.message, error)
    if (error instanceof Failure || error instanceof Mismatch) {
      return fault(expression, 'Error in function call', `${error.message}.`, error)
    }
    throw error
  }
}

function refuse(expression: Call, param: Param, message: string, cause?: unknown): never {
  return fault(
    expression,
    'Invalid function argument',
    `The argument "${param.name}" is not valid: ${message}.`,
    cause,
  )
}
