// Granting and revoking a role, alike in the organization and in an environment.
import { fail } from '../../diagnostics.ts'
import type { Call } from '../../provider/call.ts'
import { UncertainOutcomeError } from '../../provider/uncertain.ts'
import { ApiError, isRefusal } from './api-error.ts'
import type { Grant, Reader, Writer } from './client.ts'
import { sameWord } from './text.ts'

/** `untold`: the service does not say which roles the user has. */
export type Holding = 'held' | 'absent' | 'untold'

const LOOKS = 5

/** The roles of a user on the level of a grant, in lower case; undefined if not told, `gone` with the user or environment. */
export async function rolesOf(
  client: Reader,
  { environment, userId }: Omit<Grant, 'role'>,
  signal: AbortSignal,
): Promise<readonly string[] | 'gone' | undefined> {
  if (environment === undefined) {
    const served = await client.user(userId, signal)
    if (served === undefined) return 'gone'
    return served.roles ?? (await client.users(signal))?.find(({ id }) => id === userId)?.roles
  }
  const members = await client.members(environment, signal)
  if (members === undefined) return undefined
  const member = members.find(({ id }) => id === userId)
  if (member !== undefined) return member.roles
  return members.length > 0 || (await client.environment(environment, signal)) !== undefined ? [] : 'gone'
}

/** Whether a grant is in force, warning once where that cannot be told. */
export async function holdingOf(
  call: Call & { readonly client: Reader },
  type: string,
  grant: Grant,
): Promise<Holding> {
  const roles = await rolesOf(call.client, grant, call.signal)
  if (roles === 'gone') return 'absent'
  if (roles !== undefined) return has(roles, grant.role) ? 'held' : 'absent'
  if (call.client.once(`${type} not verifiable`)) {
    call.warn(
      'Grants not verifiable',
      `The service does not tell which roles users have, so ${type} is kept as recorded: a role revoked elsewhere will not be noticed.`,
    )
  }
  return 'untold'
}

/** Grants, checks that it took effect, and warns about roles that it displaced. `granted` is called before the check. */
export async function give(
  call: Call & { readonly client: Writer },
  type: string,
  grant: Grant,
  granted: () => Promise<void>,
): Promise<void> {
  const { client, signal } = call
  const level = grant.environment === undefined ? 'organization' : 'environment'
  // Two grants of one user at once could not tell which of them displaced what.
  await client.exclusively(`${level} ${grant.environment ?? ''} ${grant.userId}`, async () => {
    const before = await rolesOf(client, grant, signal)
    const attempt = async () => await client.grant(grant, signal)
    // Granting twice does no harm. If it may have taken effect all the same, the next run has to know of it.
    const again = async (error: unknown) =>
      isServerFailure(error) ? await attempt().catch(uncertain) : explain(error, type, grant)
    const answer = await attempt().catch(again)
    await granted()
    if (before === undefined) return
    const after =
      answer.roles !== undefined && has(answer.roles, grant.role)
        ? answer.roles
        : await lookAfter(call, grant)
    if (after === undefined || after === 'gone') return
    if (!has(after, grant.role)) return notEffective(type, grant)
    const displaced = before === 'gone' ? [] : before.filter((role) => !has(after, role))
    if (displaced.length > 0) {
      call.warn(
        'Role displaced',
        `Granting "${grant.role}" to user ${grant.userId} took away ${displaced.map((role) => `"${role}"`).join(', ')}: the service keeps one role for each user here. Keep one of the grants.`,
      )
    }
  })
}

/** Revokes; succeeds if it is revoked already. Throws a diagnostic if the service will not. */
export async function take(
  call: Call & { readonly client: Writer },
  type: string,
  grant: Grant,
): Promise<void> {
  const { client, signal } = call
  const level = grant.environment === undefined ? 'organization' : 'environment'
  await client.exclusively(`${level} ${grant.environment ?? ''} ${grant.userId}`, async () => {
    const done = await client.revoke(grant, signal)
    if (done === 'deleted') return
    // "Not found" may speak of the user, of the grant, or of a path that is not offered.
    const roles = await rolesOf(client, grant, signal)
    if (roles !== undefined && roles !== 'gone' && has(roles, grant.role)) {
      fail(
        'Role not revoked',
        `The service does not offer revoking "${grant.role}" from user ${grant.userId} in a way known here (${type}). Revoke it in the service, then run again.`,
      )
    }
    if (done === 'refused' && roles === undefined) {
      call.warn(
        'Role may remain',
        `The service does not offer revoking "${grant.role}" from user ${grant.userId}, nor telling whether the user has it. It is no longer managed.`,
      )
    }
  })
}

function has(roles: readonly string[], role: string): boolean {
  return roles.some((one) => sameWord(one, role))
}

async function lookAfter(call: Call & { readonly client: Writer }, grant: Grant) {
  let looks = 0
  return await call.poll({
    what: `role "${grant.role}" of user ${grant.userId} to be shown`,
    probe: async () => {
      looks += 1
      return await rolesOf(call.client, grant, call.signal)
    },
    until: (roles) => looks >= LOOKS || roles === undefined || (roles !== 'gone' && has(roles, grant.role)),
    timeoutMs: 30_000,
    intervalMs: 100,
  })
}

function isServerFailure(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status >= 500 && error.status !== 501
}

/** Whatever became of the second try, the first one may have taken effect. */
function uncertain(error: unknown): never {
  throw new UncertainOutcomeError(error instanceof Error ? error.message : String(error), { cause: error })
}

function explain(error: unknown, type: string, { userId, role, environment }: Grant): never {
  if (!isRefusal(error, 400, 404, 422)) throw error
  const place = environment === undefined ? 'the organization' : `environment "${environment}"`
  return fail(
    'Role not granted',
    `${error.detail} ${type} asks for role "${role}" of user ${userId} in ${place}: check that the service has such a role there, and that the user exists.`,
    undefined,
    error,
  )
}

function notEffective(type: string, { userId, role }: Grant): never {
  return fail(
    'Role not granted',
    `The service accepted ${type} with role "${role}" for user ${userId}, but does not show the role. Look at the user in the service, and run plan again.`,
  )
}
