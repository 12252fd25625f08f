import { describe, expect, it } from 'vitest'
import { getProviderSchema } from '../../src/protocol/messages.ts'
import { encodeProviderSchema } from '../../src/protocol/schema-answer.ts'
import { decodeMessage } from '../../src/protocol/wire-decode.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { defineResource } from '../../src/provider/resource.ts'
import { dynamic, list, object, schema, string } from '../../src/schema/attribute.ts'
import { tavio } from '../../src/systems/tavio/provider.ts'
import { fakeService } from '../support/fake-service.ts'

const read = (provider: Provider) => decodeMessage(getProviderSchema.response, encodeProviderSchema(provider))

describe('encodeProviderSchema', () => {
  it('tells everything a host asks about attributes', () => {
    const { provider } = fakeService()
    const { resources, dataSources, capabilities } = read(provider)
    const attributes = resources['fake_thing']?.block?.attributes ?? []
    const named = Object.fromEntries(attributes.map((it) => [it.name, it]))
    expect(attributes.map((it) => it.name)).toEqual(Object.keys(named).sort())
    expect(named['name']).toMatchObject({ required: true, optional: false, computed: false })
    // A default makes the plan differ from the configuration, which is for computed attributes only.
    expect(named['size']).toMatchObject({ optional: true, computed: true })
    expect(named['secret']).toMatchObject({ optional: true, writeOnly: true })
    expect(named['labels']).toMatchObject({ sensitive: true })
    expect(Buffer.from(named['tags']?.type ?? '').toString()).toBe('["set","string"]')
    expect(Object.keys(dataSources)).toEqual(['fake_lookup'])
    expect(capabilities).toEqual({ planDestroy: true, schemaOptional: true, moveState: false })
  })

  it('tells of nested attributes at every depth', () => {
    const rows = list(object({ cell: object({ x: string.required('') }).optional('') }))
    const resource = defineResource<unknown>()({
      type: 'fake_nested',
      schema: schema(
        { rows: rows.optional('Rows.'), any: dynamic.optional('', { deprecated: 'Use rows.' }) },
        { version: 3 },
      ),
      read: async () => undefined,
      create: async ({ planned }) => planned,
      delete: async () => {},
    })
    const { resources } = read({ ...fakeService().provider, resources: { fake_nested: resource } })
    const { version, block } = resources['fake_nested'] ?? {}
    expect(version).toBe(3)
    expect(block?.attributes).toMatchObject([
      { name: 'any', deprecated: true },
      {
        name: 'rows',
        description: 'Rows.',
        nestedType: {
          nesting: 2,
          attributes: [
            { name: 'cell', nestedType: { nesting: 1, attributes: [{ name: 'x', required: true }] } },
          ],
        },
      },
    ])
  })

  it('is always there for the provider itself, settings or none', () => {
    expect(read({ ...fakeService().provider, schema: schema({}) }).provider).toBeDefined()
  })

  it('is the same each time, so that it can be made when building', () => {
    expect(Buffer.compare(encodeProviderSchema(tavio), encodeProviderSchema(tavio))).toBe(0)
  })
})
