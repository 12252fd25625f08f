// `for` expressions.
import { hasMark } from '../schema/marks.ts'
import { describeKind } from '../schema/type.ts'
import {
  compareText,
  isList,
  isObject,
  isWhollyKnown,
  objectOf,
  Sensitive,
  SetValue,
  UNKNOWN,
  type Value,
} from '../schema/value.ts'
import { toBool, toText } from './convert.ts'
import { bind, type Env } from './environment.ts'
import type { For } from './expression.ts'
import { fault } from './fault.ts'
import { open, seal } from './operators.ts'

/** Yields a tuple, or an object if there is a key expression. */
export function evaluateFor(expression: For, env: Env): Value {
  const collection = env.run(expression.collection, env)
  const pairs = iterate(expression, open(collection))
  let marked = collection instanceof Sensitive
  if (pairs === UNKNOWN) return seal(UNKNOWN, hasMark(collection))
  const values: Value[] = []
  const groups = new Map<string, Value[]>()
  let unknown = false
  for (const [key, value] of pairs) {
    let inner = bind(env, expression.valueName, value)
    if (expression.keyName !== undefined) inner = bind(inner, expression.keyName, key)
    if (expression.condition) {
      const condition = env.run(expression.condition, inner)
      if (condition instanceof Sensitive) marked = true
      const decided = decideFilter(expression, open(condition))
      if (decided === UNKNOWN) unknown = true
      if (decided !== true) continue
    }
    if (!expression.key) {
      values.push(env.run(expression.value, inner))
      continue
    }
    const itemKey = env.run(expression.key, inner)
    if (itemKey instanceof Sensitive) marked = true
    const name = forKey(expression, open(itemKey))
    const result = env.run(expression.value, inner)
    if (name === UNKNOWN) unknown = true
    else addTo(groups, name, result, expression, itemKey instanceof Sensitive)
  }
  // What is not known as a whole hides what is secret in its parts.
  if (unknown)
    return seal(UNKNOWN, marked || hasMark(open(collection)) || hasMark([...values, ...groups.values()]))
  if (!expression.key) return seal(values, marked)
  const entries = [...groups].map(
    ([name, group]) => [name, expression.grouped ? group : (group[0] as Value)] as const,
  )
  return seal(objectOf(entries), marked)
}

function iterate(expression: For, collection: Value): Iterable<readonly [Value, Value]> | typeof UNKNOWN {
  if (collection === UNKNOWN) return UNKNOWN
  if (isList(collection)) return collection.entries()
  if (collection instanceof SetValue) {
    // Neither order nor number of elements is known yet.
    if (!isWhollyKnown(collection)) return UNKNOWN
    return collection.elements.map((element) => [element, element] as const)
  }
  if (isObject(collection)) {
    return Object.keys(collection)
      .sort(compareText)
      .map((key) => [key, collection[key] as Value] as const)
  }
  if (collection === null) {
    return fault(
      expression.collection,
      'Iteration over null value',
      'Null cannot be iterated over. Use [] in its place.',
    )
  }
  return fault(
    expression.collection,
    'Iteration over non-iterable value',
    `${describeKind(collection)} cannot be iterated over. A list, set, map or object is required.`,
  )
}

function decideFilter(expression: For, condition: Value): boolean | typeof UNKNOWN {
  const part = expression.condition ?? expression
  if (condition === UNKNOWN) return UNKNOWN
  if (condition === null) return fault(part, 'Condition is null', "The 'if' clause must be true or false.")
  try {
    return toBool(condition)
  } catch (error) {
    return fault(part, "Invalid 'for' condition", "The 'if' clause must be true or false.", error)
  }
}

function forKey(expression: For, key: Value): string | typeof UNKNOWN {
  const part = expression.key ?? expression
  if (key === UNKNOWN) return UNKNOWN
  if (key === null) return fault(part, 'Invalid object key', 'The key is null.')
  try {
    return toText(key)
  } catch (error) {
    return fault(part, 'Invalid object key', 'A key must be a string.', error)
  }
}

function addTo(
  groups: Map<string, Value[]>,
  name: string,
  value: Value,
  expression: For,
  secret: boolean,
): void {
  const group = groups.get(name)
  if (!group) groups.set(name, [value])
  else if (expression.grouped) group.push(value)
  else {
    const key = secret ? 'the same key' : `the key "${name}"`
    fault(
      expression,
      'Duplicate object key',
      `Two elements have ${key}. To gather them in a list, write "..." after the value.`,
    )
  }
}
