// Tables of expressions and what Terraform makes of them.
import type { DiagnosticError } from '../../src/diagnostics.ts'
import { evaluate } from '../../src/expression/evaluate.ts'
import { parseExpression, parseTemplate } from '../../src/expression/parse.ts'
import type { Scope } from '../../src/expression/scope.ts'
import type { Value } from '../../src/schema/value.ts'

export interface Fails {
  readonly fails: string
}

/** Expected: an error with this summary. */
export function fails(summary: string): Fails {
  return { fails: summary }
}

export interface Table {
  readonly title: string
  readonly because: string
  /** An expression, and the JSON text of its value or the error it ends in. */
  readonly rows: readonly (readonly [expression: string, expected: string | Fails])[]
}

/** A scope in which only what is given exists. */
export function scopeOf(parts: Partial<Scope> = {}): Scope {
  return {
    resource: () => undefined,
    variable: () => undefined,
    local: () => undefined,
    path: { module: '.', root: '.', cwd: '/home' },
    workspace: 'default',
    ...parts,
  }
}

export function resultOf(text: string, scope: Scope = scopeOf()): Value {
  return evaluate(parseExpression(text), scope)
}

export function rendered(text: string, scope: Scope = scopeOf()): Value {
  return evaluate(parseTemplate(text), scope)
}

/** The first diagnostic of what `work` throws. Fails the test when it throws nothing, or something else. */
export function errorOf(work: () => unknown): { summary: string; detail: string } {
  try {
    work()
  } catch (error) {
    const found = (error as DiagnosticError).diagnostics?.[0]
    if (found) return { summary: found.summary, detail: found.detail }
    throw error
  }
  throw new Error('nothing was thrown')
}
