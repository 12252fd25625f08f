// Errors of evaluation: every one shows the expression that failed.
import { fail } from '../diagnostics.ts'
import type { Expression } from './expression.ts'
import { excerpt } from './format.ts'

/** Throws a diagnostic whose detail begins with the text of `expression`. `detail` must not quote values. */
export function fault(expression: Expression, summary: string, detail: string, cause?: unknown): never {
  return fail(summary, `${excerpt(expression)}: ${detail}`, undefined, cause)
}
