// Tokens for other programs, such as a script that runs beside Terraform. They are kept nowhere, and end by themselves.
//
// There is nothing to renew: the service answers a renewal with another token, and may end the one that was given out.
// Nor is there anything to close, since it offers no way to end a token.
import { defineEphemeral } from '../../provider/ephemeral.ts'
import { number, schema, string } from '../../schema/attribute.ts'
import type { Reader } from './client.ts'
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

/** A token for the organization. */
export const organizationToken = defineEphemeral<Reader>()({
  type: 'tavio_organization_token',
  example: {},
  schema: schema(granted, {
    description:
      'A new token for the organization, of the client or user that the provider signs in as. It is in neither plan nor state.',
  }),
  async open({ client }) {
    const { token, expiresIn } = await client.lendToken(undefined)
    return { result: { token, expires_in: expiresIn } }
  },
})

/** A token for one environment. */
export const environmentToken = defineEphemeral<Reader>()({
  type: 'tavio_environment_token',
  example: { environment: '${tavio_environment.acme.domain}' },
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
    const { token, expiresIn } = await client.lendToken(config.environment)
    return { result: { environment: config.environment, token, expires_in: expiresIn } }
  },
})
