// Writing, on top of the call table. Each function is one call; what it means is for the resources to say.
import { type Api, type ApiCall, isOk } from './api.ts'
import { isRefusal } from './api-error.ts'
import type { Created, Deleted, Grant, Inside, LastRead, Reader, Writer } from './client.ts'
import { makeMemory, makeTurns } from './memory.ts'
import type { Answer } from './request.ts'
import type { RouteKey, RouteVariant } from './routes.ts'

const wire = async () => await import('./wire.ts')

/** `reader` must not remember what it read. */
export function makeWriter(api: Api, reader: Reader): Writer {
  const narrow = new Set<RouteKey>()
  const memory = makeMemory()

  async function create<T extends { id?: string | undefined }>(
    key: RouteKey,
    call: ApiCall,
    decode: Decode<T>,
  ) {
    const answer = await api.call(key, call)
    const served = decode(answer.body)
    return { served, id: served.id ?? idInLocation(answer) } satisfies Created<T>
  }

  /** A full replacement: what was served last with the planned keys over it, or the planned keys alone. */
  async function update<T>(
    key: RouteKey,
    call: ApiCall & { body: object },
    last: LastRead,
    decode: Decode<T>,
  ) {
    const known = narrow.has(key) ? undefined : await last()
    const wide = (variant: RouteVariant | undefined) =>
      variant?.name === 'patch' ? call.body : { ...known, ...call.body }
    let answer = await api.attempt(key, { ...call, body: wide })
    if (answer.status === 400 && known !== undefined) {
      const again = await api.attempt(key, call)
      // Only if it helped was it the extra keys that were refused.
      if (isOk(again)) narrow.add(key)
      answer = again
    }
    if (!isOk(answer)) throw await api.refusal(key, call, answer)
    return decode(answer.body)
  }

  async function remove(key: RouteKey, call: ApiCall): Promise<Deleted> {
    const answer = await api.attempt(key, call)
    if (isOk(answer)) return 'deleted'
    if (answer.status === 404) return 'gone'
    if ([405, 501].includes(answer.status)) return 'refused'
    throw await api.refusal(key, call, answer)
  }

  return {
    ...reader,
    exclusively: makeTurns(),

    usersBefore: async (signal) =>
      await memory('users before', async () => {
        const listed = (await reader.users(signal)) ?? []
        return new Set(listed.flatMap(({ id }) => (id === undefined ? [] : [id])))
      }),

    createUser: async (body, signal) =>
      await create('createUser', { body, signal }, (await wire()).decodeUser),
    updateUser: async (userId, body, last, signal) =>
      await update('updateUser', { params: { userId }, body, signal }, last, (await wire()).decodeUser),
    deleteUser: async (userId, signal) => await remove('deleteUser', { params: { userId }, signal }),

    createEnvironment: async (body, signal) =>
      await create('createEnvironment', { body, signal }, (await wire()).decodeEnvironment),
    updateEnvironment: async (domain, body, last, signal) => {
      const { decodeEnvironment } = await wire()
      return await update(
        'updateEnvironment',
        { params: { envDomain: domain }, body, signal },
        last,
        decodeEnvironment,
      )
    },
    deleteEnvironment: async (domain, signal) =>
      await remove('deleteEnvironment', { params: { envDomain: domain }, signal }),

    grant: async (grant, signal) => {
      const key = grant.environment === undefined ? 'grantOrganizationAccess' : 'grantEnvironmentAccess'
      const answer = await api.call(key, grantCall(grant, signal))
      return (await wire()).decodeUser(answer.body)
    },
    revoke: async (grant, signal) => {
      const key = grant.environment === undefined ? 'revokeOrganizationAccess' : 'revokeEnvironmentAccess'
      return await remove(key, grantCall(grant, signal))
    },

    createConfiguration: async (environment, body, signal) => {
      const { decodeConfiguration } = await wire()
      const call = { params: { envDomain: environment }, body, secrets: textsIn(body.values), signal }
      return await create('createConfiguration', call, decodeConfiguration)
    },
    updateConfiguration: async (which, body, last, signal) => {
      const { decodeConfiguration } = await wire()
      const call = { params: configurationParams(which), body, secrets: textsIn(body.values), signal }
      return await update('updateConfiguration', call, last, decodeConfiguration)
    },
    deleteConfiguration: async (which, signal) =>
      await remove('deleteConfiguration', { params: configurationParams(which), signal }),

    createDeployment: async (environment, body, signal) => {
      const { decodeDeployment } = await wire()
      return await create(
        'createDeployment',
        { params: { envDomain: environment }, body, signal },
        decodeDeployment,
      )
    },
    updateDeployment: async (which, body, last, signal) => {
      const { decodeDeployment } = await wire()
      return await update(
        'updateDeployment',
        { params: deploymentParams(which), body, signal },
        last,
        decodeDeployment,
      )
    },
    setEnabled: async (which, enabled, last, signal) => {
      const { decodeDeployment } = await wire()
      const key = enabled ? 'enableDeployment' : 'disableDeployment'
      const params = deploymentParams(which)
      try {
        const body = toggleBody(enabled, undefined)
        return decodeDeployment((await api.call(key, { params, body, signal })).body)
      } catch (error) {
        // Only a service that enables through a full update needs the rest of the object, so it is read only now.
        if (!isRefusal(error, 400)) throw error
        const body = toggleBody(enabled, await last())
        return decodeDeployment((await api.call(key, { params, body, signal })).body)
      }
    },
    deleteDeployment: async (which, signal) =>
      await remove('deleteDeployment', { params: deploymentParams(which), signal }),
  }
}

type Decode<T> = (body: unknown) => T

function toggleBody(enabled: boolean, rest: object | undefined) {
  return (variant: RouteVariant | undefined) =>
    variant?.bodyField !== 'enabled'
      ? undefined
      : { ...(variant.name === 'enabled-in-put' ? rest : {}), enabled }
}

function grantCall({ environment, userId, role }: Grant, signal: AbortSignal): ApiCall {
  const params = { userId, role, ...(environment === undefined ? {} : { envDomain: environment }) }
  const body = (variant: RouteVariant | undefined) => (variant?.bodyField === 'role' ? { role } : undefined)
  return { params, body, signal }
}

function configurationParams({ environment, id }: Inside) {
  return { envDomain: environment, configurationId: id }
}

function deploymentParams({ environment, id }: Inside) {
  return { envDomain: environment, deploymentId: id }
}

/** The last segment of a Location header. */
function idInLocation(answer: Answer): string | undefined {
  const path = answer.header('location')?.split(/[?#]/)[0]?.replace(/\/+$/, '')
  const segment = path?.slice(path.lastIndexOf('/') + 1)
  return segment === undefined || segment === '' ? undefined : decodeURIComponent(segment)
}

/** What an error about these values must not repeat. */
function textsIn(values: Readonly<Record<string, unknown>>): string[] {
  return Object.values(values)
    .filter((value) => value !== null && typeof value !== 'boolean')
    .map((value) =>
      typeof value === 'object' ? ((value as { rawJSON?: string }).rawJSON ?? '') : String(value),
    )
}
