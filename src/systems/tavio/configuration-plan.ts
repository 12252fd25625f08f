// Looking ahead for a configuration: what is wrong with its values, and whether its secrets changed.
import type { Diagnostic } from '../../diagnostics.ts'
import type { Call } from '../../provider/call.ts'
import { isObject, isWhollyKnown, UNKNOWN, type Unknown, type Value } from '../../schema/value.ts'
import { checkValues } from './check-values.ts'
import type { Reader } from './client.ts'
import { fingerprinted, fingerprintOf } from './configuration-state.ts'
import { checkSolutionId, findSolution } from './solution-lookup.ts'
import type { Texts } from './values.ts'

interface Config {
  readonly environment: Value
  readonly solution_id: Value
  readonly values: Value
  readonly secret_values: Value
}

interface Prior {
  readonly values: Texts | null
  readonly secret_fingerprint: string | null
  readonly untracked_keys: readonly string[] | null
}

interface Answer {
  readonly diagnostics: readonly Diagnostic[]
  readonly computed?: {
    readonly secret_fingerprint: string | null | Unknown
    readonly untracked_keys: readonly string[] | null | Unknown
  }
}

/** Checks against the solution, and plans what the service does not decide. */
export async function planConfiguration(
  call: Call & { readonly client: Reader; readonly config: Config; readonly prior: Prior | undefined },
): Promise<Answer> {
  const diagnostics = await check(call)
  const { client, config, prior } = call
  const secrets = config.secret_values
  const unknown = { secret_fingerprint: UNKNOWN, untracked_keys: UNKNOWN } as const
  // A new object's is left for apply, since a salted one takes its time; known ones let a lost create be completed.
  const { environment, solution_id } = config
  if (!isWhollyKnown(secrets) || typeof environment !== 'string' || typeof solution_id !== 'string')
    return { diagnostics, computed: unknown }
  if (prior === undefined && !client.fingerprints.keyed) return { diagnostics, computed: unknown }
  const texts = isObject(secrets) ? (secrets as Texts) : {}
  const before = prior?.secret_fingerprint ?? null
  const same = await fingerprintOf(client, texts, before, fingerprinted({ environment, solution_id }))
  // A new salt makes another fingerprint of the same secrets each time, so it cannot be promised.
  const secret_fingerprint = client.fingerprints.keyed || same === before || same === null ? same : UNKNOWN
  // The fingerprint covers the keys of the secrets, so only other keys of values can move anything else.
  const steady = prior !== undefined && secret_fingerprint === before && sameKeys(prior.values, config.values)
  return {
    diagnostics,
    computed: { secret_fingerprint, untracked_keys: steady ? prior.untracked_keys : UNKNOWN },
  }
}

async function check({ client, config, signal }: Parameters<typeof planConfiguration>[0]) {
  const id = config.solution_id
  if (typeof id !== 'string') return []
  const environment = typeof config.environment === 'string' ? config.environment : undefined
  const solution = await findSolution(client, id, environment, signal)
  if (solution === undefined) return await checkSolutionId(client, id, environment, signal)
  return checkValues(solution, { values: config.values, secrets: config.secret_values })
}

function sameKeys(before: Texts | null, now: Value): boolean {
  if (now === UNKNOWN) return false
  const keys = isObject(now) ? Object.keys(now) : []
  return (
    keys.length === Object.keys(before ?? {}).length && keys.every((key) => Object.hasOwn(before ?? {}, key))
  )
}
