import { fail, problem } from '../../diagnostics.ts'
import { defineDataSource } from '../../provider/resource.ts'
import { bool, list, object, schema, string } from '../../schema/attribute.ts'
import { isRefusal } from './api-error.ts'
import type { Reader } from './client.ts'
import { sameWord } from './text.ts'
import { findUser, fromWire } from './user.ts'
import type { ServedUser } from './wire.ts'

const person = {
  username: string.computed('Name to sign in with.', { evidence: 'documented' }),
  first_name: string.computed('First name.', { evidence: 'documented' }),
  last_name: string.computed('Last name.', { evidence: 'documented' }),
  status: string.computed('Status word of the service.', { evidence: 'documented' }),
  invite_expired: bool.computed('Whether the invitation has lapsed.', { evidence: 'documented' }),
  mfa_required: bool.computed('Whether multi-factor authentication is required.', { evidence: 'documented' }),
  mfa_configured: bool.computed('Whether multi-factor authentication is set up.', { evidence: 'documented' }),
}
const told = {
  id: string.computed('Assigned by the service.', { evidence: 'documented' }),
  email: string.computed('E-mail address.', { evidence: 'documented' }),
  ...person,
}
const roles = list(string).computed('Roles in the organization.', {
  evidence: 'documented',
})

/** One user, by id or e-mail address. */
export const userData = defineDataSource<Reader>()({
  type: 'tavio_user',
  example: { email: 'ada@acme.example' },
  schema: schema(
    {
      id: string.optionalComputed('Id. Set this or email.', { evidence: 'documented' }),
      email: string.optionalComputed('E-mail address. Set this or id.', {
        equivalent: sameWord,
        evidence: 'documented',
      }),
      ...person,
      roles,
    },
    { description: 'A user who is managed elsewhere.' },
  ),
  notes: [
    {
      evidence: 'inferred',
      text: 'Fails if there is no such user. A text without an at sign is looked for as an id, too.',
    },
    { evidence: 'inferred', text: 'Roles are in lower case, and null where the service does not tell them.' },
  ],
  validate({ config }) {
    if ([config.id, config.email].filter((value) => value !== null).length === 1) return []
    return [problem('User not named', 'Set exactly one of "id" and "email".', { path: ['email'] })]
  },
  async read({ client, config, signal }) {
    const served =
      config.id === null
        ? await findUser(client, config.email ?? '', signal)
        : await client.user(config.id, signal)
    if (served === undefined)
      fail('User not found', `There is no user "${config.id ?? config.email}" in the organization.`)
    return withRoles(served)
  },
})

/** All users of the organization. */
export const usersData = defineDataSource<Reader>()({
  type: 'tavio_users',
  example: {},
  schema: schema(
    {
      users: list(object(told)).computed('All of them, in the order of the service.', {
        always: true,
        evidence: 'documented',
      }),
    },
    { description: 'The users of the organization.' },
  ),
  notes: [
    { evidence: 'documented', text: 'The service lists users, and leaves their roles out of the list.' },
  ],
  async read({ client, signal }) {
    const listed = await client.users(signal)
    if (listed === undefined) fail('Users not listed', 'The service does not offer listing users.')
    return { users: listed.map(fromWire) }
  },
})

/** Whoever is signed in. */
export const currentUserData = defineDataSource<Reader>()({
  type: 'tavio_current_user',
  example: {},
  schema: schema(
    { ...told, roles },
    {
      description: 'The user who is signed in.',
    },
  ),
  notes: [
    { evidence: 'documented', text: 'The service tells who is signed in.' },
    { evidence: 'inferred', text: 'Needs username and password: client credentials may stand for no user.' },
    { evidence: 'inferred', text: 'Roles are in lower case, and null where the service does not tell them.' },
  ],
  async read({ client, signal }) {
    return withRoles(await client.currentUser(signal).catch(nobody))
  },
})

function nobody(error: unknown): never {
  if (!isRefusal(error, 403, 404)) throw error
  return fail(
    'No current user',
    `${error.detail} Client credentials stand for no user: set "username" (TAVIO_USERNAME) and "password" (TAVIO_PASSWORD) of the provider, alone or beside them.`,
    undefined,
    error,
  )
}

function withRoles(served: ServedUser) {
  return { ...fromWire(served), roles: served.roles ?? null }
}
