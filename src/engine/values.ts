// The objects that expressions refer to, while planning and while applying.
import { type Address, formatBlock, type InstanceKey } from '../address.ts'
import type { Provider } from '../provider/provider.ts'
import type { Attributes } from '../schema/attribute.ts'
import { typedCopy } from '../schema/type.ts'
import { type ObjectValue, objectOf, UNKNOWN, type Value } from '../schema/value.ts'

export type BlockKind = 'single' | 'count' | 'each'

/** What is known of each instance so far, by block. */
export interface Values {
  /** Says that a block exists and how its instances are keyed. Must come before its instances are set. */
  declare(block: string, kind: BlockKind): void
  set(address: Address, value: Value): void
  /** One instance as expressions see it, UNKNOWN if it was never set. */
  instance(address: Address): Value
  /** The whole block as expressions see it; undefined if it was never declared. */
  block(block: string): Value | undefined
}

/** Makes an empty store. Values are kept as given, marks included; expressions see them with the types of their schema. */
export function makeValues(providers: { readonly [source: string]: Provider }): Values {
  const attributesOf = memberAttributes(providers)
  const blocks = new Map<string, { kind: BlockKind; instances: Map<InstanceKey, Value> }>()
  // Composed again only after a change: a list of a thousand instances is looked at by a thousand others.
  const composed = new Map<string, Value>()
  return {
    declare(block, kind) {
      blocks.set(block, { kind, instances: new Map() })
      composed.delete(block)
    },
    set(address, value) {
      const block = formatBlock(address)
      const attributes = attributesOf(address)
      const typed = attributes === undefined ? value : typedCopy(value, { kind: 'object', attributes })
      blocks.get(block)?.instances.set(address.key, typed)
      composed.delete(block)
    },
    instance: (address) => blocks.get(formatBlock(address))?.instances.get(address.key) ?? UNKNOWN,
    block(block) {
      const entry = blocks.get(block)
      if (entry === undefined) return undefined
      const known = composed.get(block)
      if (known !== undefined) return known
      const value = compose(entry.kind, entry.instances)
      composed.set(block, value)
      return value
    },
  }
}

/** Attributes by type; no two providers have a type in common. */
function memberAttributes(providers: { readonly [source: string]: Provider }) {
  const all = Object.values(providers)
  return ({ mode, type }: Address): Attributes | undefined => {
    for (const { resources, dataSources } of all) {
      const found = (mode === 'data' ? dataSources : resources)[type]
      if (found !== undefined) return found.schema.attributes
    }
    return undefined
  }
}

function compose(kind: BlockKind, instances: ReadonlyMap<InstanceKey, Value>): Value {
  switch (kind) {
    case 'single':
      return instances.get(undefined) ?? UNKNOWN
    case 'count':
      return Array.from({ length: instances.size }, (_, i) => instances.get(i) ?? UNKNOWN)
    case 'each':
      return objectOf([...instances].map(([key, value]) => [String(key), value])) as ObjectValue
  }
}
