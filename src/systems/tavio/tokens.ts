// Tokens for other programs, such as a script that runs beside Terraform. They are kept nowhere, and end by themselves.
//
// The service answers a renewal with another token, and may end the one that was given out. So what was given out is
// never renewed with the service; when its time comes, there is only something to say. Nor is there anything to close,
// since the service offers no way to end a token.
import type { Call } from '../../provider/call.ts'
import { defineEphemeral, type Lease } from '../../provider/ephemeral.ts'
import type { Note } from '../../provider/resource.ts'
import { number, schema, string } from '../../schema/attribute.ts'
import type { Json } from '../../schema/json.ts'
import { field, isObject } from '../../schema/value.ts'
import type { LentToken, Reader } from './client.ts'
import { segment } from './text.ts'

const granted = {
  token: string.computed('The token, to be sent as "Authorization: Bearer …".', {
    always: true,
    sensitive: true,
    evidence: 'documented',
  }),
  expires_in: number.computed(
    'Seconds until it ends, counted from when it was opened. Null if the service does not say.',
    { evidence: 'documented' },
  ),
}

const notes: readonly Note[] = [
  {
    evidence: 'inferred',
    text: 'Each phase of a run opens a token of its own: one for the plan, another for the apply. None is used by Hubform itself.',
  },
  {
    evidence: 'inferred',
    text: 'It is not renewed: the service answers a renewal with another token and may end the first, and what was handed out cannot be taken back. Shortly before its end there is a warning instead.',
  },
  {
    evidence: 'inferred',
    text: 'Nothing is done when it is closed, since the service offers no way to end a token. It ends by itself.',
  },
]

/** A token for the organization. */
export const organizationToken = defineEphemeral<Reader>()({
  type: 'tavio_organization_token',
  example: {},
  notes,
  schema: schema(granted, {
    description:
      'A new token for the organization, of the client or user that the provider signs in as. It is in neither plan nor state.',
  }),
  async open({ client }) {
    const lent = await client.lendToken(undefined)
    const result = { token: lent.token, expires_in: lent.expiresIn }
    return { result, lease: leaseOf(lent, 'the organization') }
  },
  renew: async (call) => tellOfEnd(call),
})

/** A token for one environment. */
export const environmentToken = defineEphemeral<Reader>()({
  type: 'tavio_environment_token',
  example: { environment: '${tavio_environment.acme.domain}' },
  notes,
  schema: schema(
    {
      environment: string.required('Domain of the environment.', {
        validators: [segment],
        evidence: 'documented',
      }),
      ...granted,
    },
    {
      description:
        'A new token for one environment. The provider has to sign in as a user (username, password) who has a role in it. It is in neither plan nor state.',
    },
  ),
  async open({ client, config }) {
    const { environment } = config
    const lent = await client.lendToken(environment)
    const result = { environment, token: lent.token, expires_in: lent.expiresIn }
    return { result, lease: leaseOf(lent, `environment "${environment}"`) }
  },
  renew: async (call) => tellOfEnd(call),
})

/** The token itself is not kept: nothing is done with it any more. */
function leaseOf({ endsAt, expiresIn }: LentToken, whose: string): Lease {
  if (endsAt === null || expiresIn === null) return {}
  const margin = Math.min(60, expiresIn / 5)
  return {
    renewAt: new Date(endsAt.getTime() - margin * 1000),
    kept: { whose, ends_at: endsAt.toISOString() },
  }
}

function tellOfEnd({ kept, warn }: Pick<Call, 'warn'> & { readonly kept: Json }): Lease {
  const said = (name: string) => (isObject(kept) ? String(field(kept, name)) : '')
  warn(
    'Token about to end',
    `The token for ${said('whose')} ends at ${said('ends_at')}, and this run is still going on. A token that was handed out cannot be renewed; what uses it after that will be refused. Apply in smaller parts, with -target, or give the token to what is quick.`,
  )
  return {}
}
