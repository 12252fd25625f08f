// What is wrong with the values of a configuration, as far as its solution tells. Values never appear in messages.
import { type Diagnostic, problem } from '../../diagnostics.ts'
import { didYouMean } from '../../schema/suggest.ts'
import { isObject, type ObjectValue, UNKNOWN, type Value } from '../../schema/value.ts'
import { fits, kindOf } from './values.ts'
import type { ServedParameter, ServedSolution } from './wire.ts'

export interface Given {
  /** A map, null, or UNKNOWN; its leaves may be unknown as well. */
  readonly values: Value
  readonly secrets: Value
}

/** Every problem, each with its path. What is unknown is not judged. */
export function checkValues(solution: ServedSolution, given: Given): readonly Diagnostic[] {
  const { parameters } = solution
  if (parameters === undefined) return checkTwice(given)
  const byKey = new Map(parameters.flatMap((one) => (one.key === undefined ? [] : [[one.key, one] as const])))
  const name = solution.name ?? solution.id ?? ''
  return [
    ...checkMap('values', given.values, byKey, name),
    ...checkMap('secret_values', given.secrets, byKey, name),
    ...checkTwice(given),
    ...checkMissing(given, byKey, name),
  ]
}

type Attribute = 'values' | 'secret_values'
type Known = ReadonlyMap<string, ServedParameter>

function checkMap(attribute: Attribute, map: Value, known: Known, solution: string): Diagnostic[] {
  return entriesOf(map).flatMap(([key, value]) => {
    const path = [attribute, key]
    const parameter = known.get(key)
    if (parameter === undefined) {
      const hint = didYouMean(key, known.keys())
      return [
        problem(
          'Unknown configuration value',
          `The solution "${solution}" has no parameter "${key}".${hint}`,
          { path },
        ),
      ]
    }
    if (attribute === 'values' && parameter.secret === true) {
      const detail = `The parameter "${key}" of the solution "${solution}" is a secret. Give it in secret_values, which never reaches state, instead of values.`
      return [problem('Secret given in clear', detail, { path })]
    }
    const kind = kindOf(parameter.type)
    if (typeof value !== 'string' || fits(value, kind)) return []
    const wanted = { integer: 'a whole number', number: 'a number', bool: 'true or false', text: 'a text' }[
      kind
    ]
    const detail = `The parameter "${key}" of the solution "${solution}" must be ${wanted}, and what is given is not.`
    return [problem('Wrong configuration value', detail, { path })]
  })
}

function checkTwice({ values, secrets }: Given): Diagnostic[] {
  const open = new Set(entriesOf(values).map(([key]) => key))
  return entriesOf(secrets)
    .filter(([key]) => open.has(key))
    .map(([key]) =>
      problem(
        'Configuration value given twice',
        `"${key}" is in values and in secret_values. Keep one of them.`,
        {
          path: ['secret_values', key],
        },
      ),
    )
}

function checkMissing({ values, secrets }: Given, known: Known, solution: string): Diagnostic[] {
  // An unknown map may hold any key.
  if (values === UNKNOWN || secrets === UNKNOWN) return []
  const given = new Set(
    [...entriesOf(values), ...entriesOf(secrets)].filter(([, v]) => v !== null).map(([key]) => key),
  )
  return [...known.values()]
    .filter(({ key, required }) => key !== undefined && required === true && !given.has(key))
    .filter((parameter) => parameter.default === undefined || parameter.default === null)
    .map(({ key = '', secret, label }) => {
      const attribute: Attribute = secret === true ? 'secret_values' : 'values'
      const words = label === undefined || label === key ? '' : ` (${label})`
      const detail = `The solution "${solution}" requires "${key}"${words}. Add it to ${attribute}.`
      return problem('Missing configuration value', detail, { path: [attribute] })
    })
}

function entriesOf(map: Value): [string, Value][] {
  return isObject(map) ? Object.entries(map as ObjectValue) : []
}
