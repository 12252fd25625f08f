import { randomUUID } from 'node:crypto'
import { defineResource } from '../../provider/resource.ts'
import { dynamic, schema, string } from '../../schema/attribute.ts'
import { typesAgree } from '../../schema/kind.ts'
import { typeOfValue } from '../../schema/type.ts'
import { equal, UNKNOWN, type Value } from '../../schema/value.ts'

/** Keeps a value, and replaces itself when another changes. */
export const data = defineResource<undefined>()({
  type: 'terraform_data',
  schema: schema(
    {
      input: dynamic.optional('Any value. It appears as output once applied.', { evidence: 'documented' }),
      output: dynamic.computed('The input, as it was when last applied.', {
        stable: true,
        evidence: 'documented',
      }),
      triggers_replace: dynamic.optional('Any value. A change of it replaces the object.', {
        replace: true,
        evidence: 'documented',
      }),
      id: string.computed('A random UUID.', { always: true, stable: true, evidence: 'documented' }),
    },
    { description: 'Keeps a value in state, and takes part in the life cycle like any other object.' },
  ),
  async plan({ prior, config }) {
    const input = config.input as Value
    const before = (prior?.input ?? null) as Value
    const same = equal(input, before) && typesAgree(typeOfValue(input), typeOfValue(before))
    if (prior !== undefined && same) return {}
    return { computed: { output: input === null ? null : UNKNOWN } }
  },
  read: async ({ prior }) => prior,
  create: async ({ planned }) => ({
    id: randomUUID(),
    input: planned.input,
    output: planned.input,
    triggers_replace: planned.triggers_replace,
  }),
  update: async ({ prior, planned }) => ({
    id: prior.id,
    input: planned.input,
    output: planned.input,
    triggers_replace: planned.triggers_replace,
  }),
  async delete() {},
  // Terraform imports any text as the id of an empty object.
  import: async ({ id }) => ({ id, input: null, output: null, triggers_replace: null }),
  importId: '<any id>',
  example: { input: '${tavio_environment.acme.id}' },
})
