// What cannot be done, as it waits for something that must not be: known when the plan is made, and said there.
import { formatAddress } from '../address.ts'
import { recordKey } from '../state/state.ts'
import type { Change } from './change.ts'
import type { Join, Step } from './plan.ts'

interface Ordered {
  readonly steps: readonly Step[]
  readonly joins: readonly Join[]
}

/** For each step that waits, directly or not, for one that must not be done: the address of that one. */
export function findHeldBack({ steps, joins }: Ordered): ReadonlyMap<string, string> {
  const held = new Map<string, string>()
  const blocked = steps.filter((step) => step.blocked !== undefined)
  if (blocked.length === 0) return held
  const waiting = waitingFor([...steps, ...joins])
  for (const { id, address } of blocked) {
    for (const one of reached(id, waiting)) if (!held.has(one)) held.set(one, formatAddress(address))
  }
  return held
}

/**
 * Lets nothing be destroyed whose replacement cannot be made: its removal then waits for what holds that back, unless that
 * in turn waits for the removal.
 */
export function spareReplaced({ steps, joins }: Ordered): readonly Step[] {
  const held = findHeldBack({ steps, joins })
  if (held.size === 0) return steps
  const blocked = new Map(
    steps.flatMap((step) => (step.blocked === undefined ? [] : [[formatAddress(step.address), step.id]])),
  )
  const creates = new Map(
    steps.flatMap((step) => (step.action === 'create' ? [[formatAddress(step.address), step.id]] : [])),
  )
  let spared = steps
  for (const step of steps) {
    if (step.action !== 'delete' || step.deposed !== undefined || held.has(step.id)) continue
    const replacement = creates.get(formatAddress(step.address))
    const holder = blocked.get(held.get(replacement ?? '') ?? '')
    if (holder === undefined || reached(step.id, waitingFor([...spared, ...joins])).has(holder)) continue
    spared = spared.map((one) => (one === step ? { ...one, needs: [...one.needs, holder] } : one))
  }
  return spared
}

/** Marks the changes of such steps; data that is only read is not worth a mark. */
export function markHeldBack(changes: readonly Change[], ordered: Ordered): readonly Change[] {
  const held = findHeldBack(ordered)
  if (held.size === 0) return changes
  return changes.map((change) => {
    const waitsFor = held.get(stepOf(change))
    return waitsFor === undefined || change.action === 'read'
      ? change
      : { ...change, isBlocked: true, waitsFor }
  })
}

/** The step that makes the change what it is. */
function stepOf({ action, address, deposed }: Change): string {
  return `${action === 'replace' ? 'create' : action} ${recordKey({ address, deposed })}`
}

function waitingFor(nodes: readonly { readonly id: string; readonly needs: readonly string[] }[]) {
  const waiting = new Map<string, string[]>()
  for (const { id, needs } of nodes) {
    for (const need of needs) {
      const ids = waiting.get(need)
      if (ids) ids.push(id)
      else waiting.set(need, [id])
    }
  }
  return waiting
}

/** All that waits for it, itself not included. */
function reached(from: string, waiting: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>()
  const pending = [from]
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    for (const next of waiting.get(id) ?? []) {
      if (found.has(next)) continue
      found.add(next)
      pending.push(next)
    }
  }
  return found
}
