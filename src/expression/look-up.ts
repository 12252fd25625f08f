// The values of references.
import { formatBlock } from '../address.ts'
import type { Value } from '../schema/value.ts'
import { getAttribute, getIndex } from './access.ts'
import type { ReferenceExpression } from './expression.ts'
import { fault } from './fault.ts'
import { formatTarget } from './format.ts'
import type { Scope } from './scope.ts'

/** Asks the scope for the target and follows the steps. */
export function evaluateReference(expression: ReferenceExpression, scope: Scope): Value {
  let value = lookUp(expression, scope)
  for (const step of expression.steps) {
    value =
      step.kind === 'attribute'
        ? getAttribute(value, step.name, expression)
        : getIndex(value, step.key, expression)
  }
  return value
}

function lookUp(expression: ReferenceExpression, scope: Scope): Value {
  const { target } = expression
  switch (target.root) {
    case 'resource':
      return declared(
        expression,
        'Reference to undeclared resource',
        scope.resource(target.block),
        formatBlock(target.block),
      )
    case 'variable':
      return declared(
        expression,
        'Reference to undeclared input variable',
        scope.variable(target.name),
        `The variable "${target.name}"`,
      )
    case 'local':
      return declared(
        expression,
        'Reference to undeclared local value',
        scope.local(target.name),
        `The local value "${target.name}"`,
      )
    case 'each':
      if (scope.each) return target.name === 'key' ? scope.each.key : scope.each.value
      return fault(
        expression,
        'Reference to "each" in context without for_each',
        'It can only be used in a block that has for_each.',
      )
    case 'count':
      if (scope.count) return scope.count.index
      return fault(
        expression,
        'Reference to "count" in non-counted context',
        'It can only be used in a block that has count.',
      )
    case 'self':
      if (scope.self !== undefined) return scope.self
      return fault(expression, 'Invalid "self" reference', 'There is no object that it could mean here.')
    case 'path':
      return scope.path[target.name]
    case 'terraform':
      return scope.workspace
    case 'unsupported':
      return fault(
        expression,
        'Unsupported reference',
        `Hubform does not handle ${formatTarget(target)} yet.`,
      )
  }
}

// Null is a value: only undefined says that there is no such thing.
function declared(
  expression: ReferenceExpression,
  summary: string,
  value: Value | undefined,
  what: string,
): Value {
  if (value !== undefined) return value
  return fault(expression, summary, `${what} is not declared. Declare it, or correct the reference.`)
}
