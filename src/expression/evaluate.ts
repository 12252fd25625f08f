// An Expression and a Scope to a Value.
import { rememberedType } from '../schema/kind.ts'
import { hasMark } from '../schema/marks.ts'
import { describeKind } from '../schema/type.ts'
import { isList, objectOf, Sensitive, UNKNOWN, type Value } from '../schema/value.ts'
import { getAttribute, getIndex, splatElements } from './access.ts'
import { evaluateCan, evaluateTry } from './attempt.ts'
import { applyFunction, getFunction } from './call.ts'
import { evaluateConditional } from './conditional.ts'
import { Mismatch, toText } from './convert.ts'
import { bind, type Env, getBound } from './environment.ts'
import type { Call, Expression, Join, ObjectExpression, Splat, Template } from './expression.ts'
import { fault } from './fault.ts'
import type { CallContext } from './functions/define.ts'
import { uniformList } from './functions/define-unified.ts'
import { evaluateReference } from './look-up.ts'
import { evaluateFor } from './loop.ts'
import { applyBinary, applyUnary, open, seal } from './operators.ts'
import { parseTemplate } from './parse.ts'
import type { Scope } from './scope.ts'

/**
 * The value of an expression. May be UNKNOWN or hold it at any depth, and carries the marks of whatever it was made from.
 *
 * Throws DiagnosticError with the text of the part that failed. Asks the scope for nothing that is not referred to.
 */
export function evaluate(expression: Expression, scope: Scope): Value {
  return expression.kind === 'literal' ? expression.value : run(expression, { scope, frame: undefined, run })
}

function run(expression: Expression, env: Env): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'template':
      return runTemplate(expression, env)
    case 'join':
      return runJoin(expression, env)
    case 'reference':
      return evaluateReference(expression, env.scope)
    case 'bound':
      return getBound(env, expression.name, expression)
    case 'item':
      return getBound(env, '*', expression)
    case 'attribute':
      return getAttribute(run(expression.source, env), expression.name, expression)
    case 'index':
      return getIndex(run(expression.source, env), run(expression.key, env), expression)
    case 'splat':
      return runSplat(expression, env)
    case 'unary':
      return applyUnary(expression, run(expression.operand, env))
    case 'binary':
      return applyBinary(expression, run(expression.left, env), run(expression.right, env))
    case 'conditional':
      return evaluateConditional(expression, env)
    case 'for':
      return evaluateFor(expression, env)
    case 'object':
      return runObject(expression, env)
    case 'tuple':
      return expression.elements.map((element) => run(element, env))
    case 'call':
      return runCall(expression, env)
  }
}

function runTemplate(expression: Template, env: Env): Value {
  let text = ''
  let unknown = false
  let marked = false
  for (const part of expression.parts) {
    const value = run(part, env)
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

function runJoin({ loop }: Join, env: Env): Value {
  const result = evaluateFor(loop, env)
  const marked = result instanceof Sensitive
  const parts = open(result)
  if (!isList(parts)) return seal(UNKNOWN, marked)
  const innerMark = parts.some((part) => part instanceof Sensitive)
  if (parts.some((part) => open(part) === UNKNOWN)) return seal(UNKNOWN, marked || innerMark)
  return seal(parts.map((part) => textOf(open(part), loop.value)).join(''), marked || innerMark)
}

function runSplat(expression: Splat, env: Env): Value {
  const source = run(expression.source, env)
  const elements = splatElements(open(source))
  if (elements === UNKNOWN) return seal(UNKNOWN, hasMark(source))
  const result = elements.map((value) => run(expression.each, bind(env, '*', value)))
  const kind = rememberedType(open(source))?.[0]
  return seal(kind === 'list' || kind === 'set' ? uniformList(result) : result, source instanceof Sensitive)
}

function runObject(expression: ObjectExpression, env: Env): Value {
  const entries: [string, Value][] = []
  let marked = false
  let unknown = false
  for (const item of expression.items) {
    const given = run(item.key, env)
    const value = run(item.value, env)
    if (given instanceof Sensitive) marked = true
    const key = open(given)
    if (key === UNKNOWN) unknown = true
    else entries.push([objectKey(key, item.key), value])
  }
  const object = objectOf(entries)
  return unknown ? seal(UNKNOWN, marked || hasMark(object)) : seal(object, marked)
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

function runCall(expression: Call, env: Env): Value {
  if (expression.name === 'try') return evaluateTry(expression, env)
  if (expression.name === 'can') return evaluateCan(expression, env)
  const func = getFunction(expression, special)
  const args = expression.args.map((arg) => run(arg, env))
  const context: CallContext = {
    scope: env.scope,
    render: (template, variables) => {
      const names = Object.keys(variables)
      let inner = env
      for (const name of names) inner = bind(inner, name, variables[name] as Value)
      return run(parseTemplate(template, names), inner)
    },
  }
  return applyFunction(expression, args, context, func)
}
