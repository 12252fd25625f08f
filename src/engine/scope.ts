// What expressions may refer to.
import { resolve } from 'node:path'
import { formatBlock } from '../address.ts'
import { evaluate } from '../expression/evaluate.ts'
import type { Expression } from '../expression/expression.ts'
import type { Scope } from '../expression/scope.ts'
import type { Value } from '../schema/value.ts'
import type { World } from './api.ts'
import type { Plan } from './plan.ts'
import type { Repetition } from './repetition.ts'
import type { Values } from './values.ts'

export interface ScopeParts {
  readonly variables: { readonly [name: string]: Value }
  readonly locals: (name: string) => Expression | undefined
  readonly values: Values
  readonly path: Plan['scope']['path']
  /** Absolute; what files are named from. */
  readonly directory: string
  readonly workspace: string
  readonly readFile: World['readFile']
  /** Absent while planning: then the time is not known yet. */
  readonly now?: (() => Date) | undefined
}

/** Makes the scope of a whole configuration. Locals are evaluated when first needed, once what they need is there. */
export function makeScope(parts: ScopeParts): Scope {
  const locals = new Map<string, Value>()
  const scope: Scope = {
    resource: (block) => parts.values.block(formatBlock(block)),
    variable: (name) => (Object.hasOwn(parts.variables, name) ? parts.variables[name] : undefined),
    local(name) {
      const known = locals.get(name)
      if (known !== undefined) return known
      const expression = parts.locals(name)
      if (expression === undefined) return undefined
      const value = evaluate(expression, scope)
      locals.set(name, value)
      return value
    },
    path: parts.path,
    workspace: parts.workspace,
    readFile: (path) => parts.readFile(resolve(parts.directory, path)),
    impure: parts.now === undefined ? undefined : clockFunctions(parts.now),
  }
  return scope
}

/** The scope inside one instance of a block. */
export function instanceScope(scope: Scope, repetition: Repetition): Scope {
  if (repetition.each === undefined && repetition.count === undefined) return scope
  return { ...scope, each: repetition.each, count: repetition.count }
}

function clockFunctions(now: () => Date): NonNullable<Scope['impure']> {
  const seconds = () =>
    now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')
  return { timestamp: seconds, plantimestamp: seconds, uuid: () => crypto.randomUUID() }
}
