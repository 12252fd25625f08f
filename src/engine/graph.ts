// What depends on what, between the blocks of a configuration.
import { formatBlock } from '../address.ts'
import type { Body, Config, Local, ProviderBlock, ResourceBlock } from '../config/config.ts'
import type { Expression } from '../expression/expression.ts'
import { type Reference, references } from '../expression/references.ts'
import type { WalkNode } from './walk.ts'

export type GraphNode = WalkNode &
  (
    | { readonly kind: 'resource'; readonly block: ResourceBlock }
    | { readonly kind: 'local'; readonly local: Local }
    | { readonly kind: 'provider'; readonly block: ProviderBlock }
  )

export interface BlockGraph {
  /** Resources, locals and provider configurations. */
  readonly nodes: readonly GraphNode[]
  /** Resource and data blocks that a block refers to, directly or through locals and its provider's settings. */
  dependencies(block: string): ReadonlySet<string>
  /** The same for any expression. */
  dependenciesOf(expressions: readonly Expression[]): ReadonlySet<string>
}

/** `tavio`, `tavio.other`: names a provider configuration in a plan. */
export function providerKey(provider: {
  readonly name: string
  readonly alias?: string | undefined
}): string {
  return provider.alias === undefined ? provider.name : `${provider.name}.${provider.alias}`
}

/** Builds the graph. References to things that do not exist are left out: checking them is config's. */
export function buildGraph(config: Config): BlockGraph {
  const nodes = new Map<string, GraphNode>()
  for (const local of config.locals.values()) {
    const id = `local.${local.name}`
    nodes.set(id, { kind: 'local', id, local, needs: needsOf(references(local.body.expression)) })
  }
  for (const block of config.providers) {
    const id = `provider.${providerKey(block)}`
    nodes.set(id, { kind: 'provider', id, block, needs: needsOf(references(block.body.expression)) })
  }
  for (const [id, block] of config.resources) {
    const needs = [
      ...needsOf([...blockReferences(block), ...importReferences(config, id)]),
      `provider.${providerKey(block.provider)}`,
    ]
    nodes.set(id, { kind: 'resource', id, block, needs })
  }

  const memo = new Map<string, ReadonlySet<string>>()
  const resourcesBehind = (ids: readonly string[]): ReadonlySet<string> => {
    const found = new Set<string>()
    const seen = new Set<string>()
    const pending = [...ids]
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      if (seen.has(id)) continue
      seen.add(id)
      const node = nodes.get(id)
      if (node === undefined) continue
      if (node.kind === 'resource') found.add(id)
      else pending.push(...node.needs)
    }
    return found
  }

  return {
    nodes: [...nodes.values()],
    dependencies: (block) => {
      const known = memo.get(block)
      if (known) return known
      const found = resourcesBehind(nodes.get(block)?.needs ?? [])
      memo.set(block, found)
      return found
    },
    dependenciesOf: (expressions) => resourcesBehind(expressions.flatMap((e) => needsOf(references(e)))),
  }
}

function blockReferences(block: ResourceBlock): Reference[] {
  const bodies: (Body['expression'] | undefined)[] = [block.body.expression, block.count, block.forEach]
  const { preconditions = [], postconditions = [] } = block.lifecycle
  const conditions = [...preconditions, ...postconditions]
  bodies.push(...conditions.flatMap((one) => [one.condition.expression, one.errorMessage.expression]))
  return [
    ...bodies.flatMap((expression) => (expression === undefined ? [] : references(expression))),
    ...block.dependsOn,
    ...block.lifecycle.replaceTriggeredBy,
  ]
}

/** What says which object a block takes in has to be known before the block is planned. */
function importReferences({ imports = [] }: Config, block: string): Reference[] {
  return imports
    .filter((one) => formatBlock(one.block) === block)
    .flatMap(({ id, key, forEach }) => [id, key, forEach].flatMap((one) => (one ? references(one) : [])))
}

function needsOf(found: readonly Reference[]): string[] {
  const ids = found.flatMap((reference) => {
    if (reference.root === 'resource') return [formatBlock(reference.block)]
    return reference.root === 'local' ? [`local.${reference.name}`] : []
  })
  return [...new Set(ids)]
}
