import { fail } from '../../diagnostics.ts'
import { defineDataSource } from '../../provider/resource.ts'
import { list, object, schema, string } from '../../schema/attribute.ts'
import type { Reader } from './client.ts'
import { fromWire } from './environment.ts'

const told = {
  id: string.computed('Assigned by the service.', { evidence: 'inferred' }),
  name: string.computed('Display name.', { evidence: 'inferred' }),
  description: string.computed('Words for people.', { evidence: 'inferred' }),
  status: string.computed('Status word of the service.', { evidence: 'inferred' }),
  created_at: string.computed('Time of creation.', { evidence: 'inferred' }),
  updated_at: string.computed('Time of the last change.', { evidence: 'inferred' }),
}

/** One customer environment. */
export const environmentData = defineDataSource<Reader>()({
  type: 'tavio_environment',
  example: { domain: 'acme' },
  schema: schema(
    { domain: string.required('Short identifier of the environment.', { evidence: 'documented' }), ...told },
    { description: 'A customer environment that is managed elsewhere.' },
  ),
  notes: [
    {
      evidence: 'inferred',
      text: 'Fails if there is no such environment, or if whoever is signed in must not see it.',
    },
  ],
  async read({ client, config, signal }) {
    const served = await client.environment(config.domain, signal)
    if (served === undefined)
      fail('Environment not found', `There is no environment "${config.domain}" in the organization.`, {
        path: ['domain'],
      })
    return { ...fromWire(served), domain: config.domain }
  },
})

/** All customer environments. */
export const environmentsData = defineDataSource<Reader>()({
  type: 'tavio_environments',
  example: {},
  schema: schema(
    {
      environments: list(
        object({ domain: string.computed('Short identifier.', { evidence: 'documented' }), ...told }),
      ).computed('All of them, in the order of the service.', {
        always: true,
        evidence: 'documented',
      }),
    },
    { description: 'The customer environments of the organization.' },
  ),
  notes: [
    { evidence: 'documented', text: 'The service lists environments.' },
    {
      evidence: 'inferred',
      text: 'The list of the service may leave descriptions out; they are then null. Read one environment to have its description.',
    },
  ],
  async read({ client, signal }) {
    const listed = await client.environments(signal)
    if (listed === undefined)
      fail('Environments not listed', 'The service does not offer listing environments.')
    return {
      environments: listed.map((served) => fromWire(served)),
    }
  },
})
