// In what order? The only place that decides. From planned instances to steps and what each waits for.
import { formatAddress, formatBlock } from '../address.ts'
import type { World } from './api.ts'
import { dependenciesToRecord } from './dependencies.ts'
import type { PlannedInstance } from './instance.ts'
import { instanceSteps } from './instance-steps.ts'
import type { Join, Step } from './plan.ts'
import { allAbove, findDependents } from './standing.ts'

export interface StepsRequest {
  readonly instances: readonly PlannedInstance[]
  /** Blocks that a block refers to. */
  readonly dependencies: (block: string) => ReadonlySet<string>
  /** Blocks that ask for create_before_destroy, whether anything is planned for them or not. */
  readonly createFirst: readonly string[]
  readonly randomHex: World['randomHex']
  /** False: what is was not looked at, so that nobody can hold the objects to it. */
  readonly isLive: boolean
  /** Addresses of objects that have conditions to be looked at while applying. */
  readonly pending?: ReadonlySet<string> | undefined
}

export interface Steps {
  readonly steps: readonly Step[]
  readonly joins: readonly Join[]
  /** True for instances whose replacement makes the new object first. */
  readonly createsFirst: (instance: PlannedInstance) => boolean
}

/**
 * Orders all calls.
 *
 * What an object refers to is made before it and destroyed after it. With create_before_destroy the new object is
 * made first, and so are replacements of what it refers to, which would otherwise be destroyed under it.
 */
export function makeSteps(request: StepsRequest): Steps {
  const { instances, dependencies, randomHex } = request
  const createsFirst = findCreatesFirst(request)
  const groups: Groups = { makes: new Map(), removals: new Map(), letsGo: new Map(), firstHalves: new Set() }
  const steps: Step[] = []
  const held: { readonly id: string; readonly block: string; readonly object: string }[] = []
  for (const instance of instances) {
    const block = formatBlock(instance.address)
    const text = formatAddress(instance.address)
    // Nothing is done to it, but what stands on it has to wait until its conditions hold.
    if (instance.action === 'no-op' && request.pending?.has(text) === true) {
      const id = `check ${text}`
      add(groups.makes, block, id)
      held.push({ id, block, object: text })
    }
    const isReplaced = instance.action === 'replace'
    const own = instanceSteps(
      instance,
      createsFirst(instance),
      () => dependenciesToRecord(block, dependencies, instance.record?.dependencies),
      randomHex,
    )
    for (const step of own) {
      steps.push(request.isLive ? step : { ...step, fingerprint: undefined })
      add(step.action === 'delete' ? groups.removals : groups.makes, block, step.id)
      const makesFirst = step.action === 'create' && step.deposed !== undefined
      if (step.action === 'update' || makesFirst) add(groups.letsGo, block, step.id)
      if (isReplaced && step.action === 'delete' && step.deposed === undefined)
        groups.firstHalves.add(step.id)
    }
  }
  const order = makeOrder(groups, dependencies, findDependents(instances, dependencies), steps)
  const checks = held.map(({ id, block, object }) => ({ id, needs: order.before(block), object }))
  // Checks look at everything as it is in the end.
  const all: Join = {
    id: 'everything else',
    needs: steps.filter(({ check }) => check === undefined).map(({ id }) => id),
  }
  const isChecked = all.needs.length > 0 && all.needs.length < steps.length
  const needsOf = (step: Step) =>
    step.check !== undefined && isChecked ? [all.id, ...order.needs(step)] : order.needs(step)
  return {
    steps: steps.map((step) => ({ ...step, needs: [...step.needs, ...needsOf(step)] })),
    joins: [...order.joins, ...checks, ...(isChecked ? [all] : [])],
    createsFirst,
  }
}

/** Ids of steps by block. */
interface Groups {
  /** Creates, updates and reads. */
  readonly makes: Map<string, string[]>
  readonly removals: Map<string, string[]>
  /** Steps after which an object that stays no longer stands on what it stood on before. */
  readonly letsGo: Map<string, string[]>
  /** Removals that make room for their replacement. */
  readonly firstHalves: Set<string>
}

function add(into: Map<string, string[]>, block: string, id: string): void {
  const ids = into.get(block)
  if (ids) ids.push(id)
  else into.set(block, [id])
}

function findCreatesFirst({ createFirst, dependencies }: StepsRequest) {
  const forced = new Set<string>()
  const pending = [...createFirst]
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    if (forced.has(block)) continue
    forced.add(block)
    pending.push(...dependencies(block))
  }
  return (instance: PlannedInstance) =>
    instance.block === undefined
      ? instance.record?.createBeforeDestroy === true
      : instance.address.mode === 'managed' && forced.has(formatBlock(instance.address))
}

function makeOrder(
  { makes, removals, letsGo, firstHalves }: Groups,
  dependencies: StepsRequest['dependencies'],
  dependents: ReadonlyMap<string, readonly string[]>,
  steps: readonly Step[],
) {
  const joins: Join[] = []
  const join = (id: string, needs: readonly string[]): string | undefined => {
    const distinct = [...new Set(needs)]
    if (distinct.length <= 1) return distinct[0]
    joins.push({ id, needs: distinct })
    return id
  }
  // Blocks without steps of a kind pass on what they would wait for, so that order holds across them.
  const madeOf = passingOn(
    (block) => makes.get(block),
    (block) => [...dependencies(block)],
    (block, needs) => join(`made ${block}`, needs),
  )
  const goneOf = passingOn(
    (block) => removals.get(block),
    (block) => dependents.get(block) ?? [],
    (block, needs) => join(`gone ${block}`, needs),
  )
  /** Nothing stands on the block's objects any more: what stood there is gone. */
  const freed = memoize((block) =>
    join(
      `freed ${block}`,
      (dependents.get(block) ?? []).flatMap((above) => goneOf(above) ?? []),
    ),
  )
  /** What stood on the block's old objects, and stays, has let go of them. */
  const left = memoize((block) =>
    join(
      `left ${block}`,
      (dependents.get(block) ?? []).flatMap((above) => letsGo.get(above) ?? []),
    ),
  )
  // What has to make room for a replacement cannot wait for those who wait for that replacement.
  const hurried = allAbove(
    steps.filter((step) => firstHalves.has(step.id)).map((step) => formatBlock(step.address)),
    dependents,
  )
  const before = (block: string) => [...dependencies(block)].flatMap((on) => madeOf(on) ?? [])
  return {
    joins,
    before,
    needs(step: Step): string[] {
      const block = formatBlock(step.address)
      if (step.action !== 'delete') return before(block)
      const waits = !firstHalves.has(step.id) && !hurried.has(block)
      return [freed(block), waits ? left(block) : undefined].filter((id) => id !== undefined)
    },
  }
}

/** For each block one name for its own steps, or if it has none for those of the next blocks. */
function passingOn(
  own: (block: string) => readonly string[] | undefined,
  next: (block: string) => readonly string[],
  join: (block: string, needs: readonly string[]) => string | undefined,
): (block: string) => string | undefined {
  const known = new Map<string, string | undefined>()
  return (root) => {
    // A stack of our own: chains may be longer than the machine's.
    const pending = [root]
    while (pending.length > 0) {
      const block = pending[pending.length - 1] as string
      const ids = own(block)
      const following = known.has(block) || ids !== undefined ? [] : next(block)
      const open = following.filter((id) => !known.has(id))
      if (open.length > 0) {
        pending.push(...open)
        continue
      }
      pending.pop()
      if (!known.has(block)) {
        known.set(block, join(block, ids ?? following.flatMap((id) => known.get(id) ?? [])))
      }
    }
    return known.get(root)
  }
}

function memoize(find: (block: string) => string | undefined): (block: string) => string | undefined {
  const known = new Map<string, string | undefined>()
  return (block) => {
    if (!known.has(block)) known.set(block, find(block))
    return known.get(block)
  }
}
