// Putting together what planning found out: one plan, plain data.
import { compareAddresses, formatAddress, formatBlock } from '../address.ts'
import { mark } from '../schema/marks.ts'
import { type ResourceRecord, recordKey, type State, sortedRecords } from '../state/state.ts'
import type { PlanRequest } from './api.ts'
import { providerReference } from './connect.ts'
import { dependenciesToRecord } from './dependencies.ts'
import { describeChange, describeDrift } from './describe.ts'
import { blockKind } from './expand.ts'
import type { BlockGraph } from './graph.ts'
import { markHeldBack, spareReplaced } from './held-back.ts'
import type { PlannedInstance } from './instance.ts'
import type { Move, Plan } from './plan.ts'
import type { PlannedConditions } from './plan-conditions.ts'
import type { PlannedProviders } from './plan-providers.ts'
import { planWritten } from './plan-written.ts'
import { sameRecord, toRecord } from './recorded.ts'
import { makeSteps } from './steps.ts'

/** `dropped` are keys of records that are to go without anything being done. */
export function assemble(parts: {
  readonly request: PlanRequest
  readonly graph: BlockGraph
  readonly providers: PlannedProviders
  readonly dropped: readonly string[]
  readonly instances: readonly PlannedInstance[]
  readonly outputs: Plan['outputs']
  readonly conditions: PlannedConditions
  readonly moves: readonly Move[]
  readonly path: Plan['scope']['path']
}): Omit<Plan, 'warnings' | 'usage' | 'settled'> {
  const { request, graph, providers } = parts
  const { config, state } = request
  const instances = [...parts.instances].sort((a, b) => compareAddresses(a.address, b.address))
  const { createsFirst, ...ordered } = makeSteps({
    instances,
    dependencies: (block) => graph.dependencies(block),
    createFirst: [...config.resources].flatMap(([id, block]) =>
      block.lifecycle.createBeforeDestroy ? [id] : [],
    ),
    randomHex: request.world.randomHex,
    isLive: request.refresh,
    pending: new Set(parts.conditions.pending.map(({ object }) => object)),
  })
  const { joins } = ordered
  const steps = spareReplaced(ordered)
  const unchanged = instances.filter(
    (instance) => instance.action === 'no-op' && instance.block !== undefined && instance.planned !== null,
  )
  const reference = (instance: PlannedInstance) => {
    const provider = providers.all[instance.providerKey]
    return provider === undefined ? '' : providerReference(provider.source, provider.alias)
  }
  const found: readonly [string, ResourceRecord | null][] = [
    ...parts.moves.flatMap(({ from, to }): [string, ResourceRecord | null][] => [
      [from, null],
      [to, state.records.get(to) ?? null],
    ]),
    ...instances.flatMap((instance) =>
      refreshed({
        records: state.records,
        instance,
        provider: reference(instance),
        graph,
        createBeforeDestroy: createsFirst(instance),
        // Only what is there is looked at then, not how it is configured by now.
        follows: request.mode === 'normal' && instance.block !== undefined,
      }),
    ),
    ...parts.dropped.map((key): [string, null] => [key, null]),
  ]
  return {
    format: 1,
    version: request.version,
    createdAt: request.world.now().toISOString(),
    mode: request.mode,
    directory: config.directory,
    lineage: state.lineage,
    serial: state.serial,
    // What is gone, and is not wanted either, is drift and no change.
    changes: markHeldBack(
      instances
        .map((instance) => describeChange(instance, reference(instance), createsFirst(instance)))
        .filter(({ action, before, after }) => action !== 'no-op' || before !== null || after !== null),
      { steps, joins },
    ),
    drift: instances.flatMap((instance) => describeDrift(instance, reference(instance)) ?? []),
    steps,
    joins,
    outputs: parts.outputs,
    checks: parts.conditions.checks(),
    conditions: parts.conditions.pending,
    scope: {
      variables: Object.fromEntries(request.variables),
      locals: Object.fromEntries([...config.locals.values()].map((local) => [local.name, local.body.source])),
      outputs: Object.fromEntries(
        [...config.outputs.values()].map((output) => [
          output.name,
          { body: output.body.source, sensitive: output.sensitive },
        ]),
      ),
      values: Object.fromEntries(
        unchanged.map((instance) => [
          formatAddress(instance.address),
          mark(instance.planned ?? null, instance.sensitive),
        ]),
      ),
      blocks: Object.fromEntries([...config.resources].map(([id, block]) => [id, blockKind(block)])),
      path: parts.path,
      workspace: request.workspace ?? 'default',
    },
    providers: providers.all,
    moves: parts.moves,
    written: planWritten(config, request),
    prior: { records: priorRecords(state, found), outputs: state.outputs },
    refreshed: Object.fromEntries(found),
    targeted: request.targets.length > 0,
  }
}

function priorRecords(
  state: State,
  found: readonly (readonly [string, ResourceRecord | null])[],
): readonly ResourceRecord[] {
  if (found.length === 0) return sortedRecords(state)
  const records = new Map(state.records)
  for (const [key, record] of found) {
    if (record === null) records.delete(key)
    else records.set(key, { ...record, sensitive: state.records.get(key)?.sensitive ?? record.sensitive })
  }
  return sortedRecords({ records })
}

/** What is to be recorded of an object besides what its own step records. */
function refreshed(parts: {
  readonly records: ReadonlyMap<string, ResourceRecord>
  readonly instance: PlannedInstance
  readonly provider: string
  readonly graph: BlockGraph
  readonly createBeforeDestroy: boolean
  /** The record follows its block. */
  readonly follows: boolean
}): [string, ResourceRecord | null][] {
  const { records, instance, provider, graph, createBeforeDestroy, follows } = parts
  const { record, prior, address, deposed, schema } = instance
  const key = recordKey({ address, deposed })
  const written = records.get(key)
  if (instance.action === 'read') return []
  const object = address.mode === 'data' ? instance.planned : prior
  if (object === undefined || object === null) return written === undefined ? [] : [[key, null]]
  const current = toRecord({
    address,
    deposed,
    // A block may have been given to another provider configuration since.
    provider: provider || (record?.provider ?? ''),
    tainted: record?.tainted ?? false,
    schema,
    object,
    sensitive: instance.sensitive,
    dependencies: follows
      ? dependenciesToRecord(formatBlock(address), graph.dependencies, record?.dependencies)
      : (record?.dependencies ?? []),
    createBeforeDestroy: follows ? createBeforeDestroy : (record?.createBeforeDestroy ?? false),
    private: record?.private,
    foreign: record?.foreign,
  })
  return written !== undefined && sameRecord(written, current) ? [] : [[key, current]]
}
