// The calls that yield tokens. What they answer is turned into a token or into words; nothing is kept here.
import { fail } from '../../diagnostics.ts'
import { ApiError, ConnectError } from './api-error.ts'
import type { Redactor } from './redact.ts'
import type { Answer, Send } from './request.ts'
import { fillPath, type Method, routes } from './routes.ts'
import { makeToken, type Token } from './token.ts'
import type { ServedToken } from './wire.ts'

/** Where and as whom. Either a client id with its secret, or a user name with its password, or both. */
export interface Account {
  readonly baseUrl: string
  readonly organization: string
  readonly client?: { readonly id: string; readonly secret: string } | undefined
  readonly user?: { readonly username: string; readonly password: string } | undefined
  /** Absolute, or a path below the base URL. */
  readonly tokenUrl?: string | undefined
  readonly scope?: string | undefined
}

export interface SignIn {
  readonly clientToken: () => Promise<Token>
  readonly login: () => Promise<Token>
  /** The answer itself: only the caller knows which bearer is to be renewed after a refusal. */
  readonly connect: (domain: string, bearer: string) => Promise<Answer>
  readonly connected: (domain: string, answer: Answer, start: number) => Promise<Token>
  /** Undefined if the service will not renew this token. */
  readonly renew: (bearer: string) => Promise<Token | undefined>
  /** What the last login said that may explain a later refusal. */
  readonly hint: () => string
}

export interface SignInNeeds {
  readonly account: Account
  readonly send: Send
  readonly redactor: Redactor
  readonly now: () => number
  readonly signal: AbortSignal
}

/** True for the two statuses by which the service says that credentials are no good. */
export function refusesCredentials(status: number): boolean {
  return status === 400 || status === 401
}

export function makeSignIn({ account, send, redactor, now, signal }: SignInNeeds): SignIn {
  const { organization, baseUrl } = account
  let hint = ''
  let connectBy: { method: Method; path: string } = routes.connect

  async function post(
    method: Method,
    url: string,
    extra: { body?: string; headers?: Record<string, string> },
  ) {
    const headers = { accept: 'application/json', 'content-type': 'application/json', ...extra.headers }
    // Asking twice for a token is harmless, whatever became of the first.
    return await send({ method, url, headers, body: extra.body, repeatable: true }, signal)
  }

  async function tokenFrom(answer: Answer, start: number, what: string): Promise<Token> {
    const { decodeToken } = await import('./wire.ts')
    const served = decodeToken(answer.body)
    hint = hintOf(served) ?? hint
    if (served.token === undefined) {
      return fail(
        'Sign-in without a token',
        `${what} was answered ${answer.status}, but without a token. ${hint}`.trim(),
      )
    }
    redactor.add(served.token)
    return makeToken(served.token, served.expiresIn, start)
  }

  async function refusal(answer: Answer, what: string): Promise<{ error: string; message: string }> {
    const { decodeError } = await import('./wire.ts')
    const { error, message } = decodeError(answer.body)
    const said = redactor.clean(message ?? error ?? '')
    return {
      error: error ?? '',
      message: `${what} was answered ${answer.status}${said === '' ? '' : `: ${said}`}.`,
    }
  }

  async function clientToken(): Promise<Token> {
    const { client } = account
    if (client === undefined) throw new TypeError('no client credentials')
    const start = now()
    const { url, answer } = await askForClientToken(client, account, post)
    if (ok(answer)) return await tokenFrom(answer, start, 'The request for a token')
    const { error, message } = await refusal(answer, `Signing in at ${url}`)
    if (error === 'invalid_scope')
      fail(
        'Sign-in refused',
        `${message} Set "scope" (TAVIO_SCOPE) to the value the service expects for its API Organization Admin scope.`,
      )
    if ([404, 405].includes(answer.status))
      fail(
        'Token URL not found',
        `${message} Check "organization" (TAVIO_ORGANIZATION) and "base_url" (TAVIO_BASE_URL), or set "token_url" (TAVIO_TOKEN_URL).`,
      )
    return fail(
      'Sign-in refused',
      `${message} Check "client_id" (TAVIO_CLIENT_ID), "client_secret" (TAVIO_CLIENT_SECRET) and "organization" (TAVIO_ORGANIZATION); clients are made under My Organization, OAuth Clients.`,
    )
  }

  async function login(): Promise<Token> {
    const { user } = account
    if (user === undefined) throw new TypeError('no user credentials')
    const start = now()
    const url = baseUrl + fillPath(routes.login.path, { orgDomain: organization })
    const answer = await post('POST', url, { body: JSON.stringify(user) })
    if (ok(answer)) return await tokenFrom(answer, start, 'The login')
    const { message } = await refusal(answer, `Logging in to organization "${organization}"`)
    if (answer.status === 404)
      fail(
        'No access to organization',
        `${message} Either there is no such organization, or the user has no access to it. Check "organization" (TAVIO_ORGANIZATION), or have an owner grant the user access.`,
      )
    if (refusesCredentials(answer.status) || answer.status === 403)
      fail('Sign-in refused', `${message} Check "username" (TAVIO_USERNAME) and "password" (TAVIO_PASSWORD).`)
    throw new ApiError(answer.status, message)
  }

  async function connect(domain: string, bearer: string): Promise<Answer> {
    const headers = { authorization: `Bearer ${bearer}` }
    const ask = async (as: { method: Method; path: string }) =>
      await post(as.method, baseUrl + fillPath(as.path, { orgDomain: organization, envDomain: domain }), {
        headers,
      })
    const by = connectBy
    const answer = await ask(by)
    // Compared with what was asked: others may have found out meanwhile.
    if (answer.status !== 405 || by !== routes.connect) return answer
    connectBy = routes.connect.variants[0]
    return await ask(connectBy)
  }

  async function connected(domain: string, answer: Answer, start: number): Promise<Token> {
    if (ok(answer)) return await tokenFrom(answer, start, `Connecting to environment "${domain}"`)
    const { message } = await refusal(answer, `Connecting to environment "${domain}"`)
    throw new ConnectError(
      answer.status,
      `${message} ${connectAdvice(answer.status, domain, account)} ${hint}`.trim(),
    )
  }

  async function renew(bearer: string): Promise<Token | undefined> {
    const start = now()
    const url = baseUrl + fillPath(routes.renew.path, { orgDomain: organization })
    const answer = await post('POST', url, { headers: { authorization: `Bearer ${bearer}` } })
    return ok(answer) ? await tokenFrom(answer, start, 'Renewing a token') : undefined
  }

  return { clientToken, login, connect, connected, renew, hint: () => hint }
}

function connectAdvice(status: number, domain: string, { user }: Account): string {
  if (user === undefined && status !== 404)
    return 'The service accepts client credentials neither inside an environment nor for connecting to one: set "username" (TAVIO_USERNAME) and "password" (TAVIO_PASSWORD) as well. Nothing was dropped from state.'
  if (user === undefined)
    return 'Either there is no such environment, or the client has no access to it. Nothing was dropped from state.'
  if (status === 404 || status === 403)
    return `Either there is no such environment, or the user has no role in it: an organization owner has none by itself. Grant the user a role in "${domain}" (such as developer, with tavio_environment_access), or use client credentials. Nothing was dropped from state.`
  return 'Signing in again did not help.'
}

type Post = (
  method: Method,
  url: string,
  extra: { body?: string; headers?: Record<string, string> },
) => Promise<Answer>

/** Tries the token URLs, and at each the ways to present a client that RFC 6749 allows, until one is answered. */
async function askForClientToken(
  client: { id: string; secret: string },
  account: Account,
  post: Post,
): Promise<{ url: string; answer: Answer }> {
  let first: { url: string; answer: Answer } | undefined
  for (const url of tokenUrls(account)) {
    for (const attempt of presentations(client, account.scope)) {
      const answer = await post('POST', url, attempt)
      if (ok(answer)) return { url, answer }
      // A path that is there says more than one that is not.
      if (first === undefined || [404, 405].includes(first.answer.status)) first = { url, answer }
      if (![400, 401, 415].includes(answer.status)) break
    }
    if (first !== undefined && ![404, 405].includes(first.answer.status)) break
  }
  if (first === undefined) throw new TypeError('no token URL')
  return first
}

function tokenUrls({ tokenUrl, baseUrl, organization }: Account): string[] {
  if (tokenUrl !== undefined) return [/^https?:/i.test(tokenUrl) ? tokenUrl : baseUrl + tokenUrl]
  return [routes.clientToken, ...routes.clientToken.variants].map(
    ({ path }) => baseUrl + fillPath(path, { orgDomain: organization }),
  )
}

function presentations(client: { id: string; secret: string }, scope: string | undefined) {
  const grant = { grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) }
  const inBody = { ...grant, client_id: client.id, client_secret: client.secret }
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const basic = Buffer.from(`${encodeURIComponent(client.id)}:${encodeURIComponent(client.secret)}`).toString(
    'base64',
  )
  return [
    { headers: form, body: new URLSearchParams(inBody).toString() },
    { headers: { ...form, authorization: `Basic ${basic}` }, body: new URLSearchParams(grant).toString() },
    { body: JSON.stringify(inBody) },
  ]
}

function hintOf({ user }: ServedToken): string | undefined {
  if (user === undefined) return undefined
  if (user.changePassword === true)
    return 'The login says that the password must be changed first: sign in to the service in a browser, change it, and run again.'
  if (user.mfaRequired === true)
    return `The login says that multi-factor authentication is required${user.mfaConfigured === true ? '' : ' and not set up'}, which this API offers no call for: use client credentials (client_id, client_secret), or a user without it.`
  return ''
}

function ok(answer: Answer): boolean {
  return answer.status >= 200 && answer.status < 300
}
