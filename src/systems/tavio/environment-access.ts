import { defineResource } from '../../provider/resource.ts'
import { schema, string } from '../../schema/attribute.ts'
import type { Reader, Writer } from './client.ts'
import { give, holdingOf, take } from './granting.ts'
import { parseImport } from './import-id.ts'
import { sameWord, segment } from './text.ts'
import { findUser } from './user.ts'

const FORM = '<domain>/<user id or e-mail address>/<role>'

/** One role of one user in an environment; says nothing of other roles and members. */
export const environmentAccess = defineResource<Reader, Writer>()({
  type: 'tavio_environment_access',
  importId: FORM,
  example: {
    environment: '${tavio_environment.acme.domain}',
    user_id: '${tavio_user.ada.id}',
    role: 'developer',
  },
  schema: schema(
    {
      environment: string.required('Domain of the environment.', {
        replace: true,
        validators: [segment],
        evidence: 'documented',
      }),
      user_id: string.required('Id of the user.', {
        replace: true,
        validators: [segment],
        evidence: 'inferred',
      }),
      role: string.required('Name of the role, such as "developer" or "support".', {
        replace: true,
        equivalent: sameWord,
        validators: [segment],
        evidence: 'documented',
      }),
    },
    { description: 'Grants a user a role in an environment, beside whatever the user has otherwise.' },
  ),
  notes: [
    {
      evidence: 'documented',
      text: 'The documentation of the API names the roles "developer" and "support" for environments.',
    },
    {
      evidence: 'inferred',
      text: 'The product has a third role, the implementation specialist, which the API may or may not take. Any role is sent as it is, and the service judges.',
    },
    {
      evidence: 'inferred',
      text: 'A grant is one role of one user. Other roles and other users are left alone, so a plan cannot lock anybody out by what it does not mention.',
    },
    {
      evidence: 'inferred',
      text: 'After granting, the roles of the user are read. If the new one is not among them, that is an error. If another one vanished, a warning names it: the service then keeps one role for each user.',
    },
    {
      evidence: 'inferred',
      text: 'Where the service does not tell which roles users have, the grant is kept as recorded, with a warning. A role that is revoked elsewhere is then not noticed.',
    },
    {
      evidence: 'inferred',
      text: 'Every change makes a new grant. Destroying revokes it, and succeeds if it is revoked already.',
    },
    {
      evidence: 'inferred',
      text: 'Deleting the environment takes its grants with it, and leaves the users.',
    },
  ],
  collection: {
    name: 'environment access',
    scope: ['environment'],
    key: ['user_id', 'role'],
    identity: ['user_id', 'role'],
    foldCase: true,
    grants: true,
    async list({ client, signal, scope: { environment } }) {
      if (typeof environment !== 'string') return undefined
      const members = await client.members(environment, signal)
      if (members === undefined || members.some(({ roles }) => roles === undefined)) return undefined
      return members.flatMap(({ id, roles = [] }) =>
        id === undefined
          ? []
          : roles.map((role) => ({ value: { environment, user_id: id, role }, whole: true })),
      )
    },
  },

  async read(call) {
    const { environment, user_id: userId, role } = call.prior
    const holding = await holdingOf(call, 'tavio_environment_access', { environment, userId, role })
    return holding === 'absent' ? undefined : call.prior
  },

  async create(call) {
    const { environment, user_id: userId, role } = call.planned
    const state = { environment, user_id: userId, role }
    await give(call, 'tavio_environment_access', { environment, userId, role }, () => call.checkpoint(state))
    return state
  },

  async delete(call) {
    const { environment, user_id: userId, role } = call.prior
    await take(call, 'tavio_environment_access', { environment, userId, role })
  },

  async import({ client, id, signal }) {
    const [environment, wanted, role] = parseImport(id, FORM, 3)
    const user = await findUser(client, wanted, signal)
    return user?.id === undefined ? undefined : { environment, user_id: user.id, role }
  },
})
