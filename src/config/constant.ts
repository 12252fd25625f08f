// Expressions that must be constant: they are evaluated where nothing is declared.

import { fail } from '../diagnostics.ts'
import { evaluate } from '../expression/evaluate.ts'
import { children, type Expression } from '../expression/expression.ts'
import { references } from '../expression/references.ts'
import type { Scope } from '../expression/scope.ts'
import type { Value } from '../schema/value.ts'

/** A scope in which there is nothing but the given variables. */
export function variableScope(values: ReadonlyMap<string, Value>): Scope {
  return {
    resource: () => undefined,
    variable: (name) => values.get(name),
    local: () => undefined,
    path: { module: '.', root: '.', cwd: '.' },
    workspace: 'default',
  }
}

/** Evaluates what may refer to nothing and call nothing. Throws a diagnostic if it does, or fails. */
export function constantValue(expression: Expression): Value {
  if (references(expression).length > 0)
    fail('Reference not allowed', 'A constant is expected here; it cannot refer to anything.')
  if (hasCall(expression))
    fail('Function call not allowed', 'A constant is expected here; it cannot call functions.')
  return evaluate(expression, variableScope(new Map()))
}

function hasCall(expression: Expression): boolean {
  return expression.kind === 'call' || children(expression).some(hasCall)
}
