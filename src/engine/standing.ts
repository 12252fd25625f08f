// Which objects stand on which, as recorded: what has to be gone before something can be destroyed.
import { formatBlock } from '../address.ts'
import type { PlannedInstance } from './instance.ts'

/**
 * Blocks whose recorded objects stand on a block's, by that block.
 *
 * Records are as old as their objects, so that together they may say that two blocks stand on each other; such a circle
 * is cut somewhere. A record that says nothing is taken to follow the configuration.
 */
export function findDependents(
  instances: readonly PlannedInstance[],
  dependencies: (block: string) => ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const standsOn = new Map<string, Set<string>>()
  for (const { address, record } of instances) {
    if (record === undefined) continue
    const block = formatBlock(address)
    const known = standsOn.get(block) ?? new Set<string>()
    const recorded = record.dependencies.length > 0 ? record.dependencies : dependencies(block)
    for (const on of recorded) known.add(on)
    standsOn.set(block, known)
  }
  const position = foundationsFirst(standsOn)
  const dependents = new Map<string, string[]>()
  for (const [block, foundations] of standsOn) {
    for (const on of foundations) {
      if ((position.get(on) ?? 0) >= (position.get(block) ?? 0)) continue
      const list = dependents.get(on)
      if (list) list.push(block)
      else dependents.set(on, [block])
    }
  }
  return dependents
}

/** Everything that stands on something, and what stands on that. */
export function allAbove(
  blocks: Iterable<string>,
  dependents: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const above = new Set<string>()
  const pending = [...blocks].flatMap((block) => dependents.get(block) ?? [])
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    if (above.has(block)) continue
    above.add(block)
    pending.push(...(dependents.get(block) ?? []))
  }
  return above
}

/** Positions at which every block comes after all it stands on, as far as that is possible. */
function foundationsFirst(standsOn: ReadonlyMap<string, ReadonlySet<string>>): ReadonlyMap<string, number> {
  const position = new Map<string, number>()
  const entered = new Set<string>()
  for (const root of standsOn.keys()) {
    // A stack of our own: chains may be longer than the machine's.
    const pending = [root]
    while (pending.length > 0) {
      const block = pending[pending.length - 1] as string
      const open = entered.has(block)
        ? []
        : [...(standsOn.get(block) ?? [])].filter((on) => !entered.has(on) && on !== block)
      entered.add(block)
      if (open.length > 0) {
        pending.push(...open)
        continue
      }
      pending.pop()
      if (!position.has(block)) position.set(block, position.size)
    }
  }
  return position
}
