import { fail } from '../../diagnostics.ts'
import { defineResource } from '../../provider/resource.ts'
import { schema, string } from '../../schema/attribute.ts'
import { isRefusal } from './api-error.ts'
import type { Reader, Writer } from './client.ts'
import { parseImport } from './import-id.ts'
import { readBack, readChanged, tells, untilGone } from './settle.ts'
import { disableAll } from './switching.ts'
import { notBlank, sameText, segment, textOf, textToWire } from './text.ts'
import type { Requests, ServedEnvironment } from './wire.ts'

const DELETE_MS = 600_000

/** A customer's environment. */
export const environment = defineResource<Reader, Writer>()({
  type: 'tavio_environment',
  importId: '<domain>',
  example: { name: 'Acme', domain: 'acme', description: 'Acme Corporation' },
  schema: schema(
    {
      name: string.required('Display name.', { validators: [notBlank], evidence: 'inferred' }),
      domain: string.optionalComputed('Short identifier, part of every path.', {
        replace: true,
        validators: [segment],
        evidence: 'documented',
      }),
      description: string.optional('Words for people.', { equivalent: sameText, evidence: 'inferred' }),
      id: string.computed('Assigned by the service.', { always: true, stable: true, evidence: 'inferred' }),
      status: string.computed('Status word of the service.', { evidence: 'inferred' }),
      created_at: string.computed('Time of creation.', { stable: true, evidence: 'inferred' }),
      updated_at: string.computed('Time of the last change.', { evidence: 'inferred' }),
    },
    {
      description: 'A customer environment: the scope of its members, configurations and deployments.',
    },
  ),
  notes: [
    {
      evidence: 'documented',
      text: 'The service offers creating, listing, reading, changing and deleting environments. An environment and a customer are the same thing.',
    },
    {
      evidence: 'inferred',
      text: 'If domain is unset, the service has to derive it, and may refuse to.',
    },
    {
      evidence: 'inferred',
      text: 'Destroying first disables every deployment in the environment and waits for it, since the service may refuse to delete an environment that has an enabled one. Then it waits until the environment is gone. Each wait ends after ten minutes.',
    },
    {
      evidence: 'inferred',
      text: 'Deleting an environment probably deletes its configurations, deployments and grants. No public text says so.',
    },
    {
      evidence: 'inferred',
      text: 'Where the service does not list deployments, nothing is disabled first, and the service decides.',
    },
    {
      evidence: 'inferred',
      text: 'If the answer to a create is lost, the environment is looked for by its domain and taken over; if it is not there, the create is sent again. With an unset domain it cannot be found, and a second one may be made.',
    },
    {
      evidence: 'inferred',
      text: 'If the domain is taken already, the create fails and tells how to import the environment.',
    },
  ],
  collection: {
    name: 'environments',
    scope: [],
    key: ['domain'],
    identity: ['domain'],
    async list({ client, signal }) {
      return (await client.environments(signal))?.map((one) => ({
        value: fromWire(one),
        whole: isWhole(one),
      }))
    },
  },

  async read({ client, prior, signal }) {
    const served = await client.environment(prior.domain ?? prior.id, signal)
    return served && fromWire(served, prior.domain)
  },

  async create(call) {
    const { client, planned, signal } = call
    const what = `tavio_environment "${planned.name}"`
    const body = toWire(planned, undefined)
    const wanted = typeof planned.domain === 'string' ? planned.domain : undefined
    const created = await client
      .createEnvironment({ ...body, ...(wanted === undefined ? {} : { domain: wanted }) }, signal)
      .catch((error: unknown) => alreadyThere(error, wanted))
    const domain =
      wanted ?? created.served.domain ?? created.id ?? (await derivedDomain(client, planned.name, signal))
    await call.checkpoint({ domain, ...(created.id === undefined ? {} : { id: created.id }) })
    const served = await readBack(call, what, async () => await client.environment(domain, signal))
    return fromWire(served, domain)
  },

  async update(call) {
    const { client, prior, planned, signal } = call
    const domain = prior.domain ?? prior.id
    const read = async () => await client.environment(domain, signal)
    const last = async () => (await read())?.raw
    const answer = await client.updateEnvironment(domain, toWire(planned, prior), last, signal)
    if (isWhole(answer)) return fromWire(answer, domain)
    const served = await readChanged(
      call,
      `tavio_environment "${domain}"`,
      read,
      (now) => now?.name === planned.name && sameText(textOf(now.description), planned.description),
    )
    return fromWire(served ?? gone(domain), domain)
  },

  async delete(call) {
    const { client, prior, signal } = call
    const domain = prior.domain ?? prior.id
    await call.poll({
      what: `tavio_environment "${domain}" to accept its deletion`,
      probe: async () => {
        await disableAll(call, domain)
        return await client.deleteEnvironment(domain, signal).catch((error: unknown) => {
          // A deployment may have been enabled meanwhile, or be seen as enabled a little longer.
          if (isRefusal(error, 409)) return error
          throw error
        })
      },
      until: (answer) => typeof answer === 'string' && (answer !== 'refused' || refuse(domain)),
      describe: (answer) => (typeof answer === 'string' ? answer : answer.detail),
      timeoutMs: DELETE_MS,
    })
    const read = async () => await client.environment(domain, signal)
    await untilGone(call, `tavio_environment "${domain}"`, read, DELETE_MS)
  },

  async import({ client, id, signal }) {
    const [domain] = parseImport(id, '<domain>', 1)
    const served = await client.environment(domain, signal)
    return served && fromWire(served, domain)
  },
})

/** The body of an update, and of a create but for the domain. */
export function toWire(
  planned: { readonly name: string; readonly description: string | null },
  prior: { readonly description: string | null } | undefined,
): Requests['updateEnvironment'] {
  const description = textToWire(planned.description, prior?.description)
  return { name: planned.name, ...(description === undefined ? {} : { description }) }
}

/** `domain` is the one we asked for, in case the answer does not repeat it. */
export function fromWire(served: ServedEnvironment, domain?: string | null) {
  const known = served.domain ?? domain ?? null
  return {
    name: served.name ?? '',
    domain: known,
    description: textOf(served.description),
    id: served.id ?? known ?? '',
    status: textOf(served.status),
    created_at: textOf(served.createdAt),
    updated_at: textOf(served.updatedAt),
  }
}

/** True if reading would tell nothing more. */
export function isWhole(served: ServedEnvironment): boolean {
  return tells(served.raw, ['domain', 'name', 'description', 'status', 'createdAt', 'updatedAt'])
}

async function derivedDomain(client: Reader, name: string, signal: AbortSignal): Promise<string> {
  const alike = (await client.environments(signal))?.filter((listed) => listed.name === name) ?? []
  const [only, ...others] = alike
  if (only?.domain !== undefined && others.length === 0) return only.domain
  return fail(
    'Created object not identified',
    `The service said that the environment "${name}" was created, but not under which domain, and ${alike.length} environments of that name are listed. Find its domain in the service and import it, and set "domain" from now on.`,
  )
}

function alreadyThere(error: unknown, domain: string | undefined): never {
  if (!isRefusal(error, 409) || domain === undefined) throw error
  return fail(
    'Environment already exists',
    `${error.detail} If it is the one that is meant, import it by its domain "${domain}" instead of creating it.`,
    undefined,
    error,
  )
}

function refuse(domain: string): never {
  return fail(
    'Environment not deletable',
    `The service does not offer deleting environments, so "${domain}" still exists. Remove it from state to stop managing it.`,
  )
}

function gone(domain: string): never {
  return fail(
    'Object gone',
    `tavio_environment "${domain}" was deleted while it was updated. Run plan again.`,
  )
}
