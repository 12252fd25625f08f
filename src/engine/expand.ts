// From a block to its instances.
import type { InstanceKey } from '../address.ts'
import type { ResourceBlock } from '../config/config.ts'
import { DiagnosticError, problem } from '../diagnostics.ts'
import { evaluate } from '../expression/evaluate.ts'
import type { Scope } from '../expression/scope.ts'
import { convertPrimitive } from '../schema/convert.ts'
import { describeKind } from '../schema/type.ts'
import { isObject, Sensitive, SetValue, UNKNOWN, type Value } from '../schema/value.ts'
import type { Repetition } from './repetition.ts'
import type { BlockKind } from './values.ts'

export interface Instance {
  readonly key: InstanceKey
  readonly repetition: Repetition
}

/** How a block's instances are keyed, from how it is written. */
export function blockKind(block: Pick<ResourceBlock, 'count' | 'forEach'>): BlockKind {
  if (block.count !== undefined) return 'count'
  return block.forEach !== undefined ? 'each' : 'single'
}

/** Evaluates count or for_each. Throws a diagnostic when it is unknown, sensitive or not of the right kind. */
export function expand(block: Pick<ResourceBlock, 'count' | 'forEach'>, scope: Scope): Instance[] {
  if (block.count !== undefined) return countInstances(open(evaluate(block.count, scope)))
  if (block.forEach !== undefined) return eachInstances(evaluate(block.forEach, scope))
  return [{ key: undefined, repetition: {} }]
}

/** How many there are may be sensitive: Terraform shows it all the same. */
function open(value: Value): Value {
  return value instanceof Sensitive ? value.value : value
}

function countInstances(value: Value): Instance[] {
  if (value === UNKNOWN)
    throw invalid(
      'count',
      'depends on values that are only known after apply. Use --target to create what it depends on first.',
    )
  const count = value === null ? undefined : convertPrimitive(value, 'number')
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 0) {
    throw invalid(
      'count',
      `must be a whole number, zero or more, but is ${typeof count === 'number' ? count : describeKind(value)}.`,
    )
  }
  return Array.from({ length: count }, (_, index) => ({ key: index, repetition: { count: { index } } }))
}

function eachInstances(value: Value): Instance[] {
  if (value instanceof Sensitive)
    throw invalid(
      'for_each',
      'is sensitive, and would show in addresses. Use nonsensitive() if it may be shown.',
    )
  if (value === UNKNOWN || (value instanceof SetValue && value.elements.includes(UNKNOWN))) {
    throw invalid(
      'for_each',
      'has keys that are only known after apply. Use keys that the configuration itself gives, or --target to create what it depends on first.',
    )
  }
  if (value instanceof SetValue) {
    return value.elements.map((element) => {
      if (typeof element !== 'string')
        throw invalid('for_each', `must be a set of strings, but holds ${describeKind(element)}.`)
      return { key: element, repetition: { each: { key: element, value: element } } }
    })
  }
  if (!isObject(value))
    throw invalid(
      'for_each',
      `must be a map or a set of strings, but is ${describeKind(value)}. A list becomes a set with toset().`,
    )
  return Object.keys(value)
    .sort()
    .map((key) => ({ key, repetition: { each: { key, value: value[key] as Value } } }))
}

function invalid(argument: 'count' | 'for_each', what: string): DiagnosticError {
  return new DiagnosticError(
    problem(`Invalid ${argument} argument`, `The ${argument} value ${what}`, { path: [argument] }),
  )
}
