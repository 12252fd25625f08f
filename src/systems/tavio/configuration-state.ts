// What is sent for a configuration, and what state keeps of the answer.
import { fail } from '../../diagnostics.ts'
import { UNKNOWN, type Unknown } from '../../schema/value.ts'
import type { Reader } from './client.ts'
import { findSolution, parametersOf } from './solution-lookup.ts'
import { sameText, textOf, textToWire } from './text.ts'
import { readValues, type Texts, toWire } from './values.ts'
import type { Requests, ServedConfiguration } from './wire.ts'

interface Planned {
  readonly environment: string
  readonly solution_id: string
  readonly name: string | null
  readonly values: Texts | null
  readonly secret_fingerprint: string | null | Unknown
}

/** A write that is about to be sent, and what its answer is compared with. */
export interface Prepared {
  readonly body: Requests['updateConfiguration']
  /** What state keeps of the secrets. Throws a diagnostic if they are not those that were planned. */
  readonly fingerprint: () => Promise<string | null>
  /** True if an answer shows what was sent. */
  readonly shownIn: (served: ServedConfiguration) => boolean
  /** Keys the service holds besides the values. */
  readonly untracked: (served: ServedConfiguration) => readonly string[]
  /** Those of them that were values before, and should be gone. */
  readonly kept: (served: ServedConfiguration) => readonly string[]
}

/** Puts together the full map: an update that left a key out would lose it. */
export async function prepare(
  call: {
    readonly client: Reader
    readonly signal: AbortSignal
    readonly planned: Planned
    readonly config: { readonly secret_values: Texts | null }
  },
  prior: { readonly name: string | null; readonly values: Texts | null } | undefined,
): Promise<Prepared> {
  const { client, planned, config, signal } = call
  const parameters = parametersOf(
    await findSolution(client, planned.solution_id, planned.environment, signal),
  )
  const values = textsOf(planned.values)
  const secrets = textsOf(config.secret_values)
  const hidden = Object.keys(secrets)
  const name = textToWire(planned.name, prior?.name)
  const read = ({ values: served }: ServedConfiguration) =>
    readValues({ served: served ?? {}, prior: values, untracked: hidden, parameters })
  const besides = (served: ServedConfiguration) =>
    Object.keys(read(served).values).filter((key) => !Object.hasOwn(values, key))
  // Checked before anything is sent.
  const fingerprint = await promised(client, secrets, planned)
  return {
    body: { ...(name === undefined ? {} : { name }), values: toWire({ ...values, ...secrets }, parameters) },
    fingerprint: async () => await fingerprint(),
    shownIn: (served) => {
      const now = read(served).values
      const same = Object.keys(values).every((key) => now[key] === values[key])
      return same && sameText(textOf(served.name), planned.name)
    },
    untracked: (served) => [...new Set([...hidden, ...besides(served)])].sort(),
    kept: (served) => besides(served).filter((key) => Object.hasOwn(textsOf(prior?.values), key)),
  }
}

/** What every answer tells, lists included; what it leaves out is as before. */
export function about(
  served: ServedConfiguration,
  environment: string,
  before:
    | {
        readonly id: string
        readonly solution_id: string
        readonly name: string | null
        readonly created_at?: string | null
        readonly updated_at?: string | null
      }
    | undefined,
) {
  return {
    environment,
    id: before?.id ?? served.id ?? '',
    solution_id: served.solutionId ?? before?.solution_id ?? '',
    // A name that nobody set here is the service's own, and not ours to judge.
    name: before !== undefined && sameText(before.name, null) ? before.name : textOf(served.name),
    created_at: textOf(served.createdAt) ?? before?.created_at ?? null,
    updated_at: textOf(served.updatedAt) ?? before?.updated_at ?? null,
  }
}

export function textsOf(map: Texts | null | undefined): Texts {
  return map ?? {}
}

/** As state types have it. They do not say that an element may be null, though a map from a user may hold one. */
export function mapOf(texts: Texts): { readonly [key: string]: string } {
  return texts as { readonly [key: string]: string }
}

export function orNull(keys: readonly string[]): readonly string[] | null {
  return keys.length === 0 ? null : keys
}

/** The fingerprint of secrets: the one there is if it fits, else a new one; null without any. */
export async function fingerprintOf(
  client: Reader,
  secrets: Texts,
  before: string | null,
  of: readonly string[],
): Promise<string | null> {
  if (Object.keys(secrets).length === 0) return null
  if (before !== null && (await client.fingerprints.verify(secrets, before, of))) return before
  return await client.fingerprints.make(secrets, of)
}

/** What no configuration changes without being replaced, and both engines know. */
export function fingerprinted({ environment, solution_id }: Pick<Planned, 'environment' | 'solution_id'>) {
  return [environment, solution_id]
}

async function promised(
  client: Reader,
  secrets: Texts,
  call: Planned,
): Promise<() => Promise<string | null>> {
  const of = fingerprinted(call)
  const planned = call.secret_fingerprint
  if (planned === UNKNOWN) return async () => await fingerprintOf(client, secrets, null, of)
  const none = Object.keys(secrets).length === 0
  const same = planned === null ? none : !none && (await client.fingerprints.verify(secrets, planned, of))
  if (same) return async () => planned
  return fail(
    'Secrets differ from plan',
    'The values given for secret_values are not those that were planned with, or fingerprint_key of the provider has changed since. Nothing was sent. Run plan again.',
    { path: ['secret_values'] },
  )
}
