// The roles there are, and the users who hold them.
import { type Call, param, Refusal } from './call.ts'
import type { User } from './model.ts'
import type { TavioSwitches } from './switches.ts'

function organizationRoles(switches: TavioSwitches): readonly string[] {
  return switches.thirdRoles ? ['admin', 'owner', 'support'] : ['admin', 'owner']
}

/** The roles an environment knows. */
export function environmentRoles(switches: TavioSwitches): readonly string[] {
  return switches.thirdRoles ? ['developer', 'specialist', 'support'] : ['developer', 'support']
}

/** The user of the path, or 404. */
export function userOf(call: Call): User {
  const userId = param(call, 'userId')
  const user = call.world.tables.users.get(userId)
  if (user === undefined) throw new Refusal(404, `No user ${userId}`)
  return user
}

/** Refuses a role that the organization does not know. */
export function checkOrganizationRole(call: Call, role: string): void {
  if (!organizationRoles(call.world.switches()).includes(role)) throw new Refusal(400, `Unknown role ${role}`)
}

/** True if nobody would own the organization without this user. */
export function isLastOwner(call: Call, user: User): boolean {
  if (!user.roles.includes('owner')) return false
  return !call.world.tables.users.all().some((other) => other.id !== user.id && other.roles.includes('owner'))
}
