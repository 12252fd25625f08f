// Login, renewal, connecting, client credentials, and the current user.
import { clientTokenRequest } from '../../systems/tavio/wire.ts'
import type { Answer } from '../system.ts'
import { bodyOf, type Call, type Handler, param, Refusal } from './call.ts'
import { bearerOf, checkAccount, findCaller, mayConnect, missing } from './permissions.ts'
import { currentUserView, loginUserView } from './views.ts'

export const login: Handler = (call) => {
  const { username, password } = bodyOf(call, 'login')
  const { tables, tokens } = call.world
  const name = username.toLowerCase()
  const user = tables.users.find('username', name) ?? tables.users.find('email', name)
  if (user?.password === undefined || user.password !== password || user.status !== 'ACTIVE')
    throw badCredentials(call, 'Unknown user name or password')
  if (user.roles.length === 0 && tables.memberships.find('userId', user.id) === undefined)
    throw missing(call, 'No access to the organization', true)
  const { token, expiresIn } = tokens.issue({ kind: 'organization', userId: user.id })
  return { status: 200, body: { token, expires_in: expiresIn, user: loginUserView(user) } }
}

export const renew: Handler = (call) => {
  const { tokens, switches } = call.world
  const token = bearerOf(call.headers)
  const grant = token === undefined ? undefined : tokens.find(token)
  if (token === undefined || grant === undefined || findCaller(call.world, token) === undefined)
    throw badCredentials(call, 'The token is missing, unknown or expired')
  if (grant.kind === 'admin') throw badCredentials(call, 'A client token cannot be renewed')
  if (switches().renewalEndsOldToken) tokens.end(token)
  const next = tokens.issue(grant)
  return { status: 200, body: { token: next.token, expires_in: next.expiresIn } }
}

export const connect: Handler = (call) => {
  const { tables, tokens, organization } = call.world
  const { connectAcceptsAdmin, connectContext } = call.world.switches()
  const caller = findCaller(call.world, bearerOf(call.headers))
  if (caller === undefined) throw badCredentials(call, 'The token is missing, unknown or expired')
  if (caller.kind === 'environment' || (caller.kind === 'admin' && !connectAcceptsAdmin))
    throw badCredentials(call, 'Connecting needs the token of a logged-in user')
  const envDomain = param(call, 'envDomain')
  const environment = tables.environments.get(envDomain)
  if (environment?.status !== 'ACTIVE') throw new Refusal(404, 'Not found')
  const user = caller.kind === 'organization' ? caller.user : undefined
  if (user !== undefined) {
    checkAccount(user)
    if (!mayConnect(call.world, user, envDomain)) throw missing(call, 'No role in the environment', true)
  }
  const { token, expiresIn } = tokens.issue({
    kind: 'environment',
    userId: user?.id,
    envDomain,
    environmentId: environment.id,
  })
  const orgDomain = organization.domain
  const context = connectContext === 'object' ? { orgDomain, envDomain } : `${orgDomain}/${envDomain}`
  return { status: 200, body: { token, context, expires_in: expiresIn, message: 'Connected' } }
}

export const clientToken: Handler = (call) => {
  const { organization, tokens } = call.world
  const { tokenKey, tokenScope } = call.world.switches()
  const form = formOf(call)
  const basic = basicOf(call)
  if (form['grant_type'] === undefined)
    throw oauthRefusal(call, 400, 'invalid_request', 'grant_type is missing')
  const parsed = clientTokenRequest.safeParse(form)
  if (!parsed.success)
    throw oauthRefusal(call, 400, 'unsupported_grant_type', 'only client_credentials is offered')
  const { client_id = basic?.id, client_secret = basic?.secret, scope } = parsed.data
  if (client_id !== organization.clientId || client_secret !== organization.clientSecret)
    throw oauthRefusal(call, credentialsStatus(call), 'invalid_client', 'Unknown client or wrong secret')
  if (tokenScope === 'required' && scope !== organization.scope)
    throw oauthRefusal(call, 400, 'invalid_scope', 'The scope is missing or unknown')
  const { token, expiresIn } = tokens.issue({ kind: 'admin' })
  return { status: 200, body: { [tokenKey]: token, token_type: 'Bearer', expires_in: expiresIn } }
}

export const currentUser: Handler = (call): Answer => {
  const { caller } = call
  const user = caller.kind === 'admin' ? undefined : caller.user
  if (user === undefined) throw new Refusal(404, 'The token belongs to no user')
  checkAccount(user)
  return { status: 200, body: currentUserView(user, call.world.switches()) }
}

function badCredentials(call: Call, message: string): Refusal {
  const status = credentialsStatus(call)
  return new Refusal(
    status,
    message,
    call.world.switches().badCredentials === 'mismatch' ? { stated: 400 } : {},
  )
}

function credentialsStatus(call: Call): number {
  return call.world.switches().badCredentials === '400' ? 400 : 401
}

function oauthRefusal(call: Call, status: number, error: string, description: string): Refusal {
  if (call.world.switches().tokenErrors === 'service') return new Refusal(status, description)
  return new Refusal(status, description, {
    body: { error, error_description: description },
  })
}

function formOf(call: Call): Record<string, string> {
  const type = call.headers['content-type'] ?? ''
  if (!/^application\/x-www-form-urlencoded\b/i.test(type))
    throw oauthRefusal(call, 400, 'invalid_request', 'The body must be form-encoded')
  return Object.fromEntries(new URLSearchParams(call.body))
}

function basicOf(call: Call): { readonly id: string; readonly secret: string } | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(call.headers['authorization'] ?? '')?.[1]
  if (encoded === undefined) return undefined
  const [id = '', ...rest] = Buffer.from(encoded, 'base64').toString().split(':')
  try {
    return { id: decodeURIComponent(id), secret: decodeURIComponent(rest.join(':')) }
  } catch {
    return undefined
  }
}
