// What a provider offers, in the format of `terraform providers schema -json`, version 1.0.
import type { Attribute, Attributes, Schema, Type } from '../schema/attribute.ts'
import type { TypeJson } from '../schema/kind.ts'
import { typeToJson } from '../schema/type.ts'
import { compareText } from '../schema/value.ts'
import type { Provider } from './provider.ts'

/** How the objects of a nested attribute are held. */
export type Nesting = 'single' | 'list' | 'set' | 'map'

/** Marks that are false, texts that are empty, and maps without entries are left out, as Terraform does. */
export interface AttributeJson {
  /** Either this or `nested_type`, never both. */
  readonly type?: TypeJson
  readonly nested_type?: NestedTypeJson
  readonly description?: string
  readonly description_kind: 'plain'
  readonly deprecated?: true
  readonly required?: true
  readonly optional?: true
  readonly computed?: true
  readonly sensitive?: true
  readonly write_only?: true
}

export interface NestedTypeJson {
  readonly attributes?: { readonly [name: string]: AttributeJson }
  readonly nesting_mode: Nesting
}

export interface BlockJson {
  readonly attributes?: { readonly [name: string]: AttributeJson }
  readonly description?: string
  readonly description_kind: 'plain'
}

export interface SchemaJson {
  readonly version: number
  readonly block: BlockJson
}

export interface ProviderJson {
  readonly provider: SchemaJson
  readonly resource_schemas?: { readonly [type: string]: SchemaJson }
  readonly data_source_schemas?: { readonly [type: string]: SchemaJson }
  readonly ephemeral_resource_schemas?: { readonly [type: string]: SchemaJson }
}

export interface ProviderSchemaJson {
  readonly format_version: '1.0'
  readonly provider_schemas: { readonly [source: string]: ProviderJson }
}

/**
 * Describes providers as Terraform would print them, so that every tool that reads its schemas reads ours.
 *
 * The same providers always give the same text: names are sorted, fields stand in Terraform's order.
 */
export function providerSchemaJson(providers: readonly Provider[]): ProviderSchemaJson {
  const schemas = providers.map((provider) => [fullSource(provider.source), describe(provider)] as const)
  return { format_version: '1.0', provider_schemas: sorted(schemas) ?? {} }
}

/**
 * The nested attributes of a type and how they are held; undefined when the type says all there is to say.
 *
 * Terraform knows one level of list, set or map around nested attributes. Objects that are deeper are plain object
 * types there, without modes of their own.
 */
export function nestingOf(
  type: Type,
): { readonly nesting: Nesting; readonly attributes: Attributes } | undefined {
  if (type.kind === 'object') return { nesting: 'single', attributes: type.attributes }
  if (type.kind === 'list' || type.kind === 'set' || type.kind === 'map') {
    if (type.element.kind === 'object') return { nesting: type.kind, attributes: type.element.attributes }
  }
  return undefined
}

/** Who may set an attribute, in Terraform's three marks. */
export function modeMarks(attribute: Attribute): {
  readonly required: boolean
  readonly optional: boolean
  readonly computed: boolean
} {
  // With a default the planned value differs from a null in the configuration, which Terraform allows a provider only
  // for computed attributes.
  const mode =
    attribute.mode === 'optional' && attribute.default !== undefined ? 'optionalComputed' : attribute.mode
  return {
    required: mode === 'required',
    optional: mode === 'optional' || mode === 'optionalComputed',
    computed: mode === 'computed' || mode === 'optionalComputed',
  }
}

function fullSource(source: string): string {
  return source.split('/').length === 3 ? source : `registry.terraform.io/${source}`
}

function describe(provider: Provider): ProviderJson {
  return compact({
    provider: schemaJson(provider.schema),
    resource_schemas: sorted(
      Object.values(provider.resources).map((it) => [it.type, schemaJson(it.schema)] as const),
    ),
    data_source_schemas: sorted(
      Object.values(provider.dataSources).map((it) => [it.type, schemaJson(it.schema)] as const),
    ),
    ephemeral_resource_schemas: sorted(
      Object.values(provider.ephemeralResources ?? {}).map((it) => [it.type, schemaJson(it.schema)] as const),
    ),
  })
}

function schemaJson(schema: Schema): SchemaJson {
  const block = compact({
    attributes: attributesJson(schema.attributes),
    description: schema.description || undefined,
    description_kind: 'plain',
  } as const)
  return { version: schema.version, block }
}

function attributesJson(attributes: Attributes): { readonly [name: string]: AttributeJson } | undefined {
  return sorted(Object.entries(attributes).map(([name, it]) => [name, attributeJson(it)] as const))
}

function attributeJson(attribute: Attribute): AttributeJson {
  const nested = nestingOf(attribute.type)
  const { required, optional, computed } = modeMarks(attribute)
  return compact({
    type: nested ? undefined : typeToJson(attribute.type),
    nested_type:
      nested && compact({ attributes: attributesJson(nested.attributes), nesting_mode: nested.nesting }),
    description: attribute.description || undefined,
    description_kind: 'plain',
    deprecated: attribute.deprecated !== undefined || undefined,
    required: required || undefined,
    optional: optional || undefined,
    computed: computed || undefined,
    sensitive: attribute.sensitive || undefined,
    write_only: attribute.writeOnly || undefined,
  } as const)
}

function sorted<T>(entries: readonly (readonly [string, T])[]): { readonly [name: string]: T } | undefined {
  if (entries.length === 0) return undefined
  return Object.fromEntries(entries.toSorted(([a], [b]) => compareText(a, b)))
}

type Compact<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** Leaves out what is undefined. */
function compact<T extends object>(fields: T): Compact<T> {
  // Filtering by value is beyond what the compiler can follow.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Compact<T>
}
