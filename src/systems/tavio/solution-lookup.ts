// Finding a solution.
import { type Diagnostic, fail, problem } from '../../diagnostics.ts'
import { didYouMean } from '../../schema/suggest.ts'
import { isRefusal } from './api-error.ts'
import type { Reader } from './client.ts'
import type { Parameters } from './values.ts'
import type { ServedSolution } from './wire.ts'

/**
 * The solution of a configuration or deployment; undefined when it cannot be read, for whatever reason: checking is a
 * help, and must not stop what would work without it.
 */
export async function findSolution(
  client: Reader,
  id: string,
  environment: string | undefined,
  signal: AbortSignal,
): Promise<ServedSolution | undefined> {
  return await client.solution(id, environment, signal).catch((error: unknown) => {
    if (isRefusal(error, 400, 403, 404, 405, 501)) return undefined
    throw error
  })
}

/** Explains why solutions were not found, as far as it has to do with environments. */
export function adviseEnvironment(environment: string | undefined): (error: unknown) => never {
  return (error) => {
    if (!isRefusal(error, 404, 405)) throw error
    const advice =
      environment === undefined
        ? 'If the service offers solutions only inside environments, set "environment" to the domain of one.'
        : 'If this run is to make the environment, let the data source depend on it (depends_on), so that it is read afterwards.'
    return fail('Solutions not found', `${error.detail} ${advice}`, undefined, error)
  }
}

/** A solution's parameters by key; undefined if it is not known or does not tell. */
export function parametersOf(solution: ServedSolution | undefined): Parameters {
  if (solution?.parameters === undefined) return undefined
  return new Map(
    solution.parameters.flatMap((one) => (one.key === undefined ? [] : [[one.key, one] as const])),
  )
}

/** A problem if the service lists its solutions, and not this one. */
export async function checkSolutionId(
  client: Reader,
  id: string,
  environment: string | undefined,
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  const listed = await client.solutions(environment, signal).catch((error: unknown) => {
    if (isRefusal(error, 400, 403, 404, 405, 501)) return undefined
    throw error
  })
  if (listed === undefined || listed.some((one) => one.id === id)) return []
  const byName = listed.find(({ name }) => name === id)
  const hint =
    byName === undefined
      ? didYouMean(
          id,
          listed.flatMap((one) => one.id ?? []),
        )
      : ` That is the name of the solution ${byName.id}; tavio_solution looks one up by name.`
  return [
    problem('Unknown solution', `There is no solution with the id "${id}".${hint}`, {
      path: ['solution_id'],
    }),
  ]
}
