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
      role: string.required(
        'Name of the role. "admin" and "owner" are documented; any other is left for the service to judge.',
        {
          replace: true,
          equivalent: sameWord,
          validators: [segment],
          evidence: 'documented',
        },
      ),
    },
    {
      description:
        'Grants a user a role in the organization, beside whatever the user has otherwise. The service refuses to revoke the last owner.',
    },
  ),
  collection: {
    name: 'organization access',
    scope: [],
    key: ['user_id', 'role'],
    identity: ['user_id', 'role'],
    foldCase: true,
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
    await give(call, 'tavio_organization_access', { userId, role })
    return { user_id: userId, role }
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
