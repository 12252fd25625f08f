import { fail } from '../../diagnostics.ts'
import { defineDataSource } from '../../provider/resource.ts'
import { list, object, schema, string } from '../../schema/attribute.ts'
import type { Reader } from './client.ts'
import { adviseEnvironment } from './solution-lookup.ts'
import { textOf } from './text.ts'

/** Every solution template on offer. */
export const solutions = defineDataSource<Reader>()({
  type: 'tavio_solutions',
  example: {},
  schema: schema(
    {
      environment: string.optional(
        'Domain of an environment, where the service offers solutions only there.',
        {
          evidence: 'inferred',
        },
      ),
      solutions: list(
        object({
          id: string.computed('Id.', { evidence: 'inferred' }),
          name: string.computed('Name.', { evidence: 'inferred' }),
          description: string.computed('Words for people.', { evidence: 'inferred' }),
          version: string.computed('Version.', { evidence: 'inferred' }),
        }),
      ).computed('All of them, in the order of the service.', {
        always: true,
        evidence: 'documented',
      }),
    },
    { description: 'The predefined integration templates.' },
  ),
  notes: [
    { evidence: 'documented', text: 'The service lists solutions.' },
    {
      evidence: 'inferred',
      text: 'A list does not hold parameters. Look one solution up with tavio_solution to have them.',
    },
  ],

  async read({ client, config, signal }) {
    const environment = config.environment ?? undefined
    const listed = await client.solutions(environment, signal).catch(adviseEnvironment(environment))
    if (listed === undefined) fail('Solutions not listed', 'The service does not offer listing solutions.')
    return {
      environment: config.environment,
      solutions: listed.map((served) => ({
        id: textOf(served.id),
        name: textOf(served.name),
        description: textOf(served.description),
        version: textOf(served.version),
      })),
    }
  },
})
