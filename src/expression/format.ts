// An Expression back to text, in native syntax.
import { isNumber } from '../schema/number.ts'
import { isList, isObject, Sensitive, SetValue, UNKNOWN, type Value } from '../schema/value.ts'
import { type Expression, type For, precedence, type Target } from './expression.ts'

/** Text that `parseExpression` reads as an expression of the same meaning. A literal holding UNKNOWN or a mark has none. */
export function formatExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return formatLiteral(expression.value)
    case 'template':
      return `"${formatParts(expression.parts)}"`
    case 'join':
      return `"${formatPart(expression)}"`
    case 'reference':
      return formatTarget(expression.target) + expression.steps.map(formatStep).join('')
    case 'bound':
      return expression.name
    case 'item':
      return ''
    case 'attribute':
      return `${formatSource(expression.source)}.${expression.name}`
    case 'index':
      return `${formatSource(expression.source)}[${formatExpression(expression.key)}]`
    case 'splat':
      return `${formatSource(expression.source)}[*]${formatExpression(expression.each)}`
    case 'unary':
      return expression.operator + formatOperand(expression.operand, 7)
    case 'binary': {
      const binding = precedence[expression.operator]
      const left = formatOperand(expression.left, binding)
      return `${left} ${expression.operator} ${formatOperand(expression.right, binding + 1)}`
    }
    case 'conditional': {
      const branches = [expression.whenTrue, expression.whenFalse].map((branch) => formatOperand(branch, 1))
      return `${formatOperand(expression.condition, 1)} ? ${branches.join(' : ')}`
    }
    case 'for':
      return formatFor(expression)
    case 'object':
      return `{ ${expression.items.map(({ key, value }) => `${formatKey(key)} = ${formatExpression(value)}`).join(', ')} }`
    case 'tuple':
      return `[${expression.elements.map(formatExpression).join(', ')}]`
    case 'call':
      return `${expression.name}(${expression.args.map(formatExpression).join(', ')}${expression.expand ? '...' : ''})`
  }
}

/** As `formatExpression`, cut to fit a message. */
export function excerpt(expression: Expression): string {
  const text = formatExpression(expression)
  return text.length > 100 ? `${text.slice(0, 99)}…` : text
}

/** As written: `tavio_user.ada`, `var.name`. */
export function formatTarget(target: Target): string {
  switch (target.root) {
    case 'resource':
      return `${target.block.mode === 'data' ? 'data.' : ''}${target.block.type}.${target.block.name}`
    case 'variable':
      return `var.${target.name}`
    case 'count':
      return 'count.index'
    case 'self':
      return 'self'
    case 'unsupported':
      return target.text
    default:
      return `${target.root}.${target.name}`
  }
}

function formatStep(
  step: { kind: 'attribute'; name: string } | { kind: 'index'; key: string | number },
): string {
  return step.kind === 'attribute' ? `.${step.name}` : `[${formatLiteral(step.key)}]`
}

function formatSource(source: Expression): string {
  const bare = [
    'reference',
    'bound',
    'attribute',
    'index',
    'call',
    'item',
    'tuple',
    'object',
    'for',
    'literal',
    'template',
  ]
  const text = formatExpression(source)
  return bare.includes(source.kind) ? text : `(${text})`
}

/** In parentheses if it binds less tightly than `least`. */
function formatOperand(operand: Expression, least: number): string {
  const text = formatExpression(operand)
  const binding =
    operand.kind === 'binary' ? precedence[operand.operator] : operand.kind === 'conditional' ? 0 : 8
  return binding < least ? `(${text})` : text
}

function formatKey(key: Expression): string {
  if (key.kind === 'template') return formatExpression(key)
  if (key.kind !== 'literal' || typeof key.value !== 'string') return `(${formatExpression(key)})`
  return /^[A-Za-z_]\w*$/.test(key.value) && key.value !== 'for' ? key.value : formatExpression(key)
}

function formatFor({ keyName, valueName, collection, key, value, condition, grouped }: For): string {
  const names = keyName === undefined ? valueName : `${keyName}, ${valueName}`
  const head = `for ${names} in ${formatExpression(collection)} : `
  const body =
    key === undefined ? formatExpression(value) : `${formatExpression(key)} => ${formatExpression(value)}`
  const tail = `${grouped ? '...' : ''}${condition === undefined ? '' : ` if ${formatExpression(condition)}`}`
  return key === undefined ? `[${head}${body}${tail}]` : `{${head}${body}${tail}}`
}

function formatParts(parts: readonly Expression[]): string {
  let text = ''
  let plain = ''
  const flush = (before: boolean) => {
    // A dollar right before an insertion would read as an escape.
    text += before ? quoteContent(plain).replace(/[$%]$/, '${"$&"}') : quoteContent(plain)
    plain = ''
  }
  for (const part of parts) {
    if (part.kind === 'literal' && typeof part.value === 'string') plain += part.value
    else {
      flush(true)
      text += formatPart(part)
    }
  }
  flush(false)
  return text
}

function formatPart(part: Expression): string {
  if (part.kind === 'literal' && typeof part.value === 'string') return quoteContent(part.value)
  if (part.kind !== 'join') return `\${${formatExpression(part)}}`
  const { keyName, valueName, collection, value } = part.loop
  const names = keyName === undefined ? valueName : `${keyName}, ${valueName}`
  return `%{for ${names} in ${formatExpression(collection)}}${formatPart(value)}%{endfor}`
}

function formatLiteral(value: Value): string {
  if (typeof value === 'string') return `"${quoteContent(value)}"`
  if (value === null || typeof value === 'boolean') return String(value)
  if (isNumber(value)) return String(value)
  if (value === UNKNOWN) return '(unknown)'
  if (value instanceof Sensitive) return '(sensitive)'
  if (value instanceof SetValue) return `toset(${formatLiteral(value.elements)})`
  if (isList(value)) return `[${value.map(formatLiteral).join(', ')}]`
  if (!isObject(value)) return ''
  const items = Object.entries(value).map(
    ([key, inner]) => `"${quoteContent(key)}" = ${formatLiteral(inner)}`,
  )
  return `{ ${items.join(', ')} }`
}

const escapes: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
}

function quoteContent(text: string): string {
  return text
    .replace(/[\n\r\t"\\]/g, (character) => escapes[character] ?? character)
    .replace(/[$%](?=\{)/g, '$&$&')
}
