import { defineResource } from '../../provider/resource.ts'
import { schema, string } from '../../schema/attribute.ts'
import type { Reader, Writer } from './client.ts'
import { give, holdingOf, take } from './granting.ts'
import { parseImport } from './import-id.ts'
import { sameWord, segment } from './text.ts'
import { findUser } from './user.ts'

const FORM = '<user id or e-mail address>/<role>'

/** One role of one user in the organization; says nothing of other roles and users. */
export const organizationAccess = defineResource<Reader, Writer>()({
  type: 'tavio_organization_access',
  importId: FORM,
  example: { user_id: '${tavio_user.ada.id}', role: 'admin' },
  schema: schema(
    {
      user_id: string.required('Id of the user.', {
        replace: true,
        validators: [segment],
        evidence: 'inferred',
      }),
      role: string.required('Name of the role, such as "admin" or "owner".', {
        replace: true,
        equivalent: sameWord,
        validators: [segment],
        evidence: 'documented',
      }),
    },
    {
      description: 'Grants a user a role in the organization, beside whatever the user has otherwise.',
    },
  ),
  notes: [
    {
      evidence: 'documented',
      text: 'The documentation of the API names the roles "admin" and "owner" for the organization.',
    },
    {
      evidence: 'inferred',
      text: 'The product has a third, read-only role, which the API may or may not take. Any role is sent as it is, and the service judges.',
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
      text: 'The service probably refuses to revoke the role of the last owner. Then destroying fails with what the service said.',
    },
  ],
  collection: {
    name: 'organization access',
    scope: [],
    key: ['user_id', 'role'],
    identity: ['user_id', 'role'],
    foldCase: true,
    grants: true,
    async list({ client, signal }) {
      const users = await client.users(signal)
      // Usually lists leave roles out; then the users are read one by one.
      if (users === undefined || users.some(({ roles }) => roles === undefined)) return undefined
      return users.flatMap(({ id, roles = [] }) =>
        id === undefined ? [] : roles.map((role) => ({ value: { user_id: id, role }, whole: true })),
      )
    },
  },

  async read(call) {
    const { user_id: userId, role } = call.prior
    return (await holdingOf(call, 'tavio_organization_access', { userId, role })) === 'absent'
      ? undefined
      : call.prior
  },

  async create(call) {
    const { user_id: userId, role } = call.planned
    const state = { user_id: userId, role }
    await give(call, 'tavio_organization_access', { userId, role }, () => call.checkpoint(state))
    return state
  },

  async delete(call) {
    const { user_id: userId, role } = call.prior
    await take(call, 'tavio_organization_access', { userId, role })
  },

  async import({ client, id, signal }) {
    const [wanted, role] = parseImport(id, FORM, 2)
    const user = await findUser(client, wanted, signal)
    return user?.id === undefined ? undefined : { user_id: user.id, role }
  },
})
