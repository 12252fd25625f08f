// expression/: Terraform's expression and template syntax: tree, parser, references, evaluation, functions.
// No configuration files and no schemas here; what names stand for is handed in as a Scope.
//
// The tree. Plain frozen data, discriminated by `kind`.
import type { BlockAddress } from '../address.ts'
import type { Value } from '../schema/value.ts'

/** Offsets in the text that was parsed; a node built from a JSON body has those of its own string. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** What the name at the root of a reference stands for. */
export type Target =
  | { readonly root: 'resource'; readonly block: BlockAddress }
  | { readonly root: 'variable' | 'local'; readonly name: string }
  | { readonly root: 'each'; readonly name: 'key' | 'value' }
  | { readonly root: 'count' | 'self' }
  | { readonly root: 'path'; readonly name: 'module' | 'root' | 'cwd' }
  | { readonly root: 'terraform'; readonly name: 'workspace' }
  /** Valid in Terraform, not handled here: modules, ephemeral resources. `text` as written. */
  | { readonly root: 'unsupported'; readonly text: string }

/** One constant step of a reference; which spelling was used decides what a missing element is called. */
export type Step =
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'index'; readonly key: string | number }

export type BinaryOperator = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%'
export type UnaryOperator = '-' | '!'

/** How tightly operators bind; all of them group to the left. */
export const precedence: Readonly<Record<BinaryOperator, number>> = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
}

export interface Literal extends Range {
  readonly kind: 'literal'
  readonly value: Value
}

/** Text with insertions; always yields a string. */
export interface Template extends Range {
  readonly kind: 'template'
  readonly parts: readonly Expression[]
}

/** A `%{ for }` directive: what the loop yields, written one after the other. */
export interface Join extends Range {
  readonly kind: 'join'
  readonly loop: For
}

export interface ReferenceExpression extends Range {
  readonly kind: 'reference'
  readonly target: Target
  readonly steps: readonly Step[]
}

/** A name bound by an enclosing `for`. */
export interface Bound extends Range {
  readonly kind: 'bound'
  readonly name: string
}

export interface AttributeAccess extends Range {
  readonly kind: 'attribute'
  readonly source: Expression
  readonly name: string
}

export interface IndexAccess extends Range {
  readonly kind: 'index'
  readonly source: Expression
  readonly key: Expression
}

/** `each` is evaluated once per element of `source`, in which `item` stands for the element. */
export interface Splat extends Range {
  readonly kind: 'splat'
  readonly source: Expression
  readonly each: Expression
}

/** The element at hand inside a splat. */
export interface Item extends Range {
  readonly kind: 'item'
}

export interface Unary extends Range {
  readonly kind: 'unary'
  readonly operator: UnaryOperator
  readonly operand: Expression
}

export interface Binary extends Range {
  readonly kind: 'binary'
  readonly operator: BinaryOperator
  readonly left: Expression
  readonly right: Expression
}

export interface Conditional extends Range {
  readonly kind: 'conditional'
  readonly condition: Expression
  readonly whenTrue: Expression
  readonly whenFalse: Expression
}

/** Yields a tuple, or an object when there is a `key`. */
export interface For extends Range {
  readonly kind: 'for'
  readonly keyName: string | undefined
  readonly valueName: string
  readonly collection: Expression
  readonly key: Expression | undefined
  readonly value: Expression
  readonly condition: Expression | undefined
  /** `...`: values of equal keys are gathered in a tuple. */
  readonly grouped: boolean
}

export interface ObjectItem {
  readonly key: Expression
  readonly value: Expression
}

export interface ObjectExpression extends Range {
  readonly kind: 'object'
  readonly items: readonly ObjectItem[]
}

export interface Tuple extends Range {
  readonly kind: 'tuple'
  readonly elements: readonly Expression[]
}

export interface Call extends Range {
  readonly kind: 'call'
  readonly name: string
  readonly args: readonly Expression[]
  /** `...`: the last argument is a list whose elements are the arguments. */
  readonly expand: boolean
}

/** Frozen at every depth. Parse once, evaluate as often as needed. */
export type Expression =
  | Literal
  | Template
  | Join
  | ReferenceExpression
  | Bound
  | AttributeAccess
  | IndexAccess
  | Splat
  | Item
  | Unary
  | Binary
  | Conditional
  | For
  | ObjectExpression
  | Tuple
  | Call

/** A literal node, for callers that build expressions without text. */
export function literal(value: Value, start = 0, end = 0): Literal {
  return Object.freeze({ kind: 'literal', value, start, end })
}

/** The expressions directly inside one. */
export function children(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'reference':
    case 'bound':
    case 'item':
      return []
    case 'template':
      return expression.parts
    case 'join':
      return [expression.loop]
    case 'attribute':
      return [expression.source]
    case 'index':
      return [expression.source, expression.key]
    case 'splat':
      return [expression.source, expression.each]
    case 'unary':
      return [expression.operand]
    case 'binary':
      return [expression.left, expression.right]
    case 'conditional':
      return [expression.condition, expression.whenTrue, expression.whenFalse]
    case 'for':
      return [expression.collection, expression.key, expression.value, expression.condition].filter(
        (part) => part !== undefined,
      )
    case 'object':
      return expression.items.flatMap(({ key, value }) => [key, value])
    case 'tuple':
      return expression.elements
    case 'call':
      return expression.args
  }
}
