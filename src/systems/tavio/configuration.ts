import { fail } from '../../diagnostics.ts'
import { defineResource } from '../../provider/resource.ts'
import { list, map, schema, string } from '../../schema/attribute.ts'
import { UNKNOWN } from '../../schema/value.ts'
import { type Reader, UNREADABLE, type Writer } from './client.ts'
import { planConfiguration } from './configuration-plan.ts'
import { about, mapOf, orNull, prepare, textsOf } from './configuration-state.ts'
import { parseImport, pick } from './import-id.ts'
import { idOf, readBack, readChanged, untilGone } from './settle.ts'
import { findSolution, parametersOf } from './solution-lookup.ts'
import { notBlank, sameEmptyMap, sameText, segment, textOf } from './text.ts'
import { readValues } from './values.ts'
import type { ServedConfiguration } from './wire.ts'

const FORM = '<domain>/<id or name>'

/** What a solution needs to know to work for one customer. */
export const configuration = defineResource<Reader, Writer>()({
  type: 'tavio_configuration',
  importId: FORM,
  example: {
    environment: '${tavio_environment.acme.domain}',
    solution_id: '${data.tavio_solution.export.id}',
    name: 'acme-export',
    values: { region: 'eu' },
    secret_values: { apiKey: '${var.api_key}' },
  },
  schema: schema(
    {
      environment: string.required('Domain of the environment.', {
        replace: true,
        validators: [segment],
        evidence: 'documented',
      }),
      solution_id: string.required('Id of the solution that is configured.', {
        replace: true,
        validators: [notBlank],
        evidence: 'documented',
      }),
      name: string.optional('Display name.', {
        equivalent: sameText,
        evidence: 'inferred',
      }),
      values: map(string).optional('Values that are no secrets, by parameter key.', {
        sensitive: true,
        equivalent: sameEmptyMap,
        evidence: 'documented',
      }),
      secret_values: map(string).optional('Secrets, by parameter key.', {
        sensitive: true,
        writeOnly: true,
        evidence: 'documented',
      }),
      id: string.computed('Assigned by the service.', { always: true, stable: true, evidence: 'inferred' }),
      secret_fingerprint: string.computed(
        'Tells whether secret_values changed. Made with fingerprint_key of the provider, or else with a salt of its own, which takes longer.',
        { evidence: 'inferred' },
      ),
      untracked_keys: list(string).computed(
        'Keys the service holds besides those in values: the secrets, what it filled in itself, and what it would not remove.',
        { evidence: 'inferred' },
      ),
      created_at: string.computed('Time of creation.', { stable: true, evidence: 'inferred' }),
      updated_at: string.computed('Time of the last change.', { evidence: 'inferred' }),
    },
    {
      description: 'The settings and credentials that a solution needs for one customer.',
    },
  ),
  notes: [
    {
      evidence: 'documented',
      text: 'A configuration holds the credentials and other data that a solution needs for one customer. The API creates and updates configurations.',
    },
    {
      evidence: 'inferred',
      text: 'Before anything is changed, values and secret_values are checked against the parameters of the solution: missing, unknown or wrongly typed ones, and a secret that is given in values.',
    },
    { evidence: 'inferred', text: 'Values that the solution wants as numbers or booleans are sent as such.' },
    {
      evidence: 'inferred',
      text: 'Every create and update sends all values and all secrets, so secret_values must stay in the configuration. They are never in plan or state. A change of them is noticed by secret_fingerprint.',
    },
    {
      evidence: 'inferred',
      text: 'A secret that was changed in the service is not noticed, since secrets are not compared with what the service answers.',
    },
    {
      evidence: 'inferred',
      text: 'After an import, or with another fingerprint_key, the next apply sends the secrets once more.',
    },
    {
      evidence: 'inferred',
      text: 'If a key was removed from values and the service keeps it, a warning names the key, and it is not compared any more.',
    },
    {
      evidence: 'inferred',
      text: 'Where the service does not let configurations be read, state is kept as recorded and drift is not noticed.',
    },
    {
      evidence: 'inferred',
      text: 'No public text offers deleting configurations. Destroying tries; where the service refuses, the configuration remains with its credentials, and a warning names it.',
    },
    {
      evidence: 'inferred',
      text: 'If the answer to a create is lost, the configuration is looked for by solution and name and taken over; if it is not there, the create is sent again. Without a name it cannot be found, and a second one may be made.',
    },
  ],
  collection: {
    name: 'configurations',
    scope: ['environment'],
    key: ['solution_id', 'name'],
    identity: ['id'],
    ambiguous: true,
    async list({ client, signal, scope: { environment } }) {
      if (typeof environment !== 'string') return undefined
      const served = await client.configurations(environment, signal)
      // Never whole: which values may be shown depends on what is in state.
      return served?.map((one) => ({ value: about(one, environment, undefined), whole: false }))
    },
  },

  plan: planConfiguration,

  async read({ client, prior, signal }) {
    const served = await client.configuration({ environment: prior.environment, id: prior.id }, signal)
    if (served === undefined) return undefined
    if (served === UNREADABLE) return prior
    const solution = await findSolution(client, prior.solution_id, prior.environment, signal)
    const told = { ...prior, ...about(served, prior.environment, prior) }
    if (served.values === undefined) return told
    const { values, untracked } = readValues({
      served: served.values,
      prior: textsOf(prior.values),
      untracked: prior.untracked_keys ?? [],
      parameters: parametersOf(solution),
    })
    return { ...told, values: mapOf(values), untracked_keys: orNull(untracked) }
  },

  async create(call) {
    const { client, planned, signal } = call
    const { environment, solution_id } = planned
    const what = `tavio_configuration ${planned.name ?? `of solution ${solution_id}`} in environment "${environment}"`
    const sent = await prepare(call, undefined)
    const created = await client.createConfiguration(
      environment,
      { solutionId: solution_id, ...sent.body },
      signal,
    )
    const list = async () => await client.configurations(environment, signal)
    const alike = (listed: ServedConfiguration) =>
      listed.solutionId === solution_id && sameText(textOf(listed.name), planned.name)
    const id = await idOf(call, { what, created, list, alike })
    await call.checkpoint({ environment, id, solution_id, name: planned.name })
    const read = async () => await client.configuration({ environment, id }, signal)
    const served = await readBack(call, what, read)
    const told = served === UNREADABLE ? created.served : served
    return {
      ...about(told, environment, { id, solution_id, name: planned.name }),
      name: planned.name,
      values: planned.values,
      secret_values: null,
      secret_fingerprint: await sent.fingerprint(),
      untracked_keys: orNull(sent.untracked(told)),
    }
  },

  async update(call) {
    const { client, prior, planned, signal } = call
    const which = { environment: prior.environment, id: prior.id }
    const sent = await prepare(call, prior)
    const read = async () => await client.configuration(which, signal)
    const last = async () => {
      const served = await read()
      return served === undefined || served === UNREADABLE ? undefined : served.raw
    }
    const answer = await client.updateConfiguration(which, sent.body, last, signal)
    const shows = (served: Awaited<ReturnType<typeof read>>) =>
      served === UNREADABLE || (served !== undefined && sent.shownIn(served))
    const served =
      answer.values === undefined
        ? await readChanged(call, `tavio_configuration ${prior.id}`, read, shows)
        : answer
    if (served === undefined) return gone(prior.id)
    const told = served === UNREADABLE ? answer : served
    warnOfKept(call, sent.kept(told))
    return {
      ...about(told, prior.environment, prior),
      name: planned.name,
      values: planned.values,
      secret_values: null,
      secret_fingerprint: await sent.fingerprint(),
      untracked_keys:
        planned.untracked_keys === UNKNOWN ? orNull(sent.untracked(told)) : planned.untracked_keys,
    }
  },

  async delete(call) {
    const { client, prior, signal, warn } = call
    const which = { environment: prior.environment, id: prior.id }
    const done = await client.deleteConfiguration(which, signal)
    const read = async () => await client.configuration(which, signal)
    if (done === 'deleted') {
      const look = async () => {
        const served = await read()
        return served === UNREADABLE ? undefined : served
      }
      await untilGone(call, `tavio_configuration ${prior.id}`, look)
    } else if ((await read()) !== undefined) {
      // "Not found" may as well speak of a path that is not offered.
      warn(
        'Configuration still exists',
        `The service does not offer deleting configurations, so ${prior.name ?? prior.solution_id} (${prior.id}) remains in environment "${prior.environment}", with its credentials. It is no longer managed.`,
      )
    }
  },

  async import({ client, id, signal }) {
    const [environment, wanted] = parseImport(id, FORM, 2)
    const listed = (await client.configurations(environment, signal)) ?? []
    const found = pick(listed, wanted, `configurations in environment "${environment}"`)
    const served = await client.configuration({ environment, id: found?.id ?? wanted }, signal)
    if (served === undefined) return undefined
    if (served === UNREADABLE) return unreadable(id)
    const solution = await findSolution(client, served.solutionId ?? '', environment, signal)
    const read = {
      served: served.values ?? {},
      prior: undefined,
      untracked: [],
      parameters: parametersOf(solution),
    }
    const { values, untracked } = readValues(read)
    return {
      ...about(served, environment, undefined),
      values: mapOf(values),
      secret_values: null,
      secret_fingerprint: null,
      untracked_keys: orNull(untracked),
    }
  },
})

function warnOfKept(
  call: { readonly prior: { readonly id: string }; readonly warn: (summary: string, detail: string) => void },
  kept: readonly string[],
): void {
  if (kept.length === 0) return
  const names = kept.map((key) => `"${key}"`).join(', ')
  call.warn(
    'Values not removed',
    `${names} of tavio_configuration ${call.prior.id} were removed from values, but the service keeps them. Remove them in the service; they are not compared any more.`,
  )
}

function gone(id: string): never {
  return fail('Object gone', `tavio_configuration ${id} was deleted while it was updated. Run plan again.`)
}

function unreadable(id: string): never {
  return fail(
    'Import not possible',
    `The service offers neither reading nor listing configurations, so "${id}" cannot be looked at.`,
  )
}
