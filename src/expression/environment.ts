// What holds while an expression is evaluated.
import type { Value } from '../schema/value.ts'
import type { Expression } from './expression.ts'
import { fault } from './fault.ts'
import type { Scope } from './scope.ts'

/** A name bound by `for`, or the element of a splat under the name `*`. */
interface Frame {
  readonly name: string
  readonly value: Value
  readonly outer: Frame | undefined
}

export interface Env {
  readonly scope: Scope
  readonly frame: Frame | undefined
  /** Evaluates a part of an expression. The kinds of expression use each other through it. */
  readonly run: (expression: Expression, env: Env) => Value
}

/** The same, with one more name bound. */
export function bind(env: Env, name: string, value: Value): Env {
  return { scope: env.scope, frame: { name, value, outer: env.frame }, run: env.run }
}

/** The value of a bound name; the innermost one counts. `expression` is what an error shows. */
export function getBound(env: Env, name: string, expression: Expression): Value {
  for (let at = env.frame; at; at = at.outer) if (at.name === name) return at.value
  return fault(expression, 'Invalid reference', 'No such name is bound here.')
}
