// From a configuration to what a plan keeps of it as it was written.
import { formatBlock, formatKey } from '../address.ts'
import type { Config, ResourceBlock } from '../config/config.ts'
import type { Reference } from '../expression/references.ts'
import type { Provider } from '../provider/provider.ts'
import { type Attribute, type Attributes, namesOf, type Type } from '../schema/attribute.ts'
import type { RunOptions } from './api.ts'
import { fullSource, sameSource, sourceOf } from './connect.ts'
import { providerKey } from './graph.ts'
import type { Written, WrittenBlock, WrittenProvider } from './written.ts'

/** Takes from a configuration what a plan keeps of it. Nothing is copied. */
export function planWritten(config: Config, { providers }: Pick<RunOptions, 'providers'>): Written {
  const byName = memoize((name: string) => findProvider(providers, sourceOf(config, providers, name)))
  const resources = [...config.resources.values()].map((block): WrittenBlock => {
    const provider = byName(block.provider.name)
    const { mode, type } = block.address
    const schema = (mode === 'data' ? provider?.dataSources : provider?.resources)?.[type]?.schema
    return {
      address: block.address,
      provider: providerKey(block.provider),
      schemaVersion: schema?.version ?? 0,
      body: block.body.source,
      secret: schema === undefined ? [] : secretNames(schema.attributes),
      count: block.countSource,
      forEach: block.forEachSource,
      dependsOn: block.dependsOn.map(formatReference),
    }
  })
  const named = [
    ...config.providers,
    ...[...config.requiredProviders.keys()].map((name) => ({ name })),
    ...new Set([...config.resources.values()].map((block) => block.provider)),
  ]
  return {
    resources,
    outputs: Object.fromEntries(
      [...config.outputs.values()].map(({ name, description, dependsOn }) => [
        name,
        { description, dependsOn: dependsOn.map(formatReference) },
      ]),
    ),
    variables: Object.fromEntries(
      [...config.variables.values()].map(({ name, default: usual, description, sensitive }) => [
        name,
        { default: usual, description, sensitive },
      ]),
    ),
    providers: Object.fromEntries(
      // Those with a block come first, and are not taken for those without.
      named.reverse().map((one) => [providerKey(one), writtenProvider(one, config, providers)]),
    ),
  }
}

function writtenProvider(
  one: ResourceBlock['provider'] | Config['providers'][number],
  config: Config,
  providers: RunOptions['providers'],
): WrittenProvider {
  const source = sourceOf(config, providers, one.name)
  const provider = findProvider(providers, source)
  return {
    name: one.name,
    alias: one.alias,
    source: fullSource(source),
    version: config.versionConstraints?.get(one.name),
    body: 'body' in one ? one.body.source : {},
    secret: provider === undefined ? [] : secretNames(provider.schema.attributes),
  }
}

/** Blocks that are not looked at may be of providers that are not there. */
function findProvider(providers: RunOptions['providers'], source: string): Provider | undefined {
  return Object.values(providers).find((known) => sameSource(known.source, source))
}

function formatReference(reference: Reference): string {
  switch (reference.root) {
    case 'resource': {
      const [key] = reference.path
      return formatBlock(reference.block) + formatKey(key)
    }
    case 'local':
      return `local.${reference.name}`
    case 'variable':
      return `var.${reference.name}`
    default:
      return reference.root
  }
}

const known = new WeakMap<Attributes, readonly string[]>()

function secretNames(attributes: Attributes): readonly string[] {
  const remembered = known.get(attributes)
  if (remembered !== undefined) return remembered
  const names = namesOf(attributes).filter((name) => holdsSecret(attributes[name] as Attribute))
  known.set(attributes, names)
  return names
}

function holdsSecret({ sensitive, writeOnly, type }: Attribute): boolean {
  return sensitive === true || writeOnly === true || hasSecret(type)
}

function hasSecret(type: Type): boolean {
  if (type.kind === 'object') return Object.values(type.attributes).some(holdsSecret)
  if (type.kind === 'tuple') return type.elements.some(hasSecret)
  return 'element' in type && hasSecret(type.element)
}

function memoize<T>(find: (name: string) => T): (name: string) => T {
  const found = new Map<string, T>()
  return (name) => {
    if (!found.has(name)) found.set(name, find(name))
    return found.get(name) as T
  }
}
