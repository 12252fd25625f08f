import { describe, expect, it } from 'vitest'
import type { Provider } from '../../src/provider/provider.ts'
import { nestingOf, providerSchemaJson } from '../../src/provider/schema-json.ts'
import {
  type Attribute,
  bool,
  dynamic,
  list,
  map,
  number,
  object,
  type Schema,
  schema,
  set,
  string,
} from '../../src/schema/attribute.ts'

const unused = () => {
  throw new Error('describing a provider must not use it')
}

function providerWith(
  resources: { readonly [type: string]: Schema },
  dataSources: { readonly [type: string]: Schema } = {},
  settings: Schema = schema({}),
): Provider {
  const entries = (of: { readonly [type: string]: Schema }) =>
    Object.fromEntries(
      Object.entries(of).map(([type, it]) => [
        type,
        { type, schema: it, read: unused, create: unused, delete: unused },
      ]),
    )
  return {
    name: 'hub',
    source: 'hubform/hub',
    version: '1.2.3',
    schema: settings,
    configure: unused,
    resources: entries(resources),
    dataSources: entries(dataSources),
  }
}

function attributeOf(attribute: Attribute): unknown {
  const json = providerSchemaJson([providerWith({ hub_thing: schema({ it: attribute }) })])
  return json.provider_schemas['registry.terraform.io/hubform/hub']?.resource_schemas?.['hub_thing']?.block
    .attributes?.['it']
}

describe('the schema of a provider', () => {
  it('has the outline that Terraform prints', () => {
    const provider = providerWith(
      { hub_thing: schema({ name: string.required('Its name.') }, { description: 'A thing.', version: 2 }) },
      { hub_thing: schema({ id: string.computed('Its id.') }) },
      schema({ token: string.optional('Signs in.', { sensitive: true, env: 'HUB_TOKEN' }) }),
    )
    expect(providerSchemaJson([provider])).toEqual({
      format_version: '1.0',
      provider_schemas: {
        'registry.terraform.io/hubform/hub': {
          provider: {
            version: 0,
            block: {
              attributes: {
                token: {
                  type: 'string',
                  description: 'Signs in.',
                  description_kind: 'plain',
                  optional: true,
                  sensitive: true,
                },
              },
              description_kind: 'plain',
            },
          },
          resource_schemas: {
            hub_thing: {
              version: 2,
              block: {
                attributes: {
                  name: {
                    type: 'string',
                    description: 'Its name.',
                    description_kind: 'plain',
                    required: true,
                  },
                },
                description: 'A thing.',
                description_kind: 'plain',
              },
            },
          },
          data_source_schemas: {
            hub_thing: {
              version: 0,
              block: {
                attributes: {
                  id: {
                    type: 'string',
                    description: 'Its id.',
                    description_kind: 'plain',
                    computed: true,
                  },
                },
                description_kind: 'plain',
              },
            },
          },
        },
      },
    })
  })

  it('leaves out what a provider does not have', () => {
    expect(providerSchemaJson([providerWith({})])).toEqual({
      format_version: '1.0',
      provider_schemas: {
        'registry.terraform.io/hubform/hub': {
          provider: { version: 0, block: { description_kind: 'plain' } },
        },
      },
    })
  })

  it('keeps a source that names its host', () => {
    const provider = { ...providerWith({}), source: 'example.com/hubform/hub' }
    expect(Object.keys(providerSchemaJson([provider]).provider_schemas)).toEqual(['example.com/hubform/hub'])
  })

  it('is the same text whatever the order of definition', () => {
    const a = schema({ a: string.required('A.'), b: string.required('B.') })
    const b = schema({ b: string.required('B.'), a: string.required('A.') })
    const text = (provider: Provider) => JSON.stringify(providerSchemaJson([provider]))
    expect(text(providerWith({ hub_y: a, hub_x: b }))).toBe(text(providerWith({ hub_x: a, hub_y: b })))
  })
})

describe('an attribute', () => {
  const nested = object({
    size: number.optional('Size.', { default: 1 }),
    key: string.optional('Key.', { sensitive: true, writeOnly: true }),
  })
  const nestedJson = {
    key: {
      type: 'string',
      description: 'Key.',
      description_kind: 'plain',
      optional: true,
      sensitive: true,
      write_only: true,
    },
    size: {
      type: 'number',
      description: 'Size.',
      description_kind: 'plain',
      optional: true,
      computed: true,
    },
  }
  const cases: readonly {
    readonly name: string
    readonly attribute: Attribute
    readonly expected: object
    readonly because: string
  }[] = [
    {
      name: 'optional with a default',
      attribute: bool.optional('It.', { default: true }),
      expected: { type: 'bool', optional: true, computed: true },
      because: 'Terraform refuses a planned value that is not in the configuration unless it is computed',
    },
    {
      name: 'optional, else given by the service',
      attribute: string.optionalComputed('It.'),
      expected: { type: 'string', optional: true, computed: true },
      because: 'the user may set it and the service does otherwise',
    },
    {
      name: 'deprecated',
      attribute: string.optional('It.', { deprecated: 'Use that.' }),
      expected: { type: 'string', optional: true, deprecated: true },
      because: 'the format has a mark, no text',
    },
    {
      name: 'a sensitive map',
      attribute: map(string).optional('It.', { sensitive: true }),
      expected: { type: ['map', 'string'], optional: true, sensitive: true },
      because: 'collections are types',
    },
    {
      name: 'dynamic',
      attribute: dynamic.optional('It.'),
      expected: { type: 'dynamic', optional: true },
      because: 'dynamic is a type by itself',
    },
    {
      name: 'a nested object',
      attribute: nested.optional('It.'),
      expected: { nested_type: { attributes: nestedJson, nesting_mode: 'single' }, optional: true },
      because: 'its attributes have modes of their own',
    },
    {
      name: 'a list of nested objects',
      attribute: list(nested).required('It.'),
      expected: { nested_type: { attributes: nestedJson, nesting_mode: 'list' }, required: true },
      because: 'one collection around nested attributes is a nesting mode',
    },
    {
      name: 'a set of objects',
      attribute: set(object({ a: string.computed('A.') })).computed('It.'),
      expected: {
        nested_type: {
          attributes: {
            a: { type: 'string', description: 'A.', description_kind: 'plain', computed: true },
          },
          nesting_mode: 'set',
        },
        computed: true,
      },
      because: 'one collection around nested attributes is a nesting mode',
    },
    {
      name: 'a map of lists of objects',
      attribute: map(list(object({ a: string.required('A.') }))).optional('It.'),
      expected: { type: ['map', ['list', ['object', { a: 'string' }]]], optional: true },
      because: 'there is no nesting mode for two collections',
    },
  ]
  it.each(cases)('that is $name is described: $because', ({ attribute, expected, because }) => {
    expect(attributeOf(attribute), because).toEqual({
      description: 'It.',
      description_kind: 'plain',
      ...expected,
    })
  })

  it('has its fields in the order in which Terraform prints them', () => {
    const json = attributeOf(string.optional('It.', { sensitive: true, writeOnly: true }))
    expect(Object.keys(json as object)).toEqual([
      'type',
      'description',
      'description_kind',
      'optional',
      'sensitive',
      'write_only',
    ])
  })
})

describe('nesting', () => {
  it('is undefined for a type without objects', () => {
    expect(nestingOf(list(string).type)).toBeUndefined()
  })
})
