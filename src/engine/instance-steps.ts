// The steps that carry out one change, and nothing about others.
import { formatAddress } from '../address.ts'
import { isWhollyKnown } from '../schema/value.ts'
import { recordKey } from '../state/state.ts'
import type { World } from './api.ts'
import { fingerprint } from './fingerprint.ts'
import type { PlannedInstance } from './instance.ts'
import type { Step } from './plan.ts'

/** One step, two for a replacement, none for a no-op. `dependencies` are recorded with the object, if it stays. */
export function instanceSteps(
  instance: PlannedInstance,
  createsFirst: boolean,
  dependencies: () => readonly string[],
  randomHex: World['randomHex'],
): Step[] {
  switch (instance.action) {
    case 'no-op':
      return []
    case 'create':
    case 'update':
    case 'read': {
      const { action } = instance
      const id = `${action} ${formatAddress(instance.address)}`
      return [{ ...common(instance, createsFirst, dependencies), id, action }]
    }
    case 'forget': {
      const { address, deposed } = instance
      const id = `forget ${recordKey({ address, deposed })}`
      const step = common(instance, createsFirst, () => instance.record?.dependencies ?? [])
      return [{ ...step, id, action: 'forget', deposed, fingerprint: undefined }]
    }
    case 'delete':
      return [removal(instance, createsFirst, dependencies, instance.deposed, [])]
    case 'replace':
      return replacement(instance, createsFirst, dependencies, createsFirst ? randomHex(8) : undefined)
  }
}

/** Two steps; with a key for the old object to wait under, the new one is made first. */
function replacement(
  instance: PlannedInstance,
  createsFirst: boolean,
  dependencies: () => readonly string[],
  deposed: string | undefined,
): Step[] {
  const create: Step = {
    ...common(instance, createsFirst, dependencies),
    id: `create ${formatAddress(instance.address)}`,
    action: 'create',
    deposed,
    prior: null,
    private: undefined,
    fingerprint: undefined,
  }
  if (deposed !== undefined) {
    return [create, removal(instance, createsFirst, dependencies, deposed, [create.id])]
  }
  const remove = removal(instance, createsFirst, dependencies, undefined, [])
  return [remove, { ...create, needs: [remove.id] }]
}

function removal(
  instance: PlannedInstance,
  createsFirst: boolean,
  dependencies: () => readonly string[],
  deposed: string | undefined,
  needs: readonly string[],
): Step {
  const { address, record } = instance
  return {
    ...common(instance, createsFirst, dependencies),
    id: `delete ${recordKey({ address, deposed })}`,
    action: 'delete',
    deposed,
    planned: null,
    config: null,
    body: undefined,
    forEach: undefined,
    // Should it survive, what it stands on is what it stood on.
    dependencies: record?.dependencies ?? dependencies(),
    needs,
  }
}

function common(
  instance: PlannedInstance,
  createsFirst: boolean,
  dependencies: () => readonly string[],
): Omit<Step, 'id' | 'action'> {
  const { address, block, config, planned, prior, record, repetition, schema, sensitive, existing } = instance
  const isEachKnown = repetition.each === undefined || isWhollyKnown(repetition.each.value)
  return {
    address,
    provider: instance.providerKey,
    prior: prior ?? null,
    planned,
    config,
    body: config === null || isWhollyKnown(config) ? undefined : block?.body.source,
    repetition,
    forEach: isEachKnown ? undefined : block?.forEachSource,
    sensitive,
    dependencies: dependencies(),
    existing,
    ...(block?.check !== undefined && { check: `check.${block.check}` }),
    ...(instance.blocked !== undefined && { blocked: instance.blocked }),
    createBeforeDestroy: createsFirst,
    private: record?.private,
    fingerprint: prior && fingerprint(prior, schema),
    needs: [],
  }
}
