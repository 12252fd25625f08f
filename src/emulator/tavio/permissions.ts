// Who may do what: tokens, roles, and the difference between "not there" and "not for you".
import { type Call, Refusal } from './call.ts'
import { type Caller, type Environment, membershipKey, type User, type World } from './model.ts'

type Want = 'read' | 'write'

const organizationManagers = ['owner', 'admin']
const environmentWriters = ['developer', 'specialist']

/** The bearer token of a request, if it has one. */
export function bearerOf(headers: Readonly<Record<string, string | undefined>>): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers['authorization'] ?? '')?.[1]
}

/** Finds out whom a token stands for now; undefined if it stands for nobody any more. */
export function findCaller(world: World, token: string | undefined): Caller | undefined {
  const grant = token === undefined ? undefined : world.tokens.find(token)
  if (grant === undefined) return undefined
  if (grant.kind === 'admin') return grant
  const user = grant.userId === undefined ? undefined : world.tables.users.get(grant.userId)
  if (user?.status !== 'ACTIVE' && grant.userId !== undefined) return undefined
  if (grant.kind === 'organization') return user === undefined ? undefined : { kind: 'organization', user }
  const environment = world.tables.environments.get(grant.envDomain)
  if (environment?.id !== grant.environmentId || environment.status !== 'ACTIVE') return undefined
  return { kind: 'environment', user, envDomain: grant.envDomain }
}

/** Refuses a caller that may not do this in the organization. */
export function allowInOrganization(call: Call, want: Want): void {
  const { caller } = call
  if (caller.kind === 'admin') return
  if (caller.kind === 'environment') throw new Refusal(403, 'An environment token cannot be used here')
  checkAccount(caller.user)
  if (isManager(caller.user)) return
  if (caller.user.roles.length === 0) throw missing(call, 'No role in the organization')
  if (want === 'write') throw new Refusal(403, 'Role too low')
}

/** As `allowInOrganization`, but members of the environment may read too, also with its own token. */
export function allowToReadEnvironment(call: Call, envDomain: string): void {
  const { caller } = call
  if (caller.kind === 'environment') {
    if (caller.envDomain !== envDomain) throw missing(call, 'The token is for another environment')
  } else if (caller.kind !== 'organization' || rolesIn(call.world, caller.user, envDomain).length === 0)
    allowInOrganization(call, 'read')
}

/** Refuses a caller that may not do this inside the environment. */
export function allowInEnvironment(call: Call, envDomain: string, want: Want): void {
  const { caller, world } = call
  const switches = world.switches()
  if (caller.kind === 'admin') {
    if (!switches.environmentAcceptsAdmin)
      throw new Refusal(403, 'A user must be connected to the environment')
    return
  }
  if (caller.kind === 'organization') {
    if (!switches.environmentAcceptsOrganizationUser)
      throw new Refusal(403, 'Connect to the environment first')
    checkAccount(caller.user)
    if (isManager(caller.user)) return
  } else if (caller.envDomain !== envDomain) throw missing(call, 'The token is for another environment')
  // An administrator's token that was connected.
  if (caller.user === undefined) return
  const roles = rolesIn(world, caller.user, envDomain)
  if (roles.length === 0 && !(switches.ownersMayConnect && isManager(caller.user)))
    throw missing(call, 'No role in the environment')
  const writer = isManager(caller.user) && switches.ownersMayConnect
  if (want === 'write' && !writer && !roles.some((role) => environmentWriters.includes(role)))
    throw new Refusal(403, 'Role too low')
}

/** True if the user may be connected to the environment. */
export function mayConnect(world: World, user: User, envDomain: string): boolean {
  if (world.switches().ownersMayConnect && isManager(user)) return true
  return rolesIn(world, user, envDomain).length > 0
}

/** The environment of the path, or 404. */
export function environmentOf(call: Call, envDomain: string): Environment {
  const environment = call.world.tables.environments.get(envDomain)
  if (environment?.status !== 'ACTIVE') throw new Refusal(404, `No environment ${envDomain}`)
  return environment
}

/** The refusal for missing access, on login and connect (`atDoor`) or elsewhere. */
export function missing(call: Pick<Call, 'world'>, message: string, atDoor = false): Refusal {
  const { missingAccess } = call.world.switches()
  const hidden = missingAccess === 'hidden' || (missingAccess === 'split' && atDoor)
  return new Refusal(hidden ? 404 : 403, hidden ? 'Not found' : message)
}

/** Refuses an account that has something to do first; nothing in the API can do it. */
export function checkAccount(user: User): void {
  if (user.changePassword) throw new Refusal(403, 'The password must be changed first')
  if (user.mfaRequired && !user.mfaConfigured) throw new Refusal(403, 'A second factor must be set up first')
}

function isManager(user: User): boolean {
  return user.roles.some((role) => organizationManagers.includes(role))
}

function rolesIn(world: World, user: User, envDomain: string): readonly string[] {
  return world.tables.memberships.get(membershipKey({ envDomain, userId: user.id }))?.roles ?? []
}
