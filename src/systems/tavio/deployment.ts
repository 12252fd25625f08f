import { fail } from '../../diagnostics.ts'
import { defineResource } from '../../provider/resource.ts'
import { bool, schema, set, string } from '../../schema/attribute.ts'
import { type SetValue, setOf } from '../../schema/value.ts'
import { isRefusal } from './api-error.ts'
import type { Reader, Writer } from './client.ts'
import { timeoutMs, timeouts } from './durations.ts'
import { parseImport, pick } from './import-id.ts'
import { idOf, readBack, tells, untilGone } from './settle.ts'
import { enabledOf, type StatusWords } from './status.ts'
import { converge, whenSettled } from './switching.ts'
import { notBlank, sameText, segment, textOf, textToWire, untold } from './text.ts'
import type { Requests, ServedDeployment } from './wire.ts'

const FORM = '<domain>/<id or name>'

/** A solution that runs, or can run, for one customer. */
export const deployment = defineResource<Reader, Writer>()({
  type: 'tavio_deployment',
  importId: FORM,
  example: {
    environment: '${tavio_environment.acme.domain}',
    solution_id: '${data.tavio_solution.export.id}',
    configuration_ids: ['${tavio_configuration.export.id}'],
    name: 'acme-export',
  },
  schema: schema(
    {
      environment: string.required('Domain of the environment.', {
        replace: true,
        validators: [segment],
        evidence: 'documented',
      }),
      solution_id: string.required('Id of the solution to deploy.', {
        replace: true,
        validators: [notBlank],
        evidence: 'documented',
      }),
      configuration_ids: set(string).required('Ids of the configurations it runs with.', {
        evidence: 'documented',
      }),
      name: string.optional('Display name.', {
        equivalent: sameText,
        evidence: 'inferred',
      }),
      enabled: bool.optional('Whether it is deployed.', {
        default: true,
        evidence: 'documented',
      }),
      timeouts: timeouts.optional('How long to wait for the service, ten minutes each if unset.', {
        equivalent: untold,
        evidence: 'inferred',
      }),
      id: string.computed('Assigned by the service.', { always: true, stable: true, evidence: 'inferred' }),
      status: string.computed('Status word of the service.', { evidence: 'inferred' }),
      version: string.computed('Version of the solution that is deployed.', { evidence: 'inferred' }),
      created_at: string.computed('Time of creation.', { stable: true, evidence: 'inferred' }),
      updated_at: string.computed('Time of the last change.', { evidence: 'inferred' }),
    },
    {
      description: 'Activates a solution for a customer.',
    },
  ),
  notes: [
    {
      evidence: 'documented',
      text: 'Creating a deployment activates a solution for a customer. Enabling deploys it, and disabling undeploys it.',
    },
    {
      evidence: 'inferred',
      text: 'After a create or an update the deployment is read, enabled or disabled if it is not as enabled says, and waited for. Each wait ends after ten minutes unless timeouts says otherwise.',
    },
    {
      evidence: 'inferred',
      text: 'What a status word means is a setting of the provider. A word that no setting knows is waited on until the time is over, and then named.',
    },
    {
      evidence: 'inferred',
      text: 'A deployment that failed counts as not enabled, so the next plan enables it again.',
    },
    {
      evidence: 'inferred',
      text: 'While a deployment is on its way the service may refuse changes. They are sent again as soon as it has settled.',
    },
    {
      evidence: 'inferred',
      text: 'No public text offers deleting deployments. Destroying disables it, waits, and tries to delete it; where the service refuses, the deployment remains, disabled, and a warning names it.',
    },
    {
      evidence: 'inferred',
      text: 'The service may keep only one deployment of a solution in an environment. Then a second create fails, and the error tells how to import the one that is there.',
    },
    {
      evidence: 'inferred',
      text: 'If the answer to a create is lost, the deployment is looked for by solution and name and taken over; if it is not there, the create is sent again. Without a name it cannot be found, and a second one may be made.',
    },
  ],
  later: ['enabled'],
  collection: {
    name: 'deployments',
    scope: ['environment'],
    key: ['solution_id', 'name'],
    identity: ['id'],
    ambiguous: true,
    async list({ client, signal, scope: { environment } }) {
      if (typeof environment !== 'string') return undefined
      const served = await client.deployments(environment, signal)
      return served?.map((one) => {
        const { configuration_ids, ...value } = fromWire(one, environment, client.words, undefined)
        // Without its configurations, an entry must not say that it has none.
        return { value: isWhole(one) ? { configuration_ids, ...value } : value, whole: isWhole(one) }
      })
    },
  },

  async read({ client, prior, signal }) {
    const served = await client.deployment({ environment: prior.environment, id: prior.id }, signal)
    return served && stateOf(served, prior, client.words)
  },

  async create(call) {
    const { client, planned, signal } = call
    const { environment, solution_id, name } = planned
    const what = `tavio_deployment ${name ?? `of solution ${solution_id}`} in environment "${environment}"`
    const body = { solutionId: solution_id, ...toWire(planned, undefined) }
    const created = await client
      .createDeployment(environment, body, signal)
      .catch((error: unknown) => conflict(error, environment))
    const list = async () => await client.deployments(environment, signal)
    const alike = (listed: ServedDeployment) =>
      listed.solutionId === solution_id && sameText(textOf(listed.name), name)
    const id = await idOf(call, { what, created, list, alike })
    await call.checkpoint({ environment, id, solution_id, name, timeouts: planned.timeouts })
    const which = { environment, id }
    await readBack(call, what, async () => await client.deployment(which, signal))
    const served = await converge(call, {
      which,
      enabled: planned.enabled,
      started: true,
      timeoutMs: timeoutMs(planned.timeouts?.create),
    })
    return stateOf(served ?? gone(id), { ...planned, id }, client.words)
  },

  async update(call) {
    const { client, prior, planned, signal } = call
    const which = { environment: prior.environment, id: prior.id }
    const longest = timeoutMs(planned.timeouts?.update)
    const body = toWire(planned, prior)
    const same =
      sameIds(planned.configuration_ids, prior.configuration_ids) && sameText(planned.name, prior.name)
    if (!same) {
      const last = async () => (await client.deployment(which, signal))?.raw
      await whenSettled(
        call,
        which,
        longest,
        async () => await client.updateDeployment(which, body, last, signal),
      )
    }
    // Changing one that runs deploys it again.
    const started = !same && prior.enabled
    const served = await converge(call, { which, enabled: planned.enabled, started, timeoutMs: longest })
    return stateOf(served ?? gone(prior.id), { ...planned, id: prior.id }, client.words)
  },

  async delete(call) {
    const { client, prior, signal, warn } = call
    const which = { environment: prior.environment, id: prior.id }
    const longest = timeoutMs(prior.timeouts?.delete)
    if ((await converge(call, { which, enabled: false, timeoutMs: longest })) === undefined) return
    const done = await whenSettled(
      call,
      which,
      longest,
      async () => await client.deleteDeployment(which, signal),
    )
    const read = async () => await client.deployment(which, signal)
    if (done === 'deleted') await untilGone(call, `tavio_deployment ${prior.id}`, read, longest)
    else if ((await read()) !== undefined)
      warn(
        'Deployment still exists',
        `The service does not offer deleting deployments, so ${prior.name ?? prior.solution_id} (${prior.id}) remains in environment "${prior.environment}", disabled. It is no longer managed.`,
      )
  },

  async import({ client, id, signal }) {
    const [environment, wanted] = parseImport(id, FORM, 2)
    const listed = (await client.deployments(environment, signal)) ?? []
    const found = pick(listed, wanted, `deployments in environment "${environment}"`)
    const served = await client.deployment({ environment, id: found?.id ?? wanted }, signal)
    return served && { ...fromWire(served, environment, client.words, undefined), timeouts: null }
  },
})

interface Settings {
  readonly configuration_ids: SetValue<string>
  readonly name: string | null
}

/** The body of an update, and of a create but for the solution. */
export function toWire(planned: Settings, prior: Settings | undefined): Requests['updateDeployment'] {
  const name = textToWire(planned.name, prior?.name)
  return {
    configurationIds: [...planned.configuration_ids.elements],
    ...(name === undefined ? {} : { name }),
  }
}

/** All but what only configuration knows. `before` is whether it was enabled when last seen. */
export function fromWire(
  served: ServedDeployment,
  environment: string,
  words: StatusWords,
  before: boolean | undefined,
) {
  return {
    environment,
    solution_id: served.solutionId ?? '',
    configuration_ids: setOf(served.configurationIds ?? []),
    name: textOf(served.name),
    enabled: enabledOf(served, words, before),
    id: served.id ?? '',
    status: textOf(served.status),
    version: textOf(served.version),
    created_at: textOf(served.createdAt),
    updated_at: textOf(served.updatedAt),
  }
}

/** The object as state keeps it; what the answer leaves out is as before. */
function stateOf<T extends object>(
  served: ServedDeployment,
  before: Settings & {
    readonly id: string
    readonly environment: string
    readonly solution_id: string
    readonly enabled: boolean
    readonly timeouts: T | null
  },
  words: StatusWords,
) {
  return {
    ...fromWire(served, before.environment, words, before.enabled),
    id: before.id,
    solution_id: served.solutionId ?? before.solution_id,
    configuration_ids:
      served.configurationIds === undefined ? before.configuration_ids : setOf(served.configurationIds),
    // A name that nobody set here is the service's own, and not ours to judge.
    name: sameText(before.name, null) ? before.name : textOf(served.name),
    timeouts: before.timeouts,
  }
}

/** True if reading would tell nothing more. */
export function isWhole(served: ServedDeployment): boolean {
  const keys = ['id', 'solutionId', 'configurationIds', 'name', 'status', 'version', 'createdAt', 'updatedAt']
  return tells(served.raw, keys)
}

function sameIds(a: SetValue<string>, b: SetValue<string>): boolean {
  return a.elements.length === b.elements.length && a.elements.every((id, i) => id === b.elements[i])
}

function conflict(error: unknown, environment: string): never {
  if (!isRefusal(error, 409)) throw error
  return fail(
    'Deployment refused',
    `${error.detail} The service may keep only one deployment of a solution in environment "${environment}". If the one that is there is meant, import it as "${environment}/<id or name>".`,
    undefined,
    error,
  )
}

function gone(id: string): never {
  return fail('Object gone', `tavio_deployment ${id} was deleted while it was waited for. Run plan again.`)
}
