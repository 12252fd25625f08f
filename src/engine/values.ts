// The objects that expressions refer to, while planning and while applying.
import { type Address, formatBlock, type InstanceKey } from '../address.ts'
import { type ObjectValue, objectOf, UNKNOWN, type Value } from '../schema/value.ts'

export type BlockKind = 'single' | 'count' | 'each'

/** What is known of each instance so far, by block. */
export interface Values {
  /** Says that a block exists and how its instances are keyed. Must come before its instances are set. */
  declare(block: string, kind: BlockKind): void
  set(address: Address, value: Value): void
  /** The whole block as expressions see it; undefined if it was never declared. */
  block(block: string): Value | undefined
}

/** Makes an empty store. Values are kept as given, marks included. */
export function makeValues(): Values {
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
      blocks.get(block)?.instances.set(address.key, value)
      composed.delete(block)
    },
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
