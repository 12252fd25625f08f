// Examples for docs: as Terraform JSON, and as the construct that the generated bindings have for it.
import type { Attributes, Type } from '../schema/attribute.ts'
import type { Provider } from './provider.ts'
import { nestingOf } from './schema-json.ts'

export type BlockKind = 'resource' | 'data source' | 'ephemeral resource'

const keywords: Record<BlockKind, string> = {
  resource: 'resource',
  'data source': 'data',
  'ephemeral resource': 'ephemeral',
}

export interface Place {
  readonly type: string
  readonly kind: BlockKind
  /** Of the block. */
  readonly name: string
  readonly example: { readonly [attribute: string]: unknown }
  readonly attributes: Attributes
  readonly provider: Provider
}

export function terraformExample({ type, kind, name, example }: Place): string {
  const body = { [keywords[kind]]: { [type]: { [name]: example } } }
  return fence('json', JSON.stringify(body, undefined, 2))
}

/** The code, and a sentence on what it refers to, if anything. */
export function constructExample({ type, kind, name, example, attributes, provider }: Place): string[] {
  const known = new Set<string>()
  const lines = Object.entries(example).map(
    ([attribute, value]) =>
      `  ${camel(attribute)}: ${write(value, attributes[attribute]?.type ?? { kind: 'dynamic' }, known)},\n`,
  )
  const config = lines.length === 0 ? '' : `, {\n${lines.join('')}}`
  const construct = constructName(type, kind, provider)
  const text = `import { ${construct} } from '${provider.source}'\n\nnew ${construct}(this, '${name}'${config})`
  return [fence('ts', text), ...explain([...known].sort())]
}

/** How the provider is declared, both ways. */
export function providerExample({ name, source }: Provider): string[] {
  const json = { terraform: { required_providers: { [name]: { source } } }, provider: { [name]: {} } }
  const construct = `${pascal(name)}Provider`
  return [
    fence('json', JSON.stringify(json, undefined, 2)),
    fence('ts', `import { ${construct} } from '${source}'\n\nnew ${construct}(this, '${name}')`),
  ]
}

/** The name of the class: `OrganizationAccess`, `DataTavioUser`. */
export function constructName(type: string, kind: Place['kind'], provider: Provider): string {
  return kind === 'data source' ? `Data${pascal(type)}` : pascal(type.slice(provider.name.length + 1))
}

function explain(known: readonly string[]): string[] {
  if (known.length === 0) return []
  const names = known.map((name) => `\`${name}\``)
  const last = names.at(-1)
  return names.length === 1
    ? [`Here ${last} is made elsewhere in the stack.`]
    : [`Here ${names.slice(0, -1).join(', ')} and ${last} are made elsewhere in the stack.`]
}

/** Attributes have other names in constructs, and keys of maps have not, so the type is needed. */
function write(value: unknown, type: Type, known: Set<string>): string {
  if (typeof value === 'string') return writeText(value, known)
  if (Array.isArray(value)) {
    const element = 'element' in type ? type.element : ({ kind: 'dynamic' } as const)
    return `[${value.map((one) => write(one, element, known)).join(', ')}]`
  }
  if (typeof value === 'object' && value !== null) {
    const nested = nestingOf(type)
    const entries = Object.entries(value).map(([key, inner]) => {
      const innerType = nested?.attributes[key]?.type ?? ('element' in type ? type.element : undefined)
      return `${nested ? camel(key) : property(key)}: ${write(inner, innerType ?? { kind: 'dynamic' }, known)}`
    })
    return `{ ${entries.join(', ')} }`
  }
  return JSON.stringify(value)
}

/** Throws TypeError on a template that is more than one reference: examples are to be plain. */
function writeText(text: string, known: Set<string>): string {
  if (!text.includes('${')) return `'${text.replaceAll(/['\\]/g, '\\$&')}'`
  const [, variable] = /^\$\{var\.(\w+)\}$/.exec(text) ?? []
  if (variable !== undefined) {
    known.add(camel(variable))
    return `${camel(variable)}.stringValue`
  }
  const [, type, attribute] = /^\$\{(?:data\.)?[a-z]+_(\w+)\.\w+\.(\w+)\}$/.exec(text) ?? []
  if (type === undefined || attribute === undefined) throw new TypeError(`example too hard to write: ${text}`)
  known.add(camel(type))
  return `${camel(type)}.${camel(attribute)}`
}

function property(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : `'${key}'`
}

function camel(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

function pascal(name: string): string {
  return camel(`_${name}`)
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``
}
