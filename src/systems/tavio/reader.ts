// Reading, on top of the call table: lists with pages, objects by id or by looking through the list, proof of absence.
import { fail } from '../../diagnostics.ts'
import { type Api, type ApiCall, isOk } from './api.ts'
import { ConnectError, isRefusal } from './api-error.ts'
import { type Reader, UNREADABLE, type Unreadable } from './client.ts'
import type { Fingerprints } from './fingerprint.ts'
import { makeMemory, makeTurns } from './memory.ts'
import type { Answer } from './request.ts'
import type { RouteKey } from './routes.ts'
import { type StatusWords, saysDeleted } from './status.ts'
import type { ServedSolution } from './wire.ts'

export interface ReaderNeeds {
  readonly api: Api
  readonly words: StatusWords
  readonly fingerprints: Fingerprints
  readonly lendToken: Reader['lendToken']
  /** True: what was read once is answered from memory. */
  readonly remember: boolean
}

type Params = Readonly<Record<string, string>>
/** The decoders are loaded with the first answer: starting up does without them. */
const wire = async () => await import('./wire.ts')

export function makeReader({ api, words, fingerprints, lendToken, remember }: ReaderNeeds): Reader {
  const topics = new Set<string>()
  const forever = makeMemory()
  const inTurn = makeTurns()
  const solutions = new Map<string, ServedSolution>()
  let memory = remember ? makeMemory() : undefined
  const kept = <T>(key: string, read: () => Promise<T>) => (memory === undefined ? read() : memory(key, read))

  async function list<T>(
    key: RouteKey,
    plural: string,
    params: Params,
    decode: Decode<T>,
    signal: AbortSignal,
  ) {
    const first = await api.attempt(key, { params, signal })
    if ([405, 501].includes(first.status)) return undefined
    if (!isOk(first)) throw await api.refusal(key, { params, signal }, first)
    return (await allPages(api, { key, plural, params, first, signal })).map(decode)
  }

  /** As `list`, in an environment that may be gone, and with a path that may not exist. */
  async function listInside<T>(
    key: RouteKey,
    plural: string,
    environment: string,
    decode: Decode<T>,
    signal: AbortSignal,
  ) {
    try {
      return await list(key, plural, { envDomain: environment }, decode, signal)
    } catch (error) {
      if (!isRefusal(error, 404)) throw error
      if ((await reader.environment(environment, signal)) === undefined) return []
      // A refusal to connect is lack of access; the list itself may simply not be offered.
      if (error instanceof ConnectError) throw error
      return undefined
    }
  }

  async function one<T>(args: {
    readonly key: RouteKey
    readonly params: Params
    readonly decode: Decode<T>
    readonly list: () => Promise<readonly T[] | undefined>
    readonly is: (listed: T) => boolean
    readonly signal: AbortSignal
  }): Promise<T | undefined | Unreadable> {
    const { key, params, decode, signal } = args
    const answer = await api.attempt(key, { params, signal })
    if (isOk(answer)) return decode(objectIn(key, answer))
    if (answer.status === 404 && api.settled(key)) return undefined
    if (![404, 405, 501].includes(answer.status)) throw await api.refusal(key, { params, signal }, answer)
    // Neither proves that the object is gone: the call may not be offered, or the organization not be ours.
    const listed = await args.list()
    const found = listed?.find(args.is)
    if (found === undefined || answer.status !== 404) return listed === undefined ? UNREADABLE : found
    // A new object may have come into sight only now, and a list tells less of it.
    const again = await api.attempt(key, { params, signal })
    return isOk(again) ? decode(objectIn(key, again)) : found
  }

  /** As `one`, where being unreadable is an error. */
  async function known<T>(args: Parameters<typeof one<T>>[0]): Promise<T | undefined> {
    const found = await one(args)
    if (found !== UNREADABLE) return found
    const call: ApiCall = { params: args.params, signal: args.signal }
    throw await api.refusal(args.key, call, await api.attempt(args.key, call))
  }

  /** As `read`, but an environment that is gone for certain takes what was in it along. */
  async function inside<T>(environment: string, read: () => Promise<T>, signal: AbortSignal) {
    try {
      return await read()
    } catch (error) {
      // A 404 from connect is no proof; a 404 from the environment itself is.
      if (isRefusal(error, 404) && (await reader.environment(environment, signal)) === undefined)
        return undefined
      throw error
    }
  }

  const reader: Reader = {
    words,
    fingerprints,
    lendToken,
    forget: () => {
      if (remember) memory = makeMemory()
    },
    once: (topic) => !topics.has(topic) && topics.add(topic) !== undefined,

    currentUser: async (signal) =>
      await kept('me', async () => {
        const answer = await api.call('currentUser', { signal })
        return (await wire()).decodeUser(objectIn('currentUser', answer))
      }),
    users: async (signal) =>
      await kept(
        'users',
        async () => await list('listUsers', 'users', {}, (await wire()).decodeUser, signal),
      ),
    user: async (id, signal) =>
      await kept(`users/${id}`, async () => {
        const { decodeUser } = await wire()
        const users = async () => await reader.users(signal)
        const is = (user: { id?: string | undefined }) => user.id === id
        return await known({
          key: 'readUser',
          params: { userId: id },
          decode: decodeUser,
          list: users,
          is,
          signal,
        })
      }),
    environments: async (signal) =>
      await kept('environments', async () => {
        const { decodeEnvironment } = await wire()
        const listed = await list('listEnvironments', 'environments', {}, decodeEnvironment, signal)
        return listed?.filter(({ status }) => !saysDeleted(status))
      }),
    environment: async (domain, signal) =>
      await kept(`environments/${domain}`, async () => {
        const { decodeEnvironment: decode } = await wire()
        const environments = async () => await reader.environments(signal)
        const is = (environment: { domain?: string | undefined }) => environment.domain === domain
        const params = { envDomain: domain }
        const found = await known({ key: 'readEnvironment', params, decode, list: environments, is, signal })
        return saysDeleted(found?.status) ? undefined : found
      }),
    members: async (domain, signal) =>
      await kept(`members/${domain}`, async () => {
        const { decodeUser } = await wire()
        return await listInside('listMembers', 'users', domain, decodeUser, signal)
      }),
    solutions: async (environment, signal) =>
      await forever(`solutions/${environment ?? ''}`, async () => {
        const { decodeSolution } = await wire()
        return await list('listSolutions', 'solutions', within(environment), decodeSolution, signal)
      }),
    // Wherever it was found, a solution is the same; only where it was not found depends on the environment.
    solution: async (id, environment, signal) =>
      solutions.get(id) ??
      (await inTurn(id, async () => {
        const before = solutions.get(id)
        if (before !== undefined) return before
        const params = { solutionId: id, ...within(environment) }
        const answer = await api.attempt('readSolution', { params, signal })
        if (answer.status === 404) return undefined
        if (!isOk(answer)) throw await api.refusal('readSolution', { params, signal }, answer)
        const served = (await wire()).decodeSolution(objectIn('readSolution', answer))
        solutions.set(id, served)
        return served
      })),
    configurations: async (environment, signal) =>
      await kept(`configurations/${environment}`, async () => {
        const { decodeConfiguration } = await wire()
        return await listInside(
          'listConfigurations',
          'configurations',
          environment,
          decodeConfiguration,
          signal,
        )
      }),
    configuration: async ({ environment, id }, signal) =>
      await kept(`configurations/${environment}/${id}`, async () => {
        const { decodeConfiguration: decode } = await wire()
        const configurations = async () => await reader.configurations(environment, signal)
        const is = (configuration: { id?: string | undefined }) => configuration.id === id
        const params = { envDomain: environment, configurationId: id }
        const read = () => one({ key: 'readConfiguration', params, decode, list: configurations, is, signal })
        return await inside(environment, read, signal)
      }),
    deployments: async (environment, signal) =>
      await kept(`deployments/${environment}`, async () => {
        const { decodeDeployment } = await wire()
        return await listInside('listDeployments', 'deployments', environment, decodeDeployment, signal)
      }),
    deployment: async ({ environment, id }, signal) =>
      await kept(`deployments/${environment}/${id}`, async () => {
        const { decodeDeployment: decode } = await wire()
        const deployments = async () => await reader.deployments(environment, signal)
        const is = (deployment: { id?: string | undefined }) => deployment.id === id
        const params = { envDomain: environment, deploymentId: id }
        const read = () => known({ key: 'readDeployment', params, decode, list: deployments, is, signal })
        return await inside(environment, read, signal)
      }),
  }
  return reader
}

type Decode<T> = (body: unknown) => T

function within(environment: string | undefined): Params {
  return environment === undefined ? {} : { envDomain: environment }
}

/** The JSON object of an answer; an answer with success that holds none is some other server's. */
function objectIn(key: RouteKey, answer: Answer): object {
  if (typeof answer.body === 'object' && answer.body !== null && !Array.isArray(answer.body))
    return answer.body
  return notUnderstood(key, answer, 'a JSON object')
}

function notUnderstood(key: RouteKey, answer: Answer, wanted: string): never {
  return fail(
    'Answer not understood',
    `The service answered ${answer.status} to ${key}, but not with ${wanted}. Check that base_url (TAVIO_BASE_URL) is the address of the API and not of a website or proxy.`,
  )
}

interface Pages {
  readonly key: RouteKey
  readonly plural: string
  readonly params: Params
  readonly first: Answer
  readonly signal: AbortSignal
}

/** All objects of a list. Follows pages only if the answer says that there are any. */
async function allPages(
  api: Api,
  { key, plural, params, first, signal }: Pages,
): Promise<readonly unknown[]> {
  const { decodeList } = await wire()
  const open = (answer: Answer) =>
    answer.body === undefined && answer.status === 204
      ? { items: [] }
      : (decodeList(answer.body, plural) ?? notUnderstood(key, answer, 'a list'))
  const { items, page } = open(first)
  if (page === undefined || page.totalPages <= 1) return items
  const rest: (readonly unknown[])[] = []
  for (let start = 1; start < page.totalPages; start += 8) {
    const numbers = Array.from(
      { length: Math.min(8, page.totalPages - start) },
      (_, i) => page.number + start + i,
    )
    const batch = await Promise.all(
      numbers.map(async (number) => {
        const answer = await api.call(key, { params, signal, query: `?page=${number}` })
        const next = open(answer)
        if (next.page?.number === number) return next.items
        return fail(
          'Pages not understood',
          `The service answers ${key} in pages, but not page ${number} when asked for it, so the list would not be complete.`,
        )
      }),
    )
    rest.push(...batch)
  }
  return distinct([...items, ...rest.flat()])
}

/** Something may move to another page while we turn them. */
function distinct(items: readonly unknown[]): readonly unknown[] {
  const seen = new Map<unknown, unknown>()
  for (const served of items) {
    const { id, domain } = (served ?? {}) as { id?: unknown; domain?: unknown }
    seen.set(id ?? domain ?? served, served)
  }
  return [...seen.values()]
}
