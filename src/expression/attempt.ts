// Evaluation that may fail: `try`, `can`, and the branch of a conditional that is not taken.
import { DiagnosticError } from '../diagnostics.ts'
import { hasMark, unmark } from '../schema/marks.ts'
import { isWhollyKnown, UNKNOWN, type Value } from '../schema/value.ts'
import type { Env } from './environment.ts'
import { type Call, children, type Expression } from './expression.ts'
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

/** `try`: the first argument that can be evaluated. */
export function evaluateTry(expression: Call, env: Env): Value {
  const reasons: string[] = []
  for (const arg of expression.args) {
    // Whether it will succeed cannot be told before everything in it is known.
    if (dependsOnUnknown(arg, env)) return seal(UNKNOWN, hasMark(attempt(arg, env) ?? null))
    try {
      return env.run(arg, env)
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
  if (dependsOnUnknown(arg, env)) return UNKNOWN
  return attempt(arg, env) !== undefined
}

function dependsOnUnknown(expression: Expression, env: Env): boolean {
  if (isAccess(expression)) {
    const value = attempt(expression, env)
    return value !== undefined && !isWhollyKnown(unmark(value).value)
  }
  return children(expression).some((child) => dependsOnUnknown(child, env))
}

/** A name with nothing but constant steps behind it. */
function isAccess(expression: Expression): boolean {
  switch (expression.kind) {
    case 'reference':
    case 'bound':
      return true
    case 'attribute':
      return isAccess(expression.source)
    case 'index':
      return expression.key.kind === 'literal' && isAccess(expression.source)
    default:
      return false
  }
}
