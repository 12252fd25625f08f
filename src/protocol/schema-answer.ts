// What a provider offers, as the host wants to hear it. The answer never changes, so it can be made when building.
import type { Provider } from '../provider/provider.ts'
import { IDENTITY_VERSION, identityAttributes, listAttributes } from '../provider/resource-identity.ts'
import { modeMarks, type Nesting, nestingOf } from '../provider/schema-json.ts'
import { type Attribute, type Attributes, type Schema, schema } from '../schema/attribute.ts'
import { typeToJson } from '../schema/type.ts'
import { compareText } from '../schema/value.ts'
import {
  type AttributeShape,
  getProviderSchema,
  type getResourceIdentitySchemas,
  type schemaMessage,
} from './messages.ts'
import type { Encodable } from './wire.ts'
import { encodeMessage } from './wire-encode.ts'

/** We plan destroys, the schema may be kept between processes, and nothing moves between types. */
export const capabilities = { planDestroy: true, schemaOptional: true }

const nestings: Record<Nesting, number> = { single: 1, list: 2, set: 3, map: 4 }

/** The whole answer to GetProviderSchema, encoded. The same provider always gives the same bytes. */
export function encodeProviderSchema(provider: Provider): Uint8Array {
  return encodeMessage(getProviderSchema.response, describeProvider(provider))
}

/** The whole answer to GetProviderSchema. */
export function describeProvider(provider: Provider): Encodable<typeof getProviderSchema.response> {
  return {
    provider: describeSchema(provider.schema),
    resources: describeKinds(provider.resources),
    dataSources: describeKinds(provider.dataSources),
    ephemeralResources: describeKinds(provider.ephemeralResources ?? {}),
    listResources: describeKinds(listKinds(provider)),
    capabilities,
  }
}

/** What has to be said to list the objects of each resource that has a collection. */
export function listKinds(provider: Provider): { readonly [type: string]: { readonly schema: Schema } } {
  return Object.fromEntries(
    Object.values(provider.resources).flatMap((resource) => {
      const attributes = listAttributes(resource)
      if (attributes === undefined) return []
      return [[resource.type, { schema: schema(attributes, { description: `Lists ${resource.type}.` }) }]]
    }),
  )
}

/** What identities are made of. */
export function describeIdentities(
  provider: Provider,
): Encodable<typeof getResourceIdentitySchemas.response> {
  const schemas = Object.values(provider.resources).flatMap((resource) => {
    const attributes = identityAttributes(resource)
    return attributes === undefined ? [] : [[resource.type, describeIdentity(attributes)] as const]
  })
  return { schemas: Object.fromEntries(schemas) }
}

function describeIdentity(attributes: Attributes) {
  return {
    version: IDENTITY_VERSION,
    attributes: Object.entries(attributes).map(([name, { type, description }]) => ({
      name,
      type: Buffer.from(JSON.stringify(typeToJson(type))),
      requiredForImport: true,
      description,
    })),
  }
}

function describeKinds(kinds: { readonly [type: string]: { readonly schema: Schema } }) {
  return Object.fromEntries(
    Object.keys(kinds)
      .sort(compareText)
      .map((type) => [type, describeSchema((kinds[type] as { schema: Schema }).schema)]),
  )
}

function describeSchema(schema: Schema): Encodable<typeof schemaMessage> {
  const { version, description, attributes } = schema
  return { version, block: { version, attributes: describeAttributes(attributes), description } }
}

function describeAttributes(attributes: Attributes): Partial<AttributeShape>[] {
  return Object.keys(attributes)
    .sort(compareText)
    .map((name) => describeAttribute(name, attributes[name] as Attribute))
}

function describeAttribute(name: string, attribute: Attribute): Partial<AttributeShape> {
  const nested = nestingOf(attribute.type)
  return {
    name,
    ...(nested === undefined
      ? { type: Buffer.from(JSON.stringify(typeToJson(attribute.type))) }
      : {
          nestedType: {
            // Left out fields are defaults on the wire.
            attributes: describeAttributes(nested.attributes) as AttributeShape[],
            nesting: nestings[nested.nesting],
          },
        }),
    description: attribute.description,
    ...modeMarks(attribute),
    sensitive: attribute.sensitive === true,
    deprecated: attribute.deprecated !== undefined,
    writeOnly: attribute.writeOnly === true,
  }
}
