// Makes a call of the route table: spelling, token, guard, words for a refusal. Knows no resource.
import { ApiError } from './api-error.ts'
import type { Redactor } from './redact.ts'
import type { Answer, Send } from './request.ts'
import { fillPath, type RouteKey, type RouteVariant, routeOf } from './routes.ts'
import type { Realm, Session } from './session.ts'
import { type Candidate, makeVariants } from './variants.ts'

export interface ApiCall {
  readonly params?: Readonly<Record<string, string>>
  /** JSON to send. A function is told which variant is being tried. */
  readonly body?: unknown | ((variant: RouteVariant | undefined) => unknown)
  readonly query?: string
  /** Values in the body that no error may show. */
  readonly secrets?: readonly string[]
  readonly signal: AbortSignal
}

export interface Api {
  /** Any answer, also one that refuses. */
  readonly attempt: (key: RouteKey, call: ApiCall) => Promise<Answer>
  /** An answer with success; throws ApiError on any other. */
  readonly call: (key: RouteKey, call: ApiCall) => Promise<Answer>
  /** Words for an answer that refuses. */
  readonly refusal: (key: RouteKey, call: ApiCall, answer: Answer) => Promise<ApiError>
  /** True once the call has succeeded: then a 404 speaks of the object and not of path or access. */
  readonly settled: (key: RouteKey) => boolean
}

export interface ApiNeeds {
  readonly baseUrl: string
  readonly organization: string
  readonly session: Session
  readonly send: Send
  readonly redactor: Redactor
  readonly access: 'read' | 'write'
  readonly count: (key: RouteKey) => void
}

/** Calls that make something new each time they are processed. */
const creates: ReadonlySet<RouteKey> = new Set([
  'createUser',
  'createEnvironment',
  'createConfiguration',
  'createDeployment',
])

export function makeApi({ baseUrl, organization, session, send, redactor, access, count }: ApiNeeds): Api {
  const variants = makeVariants()
  let ownTokenWorks = false
  // Until something was found, a 404 may just as well mean that the organization is not there.
  let found = false

  async function attempt(key: RouteKey, call: ApiCall): Promise<Answer> {
    if (access === 'read' && routeOf(key).writes)
      throw new TypeError(`${key} through a connection that only reads`)
    const params = { orgDomain: organization, ...call.params }
    const candidates = variants.candidates(key).filter((candidate) => usable(candidate, params, session))
    let first: Answer | undefined
    for (const candidate of candidates) {
      const answer = await authorized(key, candidate, params, call)
      if (isOk(answer)) {
        variants.worked(key, candidate)
        found = true
        return answer
      }
      if (!worthAnother(candidate, answer)) return answer
      first ??= answer
    }
    if (first === undefined) throw new TypeError(`${key} cannot be addressed with ${Object.keys(params)}`)
    return first
  }

  async function authorized(
    key: RouteKey,
    candidate: Candidate,
    params: Readonly<Record<string, string>>,
    call: ApiCall,
  ): Promise<Answer> {
    const realm = realmOf(candidate, params)
    const url = baseUrl + fillPath(candidate.path, params) + (call.query ?? '')
    const body = bodyOf(candidate, call)
    const once = async (token: string) => {
      count(key)
      const headers = headersOf(token)
      const { method } = candidate
      const repeatable = !creates.has(key)
      return await send({ method, url, headers, body, repeatable, secrets: call.secrets ?? [] }, call.signal)
    }
    // Asked before the call: of several refused at the same time, only the first would find it still so afterwards.
    const withOwnToken = !session.connects()
    let token = await session.token(realm)
    let answer = await once(token)
    for (const how of ['renew', 'obtain'] as const) {
      if (answer.status !== 401 && !(how === 'renew' && (await speaksOfToken(answer)))) break
      token = await session.after(realm, token, how)
      answer = await once(token)
    }
    const inside = realm.environment !== undefined && withOwnToken
    ownTokenWorks ||= inside && isOk(answer)
    // Once it was good for one environment, a refusal speaks of something else.
    if (!inside || ownTokenWorks || ![401, 403].includes(answer.status)) return answer
    session.connectInstead()
    return await once(await session.token(realm))
  }

  async function refusal(key: RouteKey, call: ApiCall, answer: Answer): Promise<ApiError> {
    const { decodeError } = await import('./wire.ts')
    const { message, error } = decodeError(answer.body)
    const said = redactor.clean(message ?? error ?? '', call.secrets)
    const { method, path } = variants.candidates(key)[0] ?? routeOf(key)
    const line = `${method} ${fillPath(path, { orgDomain: organization, ...call.params })}`
    const advice = adviceFor(answer.status, session.advice(), found)
    return new ApiError(
      answer.status,
      `${line} was answered ${answer.status}${said === '' ? '' : `: ${said.replace(/\.$/, '')}`}.${advice}`,
    )
  }

  return {
    attempt,
    call: async (key, call) => {
      const answer = await attempt(key, call)
      if (isOk(answer)) return answer
      throw await refusal(key, call, answer)
    },
    refusal,
    settled: variants.settled,
  }
}

export function isOk(answer: Answer): boolean {
  return answer.status >= 200 && answer.status < 300
}

function headersOf(token: string): Record<string, string> {
  return {
    accept: 'application/json',
    'content-type': 'application/json',
    authorization: `Bearer ${token}`,
  }
}

function bodyOf(candidate: Candidate, call: ApiCall): string | undefined {
  if (candidate.body === 'none') return undefined
  const body: unknown =
    typeof call.body === 'function'
      ? (call.body as (variant: RouteVariant | undefined) => unknown)(candidate.variant)
      : call.body
  return body === undefined ? undefined : JSON.stringify(body)
}

/** A path without an environment is right only for a token that names one; otherwise it would mean all of them. */
function usable(candidate: Candidate, params: Readonly<Record<string, string>>, session: Session): boolean {
  if (candidate.variant?.name === 'no-environment-in-path') return session.connects()
  return [...candidate.path.matchAll(/\{(\w+)\}/g)].every(([, name]) => Object.hasOwn(params, name ?? ''))
}

function realmOf({ scope }: Candidate, params: Readonly<Record<string, string>>): Realm {
  if (scope === 'user') return { asUser: true }
  return scope === 'environment' ? { environment: params['envDomain'] } : {}
}

/** True if the answer may mean that the service spells this call otherwise. */
function worthAnother(candidate: Candidate, answer: Answer): boolean {
  if ([404, 405, 501].includes(answer.status)) return true
  return candidate.method === 'GET' && [400, 403].includes(answer.status)
}

/** Some services answer 400 to a token that has run out. */
async function speaksOfToken(answer: Answer): Promise<boolean> {
  if (answer.status !== 400) return false
  const { decodeError } = await import('./wire.ts')
  const { message, error } = decodeError(answer.body)
  return /token|credential|unauthori[sz]ed|expired/i.test(`${message ?? ''} ${error ?? ''}`)
}

function adviceFor(status: number, advice: string, found: boolean): string {
  const own: Readonly<Record<number, string>> = {
    401: ' Signing in again did not help.',
    403: ' The account signed in may lack a role for this.',
    404: ` There is no such object, or the account has no access to it.${found ? '' : ' Nothing at all was found so far: check "organization" (TAVIO_ORGANIZATION) and "base_url" (TAVIO_BASE_URL).'}`,
    429: ' It kept refusing for too long; run again later, or with less parallelism.',
  }
  const more = status === 401 || status === 403 ? ` ${advice}` : ''
  return `${own[status] ?? ''}${more}`.trimEnd()
}
