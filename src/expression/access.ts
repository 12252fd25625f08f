// Attributes and elements of values.
import { formatNumber, isNumber, isWhole } from '../schema/number.ts'
import { didYouMean } from '../schema/suggest.ts'
import { describeKind } from '../schema/type.ts'
import {
  field,
  isList,
  isObject,
  isWhollyKnown,
  Sensitive,
  SetValue,
  UNKNOWN,
  type Value,
} from '../schema/value.ts'
import { Mismatch, toNumber, toText } from './convert.ts'
import type { Expression } from './expression.ts'
import { fault } from './fault.ts'
import { open, seal } from './operators.ts'

/** `source.name`. `expression` is what an error shows. */
export function getAttribute(source: Value, name: string, expression: Expression): Value {
  if (source instanceof Sensitive) return new Sensitive(getAttribute(source.value, name, expression))
  if (source === UNKNOWN) return UNKNOWN
  if (source === null) {
    return fault(
      expression,
      'Attempt to get attribute from null value',
      `What "${name}" is asked of is null.`,
    )
  }
  if (isObject(source)) {
    const found = field(source, name)
    if (found !== undefined) return found
    const hint = didYouMean(name, Object.keys(source))
    return fault(expression, 'Unsupported attribute', `There is no attribute named "${name}".${hint}`)
  }
  const hint =
    isList(source) || source instanceof SetValue ? ` Use an index, or [*].${name} for all elements.` : ''
  return fault(expression, 'Unsupported attribute', `${describeKind(source)} has no attributes.${hint}`)
}

/** `source[key]`. `expression` is what an error shows. */
export function getIndex(source: Value, key: Value, expression: Expression): Value {
  const marked = source instanceof Sensitive || key instanceof Sensitive
  return seal(indexOpen(open(source), open(key), expression, key instanceof Sensitive), marked)
}

function indexOpen(source: Value, key: Value, expression: Expression, secretKey: boolean): Value {
  const invalid = (detail: string) => fault(expression, 'Invalid index', detail)
  if (source === null) return fault(expression, 'Attempt to index null value', 'What is indexed is null.')
  if (key === null) return invalid('The index is null.')
  if (source === UNKNOWN) return UNKNOWN
  if (source instanceof SetValue) {
    return invalid('Elements of a set have no index. Use tolist() if the order is of no importance.')
  }
  if (!isList(source) && !isObject(source)) return invalid(`${describeKind(source)} has no elements.`)
  if (key === UNKNOWN) return UNKNOWN
  try {
    return isList(source)
      ? elementAt(source, key, invalid)
      : elementOf(source, toText(key), invalid, secretKey)
  } catch (error) {
    if (error instanceof Mismatch) return invalid(`The index does not fit: ${error.message}.`)
    throw error
  }
}

function elementAt(source: readonly Value[], key: Value, invalid: (detail: string) => never): Value {
  const index = toNumber(key)
  if (!isWhole(index)) return invalid('The index of a list must be a whole number.')
  if (formatNumber(index).startsWith('-')) return invalid('The index of a list cannot be negative.')
  const found = isNumber(index) && typeof index === 'number' ? source[index] : undefined
  return found === undefined ? invalid(`There is no such element; the list has ${source.length}.`) : found
}

function elementOf(
  source: { readonly [key: string]: Value },
  key: string,
  invalid: (detail: string) => never,
  secretKey: boolean,
): Value {
  const found = field(source, key)
  if (found !== undefined) return found
  if (secretKey) return invalid('There is no element with this key.')
  return invalid(`There is no element with the key "${key}".${didYouMean(key, Object.keys(source))}`)
}

/** What a splat goes over; UNKNOWN if that is not known. What is not a sequence counts as one element, null as none. */
export function splatElements(source: Value): readonly Value[] | typeof UNKNOWN {
  if (source === UNKNOWN) return UNKNOWN
  if (source === null) return []
  if (source instanceof SetValue) return isWhollyKnown(source) ? source.elements : UNKNOWN
  return isList(source) ? source : [source]
}
