// Text or JSON to an Expression.
import { isList, isObject, objectOf, type Value } from '../schema/value.ts'
import { Cursor } from './cursor.ts'
import { type Expression, literal, type ObjectItem } from './expression.ts'
import { readExpression } from './grammar.ts'
import { readTemplate } from './grammar-template.ts'

/**
 * The value of a JSON string: literal text with `${}` and `%{}`. A string that is exactly one `${…}` yields what is
 * inside it, of whatever type; any other yields a string.
 *
 * `bound` names what the text may use besides references, as the variables of a template file.
 */
export function parseTemplate(text: string, bound: readonly string[] = []): Expression {
  if (!isTemplate(text)) return literal(text.normalize(), 0, text.length)
  return readTemplate(new Cursor(text, bound, readExpression))
}

/** A bare expression, without quotes or `${}` around it. */
export function parseExpression(text: string, bound: readonly string[] = []): Expression {
  const cursor = new Cursor(text, bound, readExpression)
  cursor.advance()
  const expression = cursor.expression()
  if (!cursor.at('end')) {
    cursor.lexer.fail('Extra characters after expression', 'The expression ends here, but more text follows.')
  }
  return expression
}

/** A JSON value where Terraform expects an expression: strings and object keys are templates, the rest is itself. */
export function parseBody(json: Value): Expression {
  if (typeof json === 'string') return parseTemplate(json)
  if (isList(json)) return parseList(json)
  return isObject(json) ? parseObject(json) : literal(json)
}

function isTemplate(text: string): boolean {
  return text.includes('${') || text.includes('%{')
}

// What is literal throughout becomes one node, so that evaluating it costs nothing.

function parseList(json: readonly Value[]): Expression {
  const elements = json.map(parseBody)
  const values: Value[] = []
  for (const element of elements) {
    if (element.kind !== 'literal')
      return Object.freeze({ kind: 'tuple', elements: Object.freeze(elements), start: 0, end: 0 })
    values.push(element.value)
  }
  return literal(Object.freeze(values))
}

function parseObject(json: { readonly [key: string]: Value }): Expression {
  const items = Object.entries(json).map(
    ([key, value]): ObjectItem => Object.freeze({ key: parseTemplate(key), value: parseBody(value) }),
  )
  const entries: [string, Value][] = []
  for (const { key, value } of items) {
    if (key.kind !== 'literal' || typeof key.value !== 'string' || value.kind !== 'literal') {
      return Object.freeze({ kind: 'object', items: Object.freeze(items), start: 0, end: 0 })
    }
    entries.push([key.value, value.value])
  }
  return literal(Object.freeze(objectOf(entries)))
}
