// Evaluation that may fail: `try`, `can`, and the branch of a conditional that is not taken.
import { DiagnosticError } from '../diagnostics.ts'
import { hasMark, unmark } from '../schema/marks.ts'
import { isWhollyKnown, UNKNOWN, type Value } from '../schema/value.ts'
import type { Env } from './environment.ts'
import type { Call, Expression } from './expression.ts'
import { fault } from './fault.ts'
import { seal } from './operators.ts'

/** Undefined if it cannot be evaluated. */
export function attempt(expression: Expression, env: Env): Value | undefined {
  try {
    return env.run(expression, env)
  } catch (error) {
    if (error instanceof DiagnosticError) return undefined
    throw error
  }
}

/** `try`: the first argument that can be evaluated; unknown while a part of what came of that one is. */
export function evaluateTry(expression: Call, env: Env): Value {
  const reasons: string[] = []
  for (const arg of expression.args) {
    try {
      const value = env.run(arg, env)
      // It may turn out later to be impossible, and then another argument stands.
      return isWhollyKnown(unmark(value).value) ? value : seal(UNKNOWN, hasMark(value))
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error
      reasons.push(error.diagnostics[0]?.detail ?? error.message)
    }
  }
  if (reasons.length === 0)
    return fault(expression, 'Error in function call', 'At least one argument is required.')
  return fault(
    expression,
    'Error in function call',
    `No argument could be evaluated:\n${reasons.map((r) => `- ${r}`).join('\n')}`,
  )
}

/** `can`: whether the argument can be evaluated. */
export function evaluateCan(expression: Call, env: Env): Value {
  const [arg, ...more] = expression.args
  if (arg === undefined)
    return fault(expression, 'Not enough function arguments', 'An expression to try is missing.')
  if (more.length > 0)
    return fault(expression, 'Too many function arguments', 'can takes only one expression.')
  const value = attempt(arg, env)
  return value === undefined ? false : isWhollyKnown(unmark(value).value) || UNKNOWN
}
