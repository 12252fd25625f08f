// Does a condition hold? The same answer while planning and while applying.
import type { Diagnostic, Place, Severity } from '../diagnostics.ts'
import { evaluate } from '../expression/evaluate.ts'
import type { Expression } from '../expression/expression.ts'
import type { Scope } from '../expression/scope.ts'
import { convertPrimitive } from '../schema/convert.ts'
import { hasMark, unmark } from '../schema/marks.ts'
import { UNKNOWN, type Value } from '../schema/value.ts'
import { toDiagnostics } from './call.ts'
import type { CheckStatus, ConditionKind } from './check.ts'

export interface Verdict {
  readonly status: CheckStatus
  /** What the configuration says of it, when it does not hold. */
  readonly message?: string | undefined
  readonly diagnostics: readonly Diagnostic[]
}

const summaries: { readonly [K in ConditionKind]: string } = {
  precondition: 'Resource precondition failed',
  postcondition: 'Resource postcondition failed',
  output: 'Output precondition failed',
  assert: 'Check assertion failed',
}

/** Evaluates one condition. `severity` is how bad it is that it does not hold; what cannot be evaluated is an error. */
export function judge(asked: {
  readonly kind: ConditionKind
  readonly condition: Expression
  readonly errorMessage: Expression
  readonly scope: Scope
  readonly severity: Severity
  readonly where: Place
}): Verdict {
  const { kind, condition, errorMessage, scope, severity, where } = asked
  try {
    const { value } = unmark(evaluate(condition, scope))
    if (value === UNKNOWN) return { status: 'unknown', diagnostics: [] }
    const holds = value === null ? undefined : convertPrimitive(value, 'bool')
    if (holds === true) return { status: 'pass', diagnostics: [] }
    if (holds !== false) {
      const detail = `A condition of ${where.address} must be true or false, and is ${value === null ? 'null' : 'neither'}.`
      const diagnostic = { severity: 'error', summary: 'Invalid condition result', detail, where } as const
      return { status: 'error', diagnostics: [diagnostic] }
    }
    const message = messageOf(evaluate(errorMessage, scope))
    return {
      status: 'fail',
      message,
      diagnostics: [{ severity, summary: summaries[kind], detail: message, where }],
    }
  } catch (error) {
    return { status: 'error', diagnostics: toDiagnostics(error, where) }
  }
}

function messageOf(value: Value): string {
  if (hasMark(value))
    return 'A condition does not hold. Its error message holds a sensitive value, so it is not shown.'
  const text = value === null || value === UNKNOWN ? undefined : convertPrimitive(value, 'string')
  return typeof text === 'string'
    ? text
    : 'A condition does not hold. Its error message is no string that is known.'
}
