import { fail, problem } from '../../diagnostics.ts'
import { defineDataSource } from '../../provider/resource.ts'
import { bool, list, object, schema, string } from '../../schema/attribute.ts'
import { didYouMean } from '../../schema/suggest.ts'
import type { Reader } from './client.ts'
import { pick } from './import-id.ts'
import { adviseEnvironment } from './solution-lookup.ts'
import { textOf } from './text.ts'
import { textOfWire } from './values.ts'
import type { ServedParameter, ServedSolution } from './wire.ts'

/** A solution template by its id or its name. */
export const solution = defineDataSource<Reader>()({
  type: 'tavio_solution',
  example: { name: 'Candidate export' },
  schema: schema(
    {
      id: string.optionalComputed('Id. Set this or name.', { evidence: 'inferred' }),
      name: string.optionalComputed('Name. Set this or id.', { evidence: 'inferred' }),
      environment: string.optional(
        'Domain of an environment, where the service offers solutions only there.',
        {
          evidence: 'inferred',
        },
      ),
      description: string.computed('Words for people.', { evidence: 'inferred' }),
      version: string.computed('Version of the solution.', { evidence: 'inferred' }),
      parameters: list(
        object({
          key: string.computed('Key in values or secret_values.', { evidence: 'inferred' }),
          label: string.computed('Name for people.', { evidence: 'inferred' }),
          type: string.computed('Type word of the service.', { evidence: 'inferred' }),
          required: bool.computed('Whether a configuration must give it.', { evidence: 'inferred' }),
          secret: bool.computed('Whether it belongs into secret_values.', { evidence: 'inferred' }),
          default: string.computed('What it is otherwise, as text.', { evidence: 'inferred' }),
        }),
      ).computed('What a configuration of it can set.', { evidence: 'inferred' }),
    },
    { description: 'A predefined integration template.' },
  ),
  notes: [
    { evidence: 'documented', text: 'Solutions can be looked at and not be changed through the API.' },
    { evidence: 'inferred', text: 'Fails if no solution has this name, or if several have.' },
    { evidence: 'inferred', text: 'The default of a secret parameter is always null.' },
  ],

  validate({ config }) {
    const given = [config.id, config.name].filter((value) => value !== null)
    if (given.length === 1) return []
    return [problem('Solution not named', 'Set exactly one of "id" and "name".', { path: ['name'] })]
  },

  async read({ client, config, signal }) {
    const environment = config.environment ?? undefined
    const id = config.id ?? (await idByName(client, config.name ?? '', environment, signal))
    const served = await client.solution(id, environment, signal)
    if (served === undefined)
      fail('Solution not found', `There is no solution with the id "${id}".`, { path: ['id'] })
    return { ...fromWire(served), id, environment: config.environment }
  },
})

/** All but what only configuration knows. */
export function fromWire(served: ServedSolution) {
  return {
    id: served.id ?? null,
    name: textOf(served.name),
    description: textOf(served.description),
    version: textOf(served.version),
    parameters: served.parameters?.map(parameterFromWire) ?? null,
  }
}

function parameterFromWire(served: ServedParameter) {
  return {
    key: served.key ?? null,
    label: served.label ?? null,
    type: served.type ?? null,
    required: served.required ?? null,
    secret: served.secret ?? null,
    // A default of a secret would be one.
    default: served.secret === true ? null : textOfWire(served.default),
  }
}

async function idByName(
  client: Reader,
  name: string,
  environment: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const listed = (await client.solutions(environment, signal).catch(adviseEnvironment(environment))) ?? []
  const found = pick(listed, name, 'solutions')
  if (found?.id !== undefined && found.name === name) return found.id
  const names = listed.flatMap((one) => one.name ?? [])
  return fail('Solution not found', `There is no solution named "${name}".${didYouMean(name, names)}`, {
    path: ['name'],
  })
}
