import { fail } from '../../diagnostics.ts'
import { defineResource } from '../../provider/resource.ts'
import { bool, schema, string } from '../../schema/attribute.ts'
import { isRefusal } from './api-error.ts'
import type { Reader, Writer } from './client.ts'
import { parseImport } from './import-id.ts'
import { idOf, readBack, readChanged, tells, untilGone } from './settle.ts'
import { email, sameText, sameWord, segment, textOf, textToWire, untold } from './text.ts'
import type { Requests, ServedUser } from './wire.ts'

/** A person who may sign in. */
export const user = defineResource<Reader, Writer>()({
  type: 'tavio_user',
  importId: '<e-mail address or id>',
  example: { email: 'ada@acme.example', first_name: 'Ada', last_name: 'Lovelace' },
  repeatable: false,
  schema: schema(
    {
      email: string.required('Address the invitation is sent to.', {
        replace: true,
        equivalent: sameWord,
        validators: [email],
        evidence: 'documented',
      }),
      username: string.optionalComputed('Name to sign in with.', {
        replace: true,
        equivalent: sameWord,
        validators: [segment],
        evidence: 'documented',
      }),
      first_name: string.optional('First name.', { equivalent: sameText, evidence: 'documented' }),
      last_name: string.optional('Last name.', { equivalent: sameText, evidence: 'documented' }),
      on_destroy: string.optional(
        'What destroying does: "abandon" leaves the user in the organization and says so; "delete" tries to delete it.',
        {
          default: 'abandon',
          equivalent: untold,
          validators: [
            (value) =>
              value === 'abandon' || value === 'delete' ? undefined : 'It must be "abandon" or "delete".',
          ],
          evidence: 'inferred',
        },
      ),
      id: string.computed('Assigned by the service.', { always: true, stable: true, evidence: 'documented' }),
      status: string.computed('Status word of the service.', { evidence: 'documented' }),
      invite_expired: bool.computed('Whether the invitation has lapsed.', { evidence: 'documented' }),
      mfa_required: bool.computed('Whether multi-factor authentication is required.', {
        evidence: 'documented',
      }),
      mfa_configured: bool.computed('Whether multi-factor authentication is set up.', {
        evidence: 'documented',
      }),
    },
    {
      description:
        'A user of the organization. Creating one sends an invitation. Roles are given with tavio_organization_access and tavio_environment_access.',
    },
  ),
  notes: [
    { evidence: 'documented', text: 'Creating a user sends an invitation to the address.' },
    {
      evidence: 'inferred',
      text: 'An invitation cannot be taken back. So a create is never sent again on its own. If its answer is lost, the user is looked for by e-mail address; if there is none, the error says what may exist.',
    },
    {
      evidence: 'inferred',
      text: 'An e-mail address is unique in the organization, whatever its case. If the organization has a user with this address already, the create fails and tells how to import it.',
    },
    {
      evidence: 'inferred',
      text: 'If username is unset, the service chooses one, usually the e-mail address.',
    },
    {
      evidence: 'inferred',
      text: 'A change of email or username makes a new user and sends another invitation. The user before remains, unless on_destroy is "delete" and the service can delete users.',
    },
    {
      evidence: 'inferred',
      text: 'No public text offers deleting users. With on_destroy = "abandon", destroying leaves the user in the organization and says so. With "delete", it tries; where the service refuses, the user remains and a warning names it.',
    },
    {
      evidence: 'inferred',
      text: 'Destroying takes away only the grants that are managed here. Access that was given elsewhere stays with the user.',
    },
    { evidence: 'inferred', text: 'After an import, on_destroy is "abandon".' },
  ],
  collection: {
    name: 'users',
    scope: [],
    key: ['email'],
    identity: ['id'],
    foldCase: true,
    async list({ client, signal }) {
      return (await client.users(signal))?.map((one) => ({ value: fromWire(one), whole: isWhole(one) }))
    },
  },

  async read({ client, prior, signal }) {
    const served = await client.user(prior.id, signal)
    return served && { ...fromWire(served), on_destroy: prior.on_destroy }
  },

  async create(call) {
    const { client, planned, signal } = call
    const what = `tavio_user "${planned.email}"`
    const username = typeof planned.username === 'string' ? { username: planned.username } : {}
    const before = await client.usersBefore(signal)
    const body = { email: planned.email, ...username, ...toWire(planned, undefined) }
    const created = await client
      .createUser(body, signal)
      .catch((error: unknown) => alreadyThere(error, planned.email))
    const list = async () => await client.users(signal)
    const alike = (listed: ServedUser) => sameWord(listed.email ?? '', planned.email)
    const id = await idOf(call, { what, created, list, alike })
    if (before.has(id)) alreadyThere(undefined, planned.email)
    await call.checkpoint({ id, email: planned.email, on_destroy: planned.on_destroy })
    const served = await readBack(call, what, async () => await client.user(id, signal))
    return { ...fromWire(served), on_destroy: planned.on_destroy }
  },

  async update(call) {
    const { client, prior, planned, signal } = call
    const { id, on_destroy: before } = prior
    const read = async () => await client.user(id, signal)
    const named =
      sameText(planned.first_name, prior.first_name) && sameText(planned.last_name, prior.last_name)
    if (named) {
      // Only what destroying does has changed, and the service need not know.
      const served = await read()
      return {
        ...(served === undefined ? gone(id) : fromWire(served)),
        on_destroy: planned.on_destroy ?? before,
      }
    }
    const last = async () => (await read())?.raw
    const answer = await client.updateUser(id, toWire(planned, prior), last, signal)
    const shows = (now: ServedUser | undefined) =>
      sameText(textOf(now?.firstName), planned.first_name) &&
      sameText(textOf(now?.lastName), planned.last_name)
    const served = isWhole(answer) ? answer : await readChanged(call, `tavio_user ${id}`, read, shows)
    return { ...(served === undefined ? gone(id) : fromWire(served)), on_destroy: planned.on_destroy }
  },

  async delete(call) {
    const { client, prior, signal, warn } = call
    const { id, email: address } = prior
    const done = prior.on_destroy === 'delete' ? await client.deleteUser(id, signal) : 'abandoned'
    const read = async () => await client.user(id, signal)
    if (done === 'deleted') await untilGone(call, `tavio_user ${id}`, read)
    // "Not found" may as well speak of a path that is not offered.
    if ((done === 'refused' || done === 'gone') && (await read()) !== undefined)
      warn(
        'User still exists',
        `The service does not offer deleting users, so "${address}" (${id}) remains in the organization. It is no longer managed.`,
      )
    if (done === 'abandoned')
      warn(
        'User still exists',
        `"${address}" (${id}) remains in the organization, since on_destroy is "abandon". It is no longer managed; any access that was not managed here remains as well.`,
      )
  },

  async import({ client, id, signal }) {
    const [wanted] = parseImport(id, '<e-mail address or id>', 1)
    const served = await findUser(client, wanted, signal)
    return served && { ...fromWire(served), on_destroy: 'abandon' }
  },
})

/** A user by e-mail address, user name or id; undefined if there is none. */
export async function findUser(
  client: Reader,
  wanted: string,
  signal: AbortSignal,
): Promise<ServedUser | undefined> {
  const listed = (await client.users(signal)) ?? []
  const found = listed.find(
    (one) => one.id === wanted || sameWord(one.email ?? '', wanted) || sameWord(one.username ?? '', wanted),
  )
  if (found?.id !== undefined) return (await client.user(found.id, signal)) ?? found
  return wanted.includes('@') ? undefined : await client.user(wanted, signal)
}

/** The body of an update. */
export function toWire(
  planned: { readonly first_name: string | null; readonly last_name: string | null },
  prior: { readonly first_name: string | null; readonly last_name: string | null } | undefined,
): Requests['updateUser'] {
  const firstName = textToWire(planned.first_name, prior?.first_name)
  const lastName = textToWire(planned.last_name, prior?.last_name)
  return {
    ...(firstName === undefined ? {} : { firstName }),
    ...(lastName === undefined ? {} : { lastName }),
  }
}

/** All but what only configuration knows. */
export function fromWire(served: ServedUser) {
  return {
    id: served.id ?? '',
    email: served.email ?? served.username ?? '',
    username: textOf(served.username),
    first_name: textOf(served.firstName),
    last_name: textOf(served.lastName),
    status: textOf(served.status),
    invite_expired: served.inviteExpired ?? null,
    mfa_required: served.mfaRequired ?? null,
    mfa_configured: served.mfaConfigured ?? null,
  }
}

/** True if reading would tell nothing more that is in the schema. */
export function isWhole(served: ServedUser): boolean {
  const keys = ['id', 'username', 'email', 'firstName', 'lastName', 'status']
  return tells(served.raw, [...keys, 'inviteExpired', 'mfaRequired', 'mfaConfigured'])
}

function alreadyThere(error: unknown, address: string): never {
  if (error !== undefined && !isRefusal(error, 409)) throw error
  return fail(
    'User already exists',
    `The organization has a user "${address}" already. If it is the one that is meant, import it by its e-mail address.`,
    undefined,
    error,
  )
}

function gone(id: string): never {
  return fail('Object gone', `tavio_user ${id} was deleted while it was updated. Run plan again.`)
}
