// Users, and the invitations their creation sends.
import type { Answer } from '../system.ts'
import { bodyOf, created, type Handler, param, partialBodyOf, Refusal, removed, updated } from './call.ts'
import { listed } from './lists.ts'
import { membershipKey, stamp, type User } from './model.ts'
import { allowInOrganization } from './permissions.ts'
import { checkOrganizationRole, isLastOwner, userOf } from './roles.ts'
import { listedUserView, userView } from './views.ts'

export const listUsers: Handler = (call) => {
  allowInOrganization(call, 'read')
  const { tables, lags, switches } = call.world
  const seen = tables.users.all().filter((user) => !lags.isHidden(user.id))
  return listed(call, {
    objects: [...seen, ...lags.ghosts<User>('users')],
    fields: ['id', 'username', 'email', 'firstName', 'lastName', 'status'],
    view: (user) => listedUserView(user, switches()),
  })
}

export const createUser: Handler = (call): Answer => {
  allowInOrganization(call, 'write')
  const body = bodyOf(call, 'createUser')
  const { tables, ids, lags, clock } = call.world
  const switches = call.world.switches()
  if (body.roles !== undefined && switches.rolesAtCreate === 'refused')
    throw new Refusal(400, 'Unknown field roles')
  const roles = switches.rolesAtCreate === 'accepted' ? [...new Set(body.roles ?? [])] : []
  for (const role of roles) checkOrganizationRole(call, role)
  const username = body.username ?? body.email
  const same =
    tables.users.find('email', body.email.toLowerCase()) ??
    tables.users.find('username', username.toLowerCase())
  if (same !== undefined) {
    if (switches.duplicateUser === 'conflict') throw new Refusal(409, `User ${body.email} exists already`)
    return { status: 200, body: userView(same, switches) }
  }
  const user: User = {
    id: ids.next(`user ${body.email}`),
    username,
    email: body.email,
    firstName: body.firstName ?? '',
    lastName: body.lastName ?? '',
    status: 'INVITED',
    roles,
    mfaRequired: false,
    mfaConfigured: false,
    changePassword: false,
    invite_expired: false,
  }
  tables.users.put(user)
  tables.invitations.put({
    id: ids.next(`invitation ${user.email}`),
    userId: user.id,
    to: user.email,
    sentAt: stamp(clock),
  })
  lags.hide(user.id, switches.readLag)
  return created(call, userView(user, switches), switches.readUser ? `${call.path}/${user.id}` : undefined)
}

export const readUser: Handler = (call) => {
  allowInOrganization(call, 'read')
  const { lags } = call.world
  const userId = param(call, 'userId')
  const user = call.world.tables.users.get(userId) ?? lags.ghost<User>('users', userId)
  if (user === undefined || lags.isHidden(userId)) throw new Refusal(404, `No user ${userId}`)
  return { status: 200, body: userView(user, call.world.switches()) }
}

export const updateUser: Handler = (call) => {
  allowInOrganization(call, 'write')
  const merges = call.method === 'PATCH'
  const body = merges ? partialBodyOf(call, 'updateUser') : bodyOf(call, 'updateUser')
  const user = userOf(call)
  const next: User = {
    ...user,
    firstName: (merges && body.firstName === undefined ? user.firstName : body.firstName) ?? '',
    lastName: (merges && body.lastName === undefined ? user.lastName : body.lastName) ?? '',
  }
  call.world.tables.users.put(next)
  return updated(call, userView(next, call.world.switches()))
}

export const deleteUser: Handler = (call) => {
  allowInOrganization(call, 'write')
  const user = userOf(call)
  const { tables, lags } = call.world
  if (isLastOwner(call, user)) throw new Refusal(409, 'The organization must keep an owner')
  for (const membership of tables.memberships.where('userId', user.id))
    tables.memberships.delete(membershipKey(membership))
  tables.users.delete(user.id)
  lags.haunt('users', user.id, user, call.world.switches().deleteLag)
  return removed(call)
}
