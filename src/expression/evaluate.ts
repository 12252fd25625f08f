// An Expression and a Scope to a Value.

import { formatBlock } from '../address.ts'
import { DiagnosticError } from '../diagnostics.ts'
import { unmark } from '../schema/marks.ts'
import { isNumber } from '../schema/number.ts'
import { describeKind } from '../schema/type.ts'
import {
  compareText,
  equal,
  isList,
  isObject,
  isWhollyKnown,
  objectOf,
  Sensitive,
  SetValue,
  UNKNOWN,
  type Value,
} from '../schema/value.ts'
import { getAttribute, getIndex, splatElements } from './access.ts'
import { applyFunction, getFunction } from './call.ts'
import { convert, Mismatch, shapeOf, toBool, toText, unify } from './convert.ts'
import {
  type Call,
  type Conditional,
  children,
  type Expression,
  type For,
  type Join,
  type ObjectExpression,
  type ReferenceExpression,
  type Splat,
  type Template,
} from './expression.ts'
import { fault } from './fault.ts'
import { formatTarget } from './format.ts'
import type { CallContext } from './functions/define.ts'
import { applyBinary, applyUnary, open, seal } from './operators.ts'
import { parseTemplate } from './parse.ts'
import type { Scope } from './scope.ts'

/** A name bound by `for`, or the item of a splat under the name `*`. */
interface Frame {
  readonly name: string
  readonly value: Value
  readonly outer: Frame | undefined
}

/**
 * The value of an expression. May be UNKNOWN or hold it at any depth, and carries the marks of whatever it was made from.
 *
 * Throws DiagnosticError with the text of the part that failed. Asks the scope for nothing that is not referred to.
 */
export function evaluate(expression: Expression, scope: Scope): Value {
  return expression.kind === 'literal' ? expression.value : run(expression, scope, undefined)
}

function run(expression: Expression, scope: Scope, frame: Frame | undefined): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'template':
      return runTemplate(expression, scope, frame)
    case 'join':
      return runJoin(expression, scope, frame)
    case 'reference':
      return runReference(expression, scope)
    case 'bound':
      return (
        findBound(expression.name, frame) ??
        fault(expression, 'Invalid reference', 'No such name is bound here.')
      )
    case 'item':
      return findBound('*', frame) ?? fault(expression, 'Invalid reference', 'There is no element at hand.')
    case 'attribute':
      return getAttribute(run(expression.source, scope, frame), expression.name, expression)
    case 'index':
      return getIndex(run(expression.source, scope, frame), run(expression.key, scope, frame), expression)
    case 'splat':
      return runSplat(expression, scope, frame)
    case 'unary':
      return applyUnary(expression, run(expression.operand, scope, frame))
    case 'binary':
      return applyBinary(expression, run(expression.left, scope, frame), run(expression.right, scope, frame))
    case 'conditional':
      return runConditional(expression, scope, frame)
    case 'for':
      return runFor(expression, scope, frame)
    case 'object':
      return runObject(expression, scope, frame)
    case 'tuple':
      return expression.elements.map((element) => run(element, scope, frame))
    case 'call':
      return runCall(expression, scope, frame)
  }
}

function findBound(name: string, frame: Frame | undefined): Value | undefined {
  for (let at = frame; at; at = at.outer) if (at.name === name) return at.value
  return undefined
}

function runReference(expression: ReferenceExpression, scope: Scope): Value {
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
      return (
        scope.resource(target.block) ??
        fault(
          expression,
          'Reference to undeclared resource',
          `${formatBlock(target.block)} is not declared. Declare it, or correct the reference.`,
        )
      )
    case 'variable':
      return (
        scope.variable(target.name) ??
        fault(
          expression,
          'Reference to undeclared input variable',
          `There is no variable "${target.name}". Declare it, or correct the reference.`,
        )
      )
    case 'local':
      return (
        scope.local(target.name) ??
        fault(
          expression,
          'Reference to undeclared local value',
          `There is no local value "${target.name}". Declare it, or correct the reference.`,
        )
      )
    case 'each':
      if (!scope.each) {
        return fault(
          expression,
          'Reference to "each" in context without for_each',
          'It can only be used in a block that has for_each.',
        )
      }
      return target.name === 'key' ? scope.each.key : scope.each.value
    case 'count':
      return (
        scope.count?.index ??
        fault(
          expression,
          'Reference to "count" in non-counted context',
          'It can only be used in a block that has count.',
        )
      )
    case 'self':
      return (
        scope.self ??
        fault(expression, 'Invalid "self" reference', 'There is no object that it could mean here.')
      )
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

function runTemplate(expression: Template, scope: Scope, frame: Frame | undefined): Value {
  let text = ''
  let unknown = false
  let marked = false
  for (const part of expression.parts) {
    const value = run(part, scope, frame)
    if (value instanceof Sensitive) marked = true
    const inner = open(value)
    if (inner === UNKNOWN) unknown = true
    else text += textOf(inner, part)
  }
  // Two halves of a character may have come together.
  return seal(unknown ? UNKNOWN : text.normalize(), marked)
}

function textOf(value: Value, part: Expression): string {
  if (typeof value === 'string') return value
  if (value === null) {
    return fault(
      part,
      'Invalid template interpolation value',
      'The result is null, which cannot be part of a string.',
    )
  }
  try {
    return toText(value)
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error
    return fault(
      part,
      'Invalid template interpolation value',
      `${describeKind(value)} cannot be part of a string. Use jsonencode() or join().`,
      error,
    )
  }
}

function runJoin({ loop }: Join, scope: Scope, frame: Frame | undefined): Value {
  const result = runFor(loop, scope, frame)
  const marked = result instanceof Sensitive
  const parts = open(result)
  if (!isList(parts)) return seal(UNKNOWN, marked)
  const innerMark = parts.some((part) => part instanceof Sensitive)
  if (parts.some((part) => open(part) === UNKNOWN)) return seal(UNKNOWN, marked || innerMark)
  return seal(parts.map((part) => textOf(open(part), loop.value)).join(''), marked || innerMark)
}

function runSplat(expression: Splat, scope: Scope, frame: Frame | undefined): Value {
  const source = run(expression.source, scope, frame)
  const elements = splatElements(open(source))
  if (elements === UNKNOWN) return seal(UNKNOWN, source instanceof Sensitive)
  const result = elements.map((value) => run(expression.each, scope, { name: '*', value, outer: frame }))
  return seal(result, source instanceof Sensitive)
}

// Conditionals. Both branches are evaluated, because the type of the result depends on both; the one not taken may fail.

function runConditional(expression: Conditional, scope: Scope, frame: Frame | undefined): Value {
  const condition = run(expression.condition, scope, frame)
  const decided = open(condition)
  const chosen = decideCondition(expression, decided)
  const marked = condition instanceof Sensitive
  if (chosen === UNKNOWN) {
    const both = [expression.whenTrue, expression.whenFalse].map((branch) => attempt(branch, scope, frame))
    return seal(sameEitherWay(both[0], both[1]), marked || both.some((value) => value instanceof Sensitive))
  }
  const taken = run(chosen ? expression.whenTrue : expression.whenFalse, scope, frame)
  const other = attempt(chosen ? expression.whenFalse : expression.whenTrue, scope, frame)
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

function attempt(expression: Expression, scope: Scope, frame: Frame | undefined): Value | undefined {
  try {
    return run(expression, scope, frame)
  } catch (error) {
    if (error instanceof DiagnosticError) return undefined
    throw error
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

// for

function runFor(expression: For, scope: Scope, frame: Frame | undefined): Value {
  const collection = run(expression.collection, scope, frame)
  const pairs = iterate(expression, open(collection))
  let marked = collection instanceof Sensitive
  if (pairs === UNKNOWN) return seal(UNKNOWN, marked)
  const values: Value[] = []
  const groups = new Map<string, Value[]>()
  let unknown = false
  for (const [key, value] of pairs) {
    const inner = bind(expression, key, value, frame)
    if (expression.condition) {
      const condition = run(expression.condition, scope, inner)
      if (condition instanceof Sensitive) marked = true
      const decided = decideFilter(expression, open(condition))
      if (decided === UNKNOWN) unknown = true
      if (decided !== true) continue
    }
    if (!expression.key) {
      values.push(run(expression.value, scope, inner))
      continue
    }
    const itemKey = run(expression.key, scope, inner)
    if (itemKey instanceof Sensitive) marked = true
    const name = forKey(expression, open(itemKey))
    const result = run(expression.value, scope, inner)
    if (name === UNKNOWN) unknown = true
    else addTo(groups, name, result, expression, itemKey instanceof Sensitive)
  }
  if (unknown) return seal(UNKNOWN, marked)
  if (!expression.key) return seal(values, marked)
  const entries = [...groups].map(
    ([name, group]) => [name, expression.grouped ? group : (group[0] as Value)] as const,
  )
  return seal(objectOf(entries), marked)
}

function bind(expression: For, key: Value, value: Value, frame: Frame | undefined): Frame {
  const outer: Frame = { name: expression.valueName, value, outer: frame }
  return expression.keyName === undefined ? outer : { name: expression.keyName, value: key, outer }
}

function iterate(expression: For, collection: Value): Iterable<readonly [Value, Value]> | typeof UNKNOWN {
  if (collection === UNKNOWN) return UNKNOWN
  if (isList(collection)) return collection.entries()
  if (collection instanceof SetValue) return collection.elements.map((element) => [element, element] as const)
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

function runObject(expression: ObjectExpression, scope: Scope, frame: Frame | undefined): Value {
  const entries: [string, Value][] = []
  let marked = false
  let unknown = false
  for (const item of expression.items) {
    const given = run(item.key, scope, frame)
    const value = run(item.value, scope, frame)
    if (given instanceof Sensitive) marked = true
    const key = open(given)
    if (key === UNKNOWN) unknown = true
    else entries.push([objectKey(key, item.key), value])
  }
  return seal(unknown ? UNKNOWN : objectOf(entries), marked)
}

function objectKey(key: Value, part: Expression): string {
  if (typeof key === 'string') return key
  if (key === null) return fault(part, 'Null value as key', 'The key is null.')
  try {
    return toText(key)
  } catch (error) {
    return fault(part, 'Incorrect key type', 'A key must be a string.', error)
  }
}

// Calls. `try` and `can` decide themselves what becomes of a failing argument.

const special = ['try', 'can']

function runCall(expression: Call, scope: Scope, frame: Frame | undefined): Value {
  if (expression.name === 'try') return runTry(expression, scope, frame)
  if (expression.name === 'can') return runCan(expression, scope, frame)
  const func = getFunction(expression, special)
  const args = expression.args.map((arg) => run(arg, scope, frame))
  const context: CallContext = {
    scope,
    render: (template, variables) => {
      const names = Object.keys(variables)
      let inner: Frame | undefined
      for (const name of names) inner = { name, value: variables[name] as Value, outer: inner }
      return run(parseTemplate(template, names), scope, inner)
    },
  }
  return applyFunction(expression, args, context, func)
}

function runTry(expression: Call, scope: Scope, frame: Frame | undefined): Value {
  const reasons: string[] = []
  for (const arg of expression.args) {
    // Whether it will succeed cannot be told before everything in it is known.
    if (dependsOnUnknown(arg, scope, frame)) return UNKNOWN
    try {
      return run(arg, scope, frame)
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

function runCan(expression: Call, scope: Scope, frame: Frame | undefined): Value {
  const [arg, ...more] = expression.args
  if (arg === undefined)
    return fault(expression, 'Not enough function arguments', 'An expression to try is missing.')
  if (more.length > 0)
    return fault(expression, 'Too many function arguments', 'can takes only one expression.')
  if (dependsOnUnknown(arg, scope, frame)) return UNKNOWN
  return attempt(arg, scope, frame) !== undefined
}

function dependsOnUnknown(expression: Expression, scope: Scope, frame: Frame | undefined): boolean {
  if (isAccess(expression)) {
    const value = attempt(expression, scope, frame)
    return value !== undefined && !isWhollyKnown(unmark(value).value)
  }
  return children(expression).some((child) => dependsOnUnknown(child, scope, frame))
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
