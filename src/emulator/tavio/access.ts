// Roles of users, in the organization and in environments, and who is a member.
import { bodyOf, type Call, granted, type Handler, param, Refusal, removed } from './call.ts'
import { listed } from './lists.ts'
import { type Membership, membershipKey } from './model.ts'
import { allowInOrganization, allowToReadEnvironment, environmentOf } from './permissions.ts'
import { checkOrganizationRole, environmentRoles, isLastOwner, userOf } from './roles.ts'
import { memberView, userView } from './views.ts'

export const grantOrganizationAccess: Handler = (call) => {
  allowInOrganization(call, 'write')
  const role = roleOf(call)
  checkOrganizationRole(call, role)
  const user = userOf(call)
  const roles = withRole(call, user.roles, role)
  if (!roles.includes('owner') && isLastOwner(call, user))
    throw new Refusal(409, 'The organization must keep an owner')
  const next = { ...user, roles }
  call.world.tables.users.put(next)
  return granted(call, userView(next, call.world.switches()))
}

export const revokeOrganizationAccess: Handler = (call) => {
  allowInOrganization(call, 'write')
  const role = roleOf(call)
  const user = userOf(call)
  if (!user.roles.includes(role)) throw new Refusal(404, `User ${user.id} does not have the role ${role}`)
  if (role === 'owner' && isLastOwner(call, user))
    throw new Refusal(409, 'The organization must keep an owner')
  call.world.tables.users.put({ ...user, roles: user.roles.filter((other) => other !== role) })
  return removed(call)
}

export const listMembers: Handler = (call) => {
  const envDomain = param(call, 'envDomain')
  allowToReadEnvironment(call, envDomain)
  environmentOf(call, envDomain)
  const { tables, switches } = call.world
  const members = tables.memberships.where('envDomain', envDomain).flatMap((membership) => {
    const user = tables.users.get(membership.userId)
    return user === undefined ? [] : [{ ...user, membership }]
  })
  return listed(call, {
    objects: members,
    fields: ['id', 'username', 'email', 'firstName', 'lastName', 'status'],
    view: ({ membership, ...user }) => memberView(user, membership, switches()),
  })
}

export const grantEnvironmentAccess: Handler = (call) => {
  allowInOrganization(call, 'write')
  const role = roleOf(call)
  const { tables, switches } = call.world
  if (!environmentRoles(switches()).includes(role)) throw new Refusal(400, `Unknown role ${role}`)
  const { domain: envDomain } = environmentOf(call, param(call, 'envDomain'))
  const user = userOf(call)
  const before = tables.memberships.get(membershipKey({ envDomain, userId: user.id }))
  const membership: Membership = {
    envDomain,
    userId: user.id,
    roles: withRole(call, before?.roles ?? [], role),
  }
  tables.memberships.put(membership)
  return granted(call, memberView(user, membership, switches()))
}

export const revokeEnvironmentAccess: Handler = (call) => {
  allowInOrganization(call, 'write')
  const role = roleOf(call)
  const { tables } = call.world
  const { domain: envDomain } = environmentOf(call, param(call, 'envDomain'))
  const user = userOf(call)
  const key = membershipKey({ envDomain, userId: user.id })
  const membership = tables.memberships.get(key)
  if (!membership?.roles.includes(role))
    throw new Refusal(404, `User ${user.id} does not have the role ${role} in ${envDomain}`)
  const roles = membership.roles.filter((other) => other !== role)
  if (roles.length === 0) tables.memberships.delete(key)
  else tables.memberships.put({ ...membership, roles })
  return removed(call)
}

/** From the path, or from the body where the route has none there. */
function roleOf(call: Call): string {
  return call.params['role'] ?? bodyOf(call, 'role').role
}

function withRole(call: Call, roles: readonly string[], role: string): readonly string[] {
  if (call.world.switches().exclusiveRoles) return [role]
  return roles.includes(role) ? roles : [...roles, role].sort()
}
