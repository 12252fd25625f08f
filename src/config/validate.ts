// The rules a configuration sets for its own variables.
import { type Diagnostic, DiagnosticError, problem } from '../diagnostics.ts'
import { evaluate } from '../expression/evaluate.ts'
import type { Expression } from '../expression/expression.ts'
import type { Scope } from '../expression/scope.ts'
import { convertPrimitive } from '../schema/convert.ts'
import { hasMark, unmark } from '../schema/marks.ts'
import { UNKNOWN, type Value } from '../schema/value.ts'
import type { Variable } from './config.ts'
import { variableScope } from './constant.ts'

/** Evaluates the validations of one variable. All values must have been resolved. */
export function validate(variable: Variable, values: ReadonlyMap<string, Value>): readonly Diagnostic[] {
  const scope = variableScope(values)
  return variable.validations.flatMap(({ condition, errorMessage }): readonly Diagnostic[] => {
    try {
      const verdict = unmark(evaluate(condition, scope)).value
      if (verdict === UNKNOWN) return []
      const valid = convertPrimitive(verdict, 'bool')
      if (valid === true) return []
      if (valid === undefined) {
        const detail = `A condition of the variable "${variable.name}" must be true or false, and is neither.`
        return [problem('Invalid validation condition', detail, placeOf(variable))]
      }
      return [problem('Invalid variable value', explain(variable, errorMessage, scope), variable.place)]
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error
      return [unevaluable(variable, error)]
    }
  })
}

function explain({ name }: Variable, errorMessage: Expression, scope: Scope): string {
  const message = evaluate(errorMessage, scope)
  const text = hasMark(message) ? undefined : convertPrimitive(message, 'string')
  const said =
    typeof text === 'string'
      ? text
      : hasMark(message)
        ? 'Its error message holds a sensitive value, so it is not shown.'
        : 'Its error message is not a string.'
  return `The value of the variable "${name}" is not valid. ${said}`
}

function unevaluable(variable: Variable, { diagnostics }: DiagnosticError): Diagnostic {
  // A function that fails may name its arguments.
  const why = variable.sensitive ? '' : ` ${diagnostics.map(({ detail }) => detail).join(' ')}`
  const detail = `A validation of the variable "${variable.name}" cannot be evaluated.${why}`
  return problem('Invalid validation condition', detail, placeOf(variable))
}

function placeOf({ place }: Variable): Variable['place'] {
  return { ...place, path: ['validation'] }
}
