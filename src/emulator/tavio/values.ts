// Values of a configuration against the parameters of its solution.
import { isNumber } from '../json.ts'
import { Refusal } from './call.ts'
import type { Parameter, Solution } from './model.ts'

/** The first required parameter without a value, if any. A default counts as a value. */
export function findMissing(
  values: Readonly<Record<string, unknown>>,
  solution: Solution,
): Parameter | undefined {
  return solution.parameters.find(
    (p) => p.required && p.default === null && (values[p.key] === undefined || values[p.key] === null),
  )
}

/** Refuses values the solution does not know, of another type, or absent though required. */
export function checkValues(values: Readonly<Record<string, unknown>>, solution: Solution): void {
  for (const [key, value] of Object.entries(values)) {
    const parameter = solution.parameters.find((p) => p.key === key)
    if (parameter === undefined) throw new Refusal(400, `Solution ${solution.name} has no parameter ${key}`)
    if (value !== null && !fits(value, parameter.type))
      throw new Refusal(400, `Value ${key} must be a ${parameter.type}`)
  }
  const absent = findMissing(values, solution)
  if (absent !== undefined) throw new Refusal(400, `Value ${absent.key} is required`)
}

function fits(value: unknown, type: Parameter['type']): boolean {
  return type === 'number' ? isNumber(value) : typeof value === type
}
