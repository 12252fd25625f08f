// In what order? The only place that decides. From planned instances to steps and what each waits for.
import { formatAddress, formatBlock } from '../address.ts'
import { isWhollyKnown } from '../schema/value.ts'
import type { World } from './api.ts'
import { fingerprint } from './fingerprint.ts'
import type { PlannedInstance } from './instance.ts'
import type { Join, Step } from './plan.ts'

export interface StepsRequest {
  readonly instances: readonly PlannedInstance[]
  /** Blocks that a block refers to. */
  readonly dependencies: (block: string) => ReadonlySet<string>
  readonly randomHex: World['randomHex']
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
  const { instances, dependencies } = request
  const createsFirst = findCreatesFirst(instances, dependencies)
  const steps: Step[] = []
  const makes = new Map<string, string[]>()
  const removals = new Map<string, string[]>()
  // Steps after which an object that stays no longer stands on what it stood on before.
  const letsGo = new Map<string, string[]>()
  const add = (into: Map<string, string[]>, block: string, id: string) => {
    const ids = into.get(block)
    if (ids) ids.push(id)
    else into.set(block, [id])
  }

  for (const instance of instances) {
    for (const step of stepsOf(instance, createsFirst(instance), request.randomHex, dependencies)) {
      steps.push(step)
      const block = formatBlock(instance.address)
      add(step.action === 'delete' ? removals : makes, block, step.id)
      const makesFirst = step.action === 'create' && step.deposed !== undefined
      if (step.action === 'update' || makesFirst) add(letsGo, block, step.id)
    }
  }
  const joins = makeJoins({ steps, makes, removals, letsGo, dependencies, instances })
  return {
    steps: steps.map((step) => ({ ...step, needs: [...step.needs, ...joins.needs(step)] })),
    joins: joins.all,
    createsFirst,
  }
}

function findCreatesFirst(instances: readonly PlannedInstance[], dependencies: StepsRequest['dependencies']) {
  const forced = new Set<string>()
  const pending = instances
    // What is recorded counts only where configuration says nothing any more.
    .filter(({ block, record }) =>
      block === undefined ? record?.createBeforeDestroy : block.lifecycle.createBeforeDestroy,
    )
    .map((i) => formatBlock(i.address))
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    if (forced.has(block)) continue
    forced.add(block)
    pending.push(...dependencies(block))
  }
  return (instance: PlannedInstance) =>
    instance.block !== undefined && forced.has(formatBlock(instance.address))
}

function stepsOf(
  instance: PlannedInstance,
  createsFirst: boolean,
  randomHex: World['randomHex'],
  dependencies: StepsRequest['dependencies'],
): Step[] {
  if (instance.action === 'no-op') return []
  const address = formatAddress(instance.address)
  const base: Omit<Step, 'id' | 'action'> = {
    address: instance.address,
    provider: instance.providerKey,
    prior: instance.prior ?? null,
    planned: instance.planned,
    config: instance.config,
    body:
      instance.config !== null && !isWhollyKnown(instance.config) ? instance.block?.body.source : undefined,
    repetition: instance.repetition,
    forEach:
      instance.repetition.each === undefined || isWhollyKnown(instance.repetition.each.value)
        ? undefined
        : instance.block?.forEachSource,
    sensitive: instance.sensitive,
    dependencies: [...dependencies(formatBlock(instance.address))].sort(),
    existing: instance.existing,
    createBeforeDestroy: createsFirst,
    private: instance.record?.private,
    fingerprint: instance.prior && fingerprint(instance.prior, instance.schema),
    needs: [],
  }
  switch (instance.action) {
    case 'create':
    case 'update':
    case 'read':
    case 'forget':
      return [{ ...base, id: `${instance.action} ${address}`, action: instance.action }]
    case 'delete': {
      const id =
        instance.deposed === undefined
          ? `delete ${address}`
          : `delete ${address} (deposed ${instance.deposed})`
      return [{ ...base, id, action: 'delete', deposed: instance.deposed, planned: null }]
    }
    case 'replace': {
      const fresh = { ...base, prior: null, private: undefined, fingerprint: undefined }
      if (!createsFirst) {
        const remove: Step = {
          ...base,
          id: `delete ${address}`,
          action: 'delete',
          planned: null,
          config: null,
          body: undefined,
        }
        return [remove, { ...fresh, id: `create ${address}`, action: 'create', needs: [remove.id] }]
      }
      const deposed = randomHex(8)
      const create: Step = { ...fresh, id: `create ${address}`, action: 'create', deposed }
      const id = `delete ${address} (deposed ${deposed})`
      const remove: Step = {
        ...base,
        id,
        action: 'delete',
        deposed,
        planned: null,
        config: null,
        body: undefined,
        needs: [create.id],
      }
      return [create, remove]
    }
  }
}

function makeJoins(parts: {
  readonly steps: readonly Step[]
  readonly makes: ReadonlyMap<string, readonly string[]>
  readonly removals: ReadonlyMap<string, readonly string[]>
  readonly letsGo: ReadonlyMap<string, readonly string[]>
  readonly dependencies: StepsRequest['dependencies']
  readonly instances: readonly PlannedInstance[]
}) {
  const { steps, makes, removals, letsGo, dependencies, instances } = parts
  const all: Join[] = []
  const made = new Map<string, string | undefined>()
  const dependents = findDependents(instances, dependencies)
  const freed = new Map<string, string | undefined>()
  const left = new Map<string, string | undefined>()

  const join = (id: string, needs: readonly string[]): string | undefined => {
    if (needs.length <= 1) return needs[0]
    all.push({ id, needs })
    return id
  }
  // Blocks without steps pass on what they wait for, so that order holds across them.
  const madeOf = (block: string): string | undefined => {
    const pending = [block]
    while (pending.length > 0) {
      const current = pending[pending.length - 1] as string
      if (made.has(current)) {
        pending.pop()
        continue
      }
      const own = makes.get(current) ?? []
      const before = own.length > 0 ? [] : [...dependencies(current)]
      const open = before.filter((id) => !made.has(id))
      if (open.length > 0) {
        pending.push(...open)
        continue
      }
      const inherited = before.map((id) => made.get(id)).filter((id) => id !== undefined)
      made.set(current, join(`made ${current}`, own.length > 0 ? own : [...new Set(inherited)]))
      pending.pop()
    }
    return made.get(block)
  }
  /** All objects that stand on a block's objects are gone. */
  const freedOf = (block: string): string | undefined => {
    if (!freed.has(block)) {
      const needs = [...(dependents.get(block) ?? [])].flatMap((dependent) => removals.get(dependent) ?? [])
      freed.set(block, join(`freed ${block}`, needs))
    }
    return freed.get(block)
  }
  /** All objects that stood on a block's old objects have let go of them. */
  const leftOf = (block: string): string | undefined => {
    if (!left.has(block)) {
      const needs = [...(dependents.get(block) ?? [])].flatMap((dependent) => letsGo.get(dependent) ?? [])
      left.set(block, join(`left ${block}`, needs))
    }
    return left.get(block)
  }

  const replaced = new Set(
    steps.filter((step) => step.action === 'create').map((step) => formatAddress(step.address)),
  )
  return {
    all,
    needs: (step: Step): string[] => {
      const block = formatBlock(step.address)
      if (step.action !== 'delete') return [...dependencies(block)].flatMap((id) => madeOf(id) ?? [])
      // The first half of a replacement cannot wait for what is to stand on the second half.
      const firstHalf = step.deposed === undefined && replaced.has(formatAddress(step.address))
      return [freedOf(block), firstHalf ? undefined : leftOf(block)].filter((id) => id !== undefined)
    },
  }
}

function findDependents(instances: readonly PlannedInstance[], dependencies: StepsRequest['dependencies']) {
  const dependents = new Map<string, Set<string>>()
  const seen = new Set<string>()
  const note = (block: string, on: string) => {
    const set = dependents.get(on)
    if (set) set.add(block)
    else dependents.set(on, new Set([block]))
  }
  for (const instance of instances) {
    const block = formatBlock(instance.address)
    for (const on of instance.record?.dependencies ?? []) note(block, on)
    if (seen.has(block)) continue
    seen.add(block)
    for (const on of dependencies(block)) note(block, on)
  }
  return dependents
}
