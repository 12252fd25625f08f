// Planning all instances of the blocks of a configuration, and what state holds beyond them.
import { type Address, compareKeys, formatAddress, formatBlock } from '../address.ts'
import type { ResourceBlock } from '../config/config.ts'
import type { Diagnostic, Place } from '../diagnostics.ts'
import type { Scope } from '../expression/scope.ts'
import { mark } from '../schema/marks.ts'
import { type ResourceRecord, recordKey } from '../state/state.ts'
import type { PlanRequest } from './api.ts'
import { makeCall, toDiagnostics } from './call.ts'
import { type Connections, getDataSource, getProvider, getResource } from './connect.ts'
import { blockKind, expand, type Instance } from './expand.ts'
import { type BlockGraph, providerKey } from './graph.ts'
import type { PlannedInstance } from './instance.ts'
import { makeLimit } from './limit.ts'
import { makeLive, type Source } from './live.ts'
import { planData, planManaged } from './plan-instance.ts'
import type { PlannedProviders } from './plan-providers.ts'
import { planRefresh, planRemoval, recordPlace, removalReason } from './plan-removal.ts'
import { recoverRecord } from './recover.ts'
import { instanceScope } from './scope.ts'
import { survey } from './survey.ts'
import { canonical, type Targets } from './targets.ts'
import { isPending, isTriggered } from './triggers.ts'
import type { Values } from './values.ts'

/**
 * Blocks, and instances of a block, that are being planned at a time: enough to keep every call busy that may be made,
 * and few enough that what is half planned never fills the memory.
 */
export const AT_ONCE = 500

export interface BlockPlanner {
  /** Plans every instance of a block; returns what went wrong. What it refers to must have been planned before. */
  planBlock(block: ResourceBlock): Promise<readonly Diagnostic[]>
  /** Plans what state holds and configuration does not want; once all blocks are planned. */
  planRemovals(): Promise<readonly Diagnostic[]>
  readonly instances: readonly PlannedInstance[]
  /** Data records whose block is gone. */
  readonly dropped: readonly string[]
  /** Steps of an earlier run whose outcome has been found out. */
  settledIntents(): readonly string[]
}

/** Makes the planner of one run. */
export function makeBlockPlanner(parts: {
  readonly request: PlanRequest
  readonly graph: BlockGraph
  readonly scope: Scope
  readonly values: Values
  readonly providers: PlannedProviders
  readonly connections: Connections
  readonly targets: Targets
}): BlockPlanner {
  const { request, graph, scope, values, providers, connections, targets } = parts
  const { config, state, mode } = request
  const limit = makeLimit(request.parallelism, request.interrupt)
  const instances: PlannedInstance[] = []
  const byBlock = new Map<string, PlannedInstance[]>()
  const wanted = new Set<string>()
  const replace = new Set(request.replace.map(canonical))
  const records = groupByBlock(state.records.values())
  const sources = new Map<string, Omit<Source, 'call'>>()
  const intents = new Map(
    request.openIntents.filter((intent) => intent.action === 'create').map((intent) => [intent.key, intent]),
  )
  const recovered: ResourceRecord[] = []
  const settled = new Set<string>()
  const dropped: string[] = []
  let planned = 0

  const sourceFor = (
    provider: { readonly name: string; readonly alias?: string | undefined },
    type: string,
  ): Omit<Source, 'call'> => {
    const key = providerKey(provider)
    const known = sources.get(`${key} ${type}`)
    if (known !== undefined) return known
    const settled = providers.get(provider)
    const resource = getResource(getProvider(request.providers, settled.source), type)
    const source = { resource, providerKey: key, client: connections.client(key, settled) }
    sources.set(`${key} ${type}`, source)
    return source
  }
  const { population, owners } = survey(state.records.values(), request.providers, providers)
  const live = makeLive(limit, population)

  const add = (instance: PlannedInstance) => {
    instances.push(instance)
    const block = formatBlock(instance.address)
    const list = byBlock.get(block)
    if (list) list.push(instance)
    else byBlock.set(block, [instance])
    planned += 1
    request.onEvent({ kind: 'planned', done: planned, total: Math.max(planned, config.resources.size) })
  }

  // A block is asked about once it is planned as a whole, perhaps by each of a thousand instances.
  const isNew = memoize((block: string) =>
    (byBlock.get(block) ?? []).some((instance) => instance.action === 'create'),
  )

  // What a run that died may have made is taken for ours before anything is planned for its address.
  const recover = async (
    provider: ResourceBlock['provider'],
    key: string,
    place: Place,
  ): Promise<ResourceRecord | undefined> => {
    const intent = intents.get(key)
    if (intent === undefined || settled.has(key)) return undefined
    settled.add(key)
    const { type } = intent.record.address
    const source = { ...sourceFor(provider, type), call: makeCall(request, { ...place, address: key }) }
    const record = await recoverRecord(intent, source, live, (identity) => owners.has(`${type} ${identity}`))
    if (record !== undefined) recovered.push(record)
    return record
  }

  const isTargeted = ({ address }: ResourceRecord) =>
    targets.block(formatBlock(address)) && targets.instance(formatAddress(address))

  const planOne = async (block: ResourceBlock, instance: Instance): Promise<void> => {
    const address: Address = { ...block.address, key: instance.key }
    const text = formatAddress(address)
    const place = { ...block.place, address: text }
    const base = {
      address,
      block,
      repetition: instance.repetition,
      record:
        state.records.get(text) ??
        (block.address.mode === 'data' ? undefined : await recover(block.provider, text, place)),
      scope: instanceScope(scope, instance.repetition),
      place,
      requested: replace.has(text),
      triggered: isTriggered(block.lifecycle.replaceTriggeredBy, address.key, byBlock),
      dependsOnNew: () => [...graph.dependencies(formatBlock(block.address))].some(isNew),
      refresh: request.refresh,
      warn: (diagnostic: Diagnostic) => request.onEvent({ kind: 'warning', diagnostic }),
      owner: (identity: string) => owners.get(`${block.address.type} ${identity}`),
    }
    const call = makeCall(request, place)
    if (block.address.mode === 'data') {
      const key = providerKey(block.provider)
      const settled = providers.get(block.provider)
      const source = getDataSource(getProvider(request.providers, settled.source), block.address.type)
      const pending = block.dependsOn.some((reference) => isPending(reference, byBlock))
      const source_ = { source, providerKey: key, client: connections.client(key, settled), call }
      const result = await planData({ ...base, pending }, source_, limit)
      values.set(address, mark(result.planned, result.sensitive))
      return add(result)
    }
    const result = await planManaged(base, { ...sourceFor(block.provider, block.address.type), call }, live)
    values.set(address, mark(result.planned, result.sensitive))
    add(result)
  }

  const refreshOnly = async (block: ResourceBlock): Promise<readonly Diagnostic[]> => {
    const found = (records.get(formatBlock(block.address)) ?? []).filter(
      (record) => record.deposed === undefined,
    )
    return settleAll(found, async (record) => {
      if (record.address.mode === 'data') {
        values.set(record.address, mark(record.attributes, record.sensitive))
        return
      }
      const source = {
        ...sourceFor(block.provider, block.address.type),
        call: makeCall(request, recordPlace(record, block)),
      }
      const instance =
        mode === 'refresh-only' && request.refresh
          ? await planRefresh(record, source, live)
          : await planRefresh(record, source, { ...live, read: async (_source, prior) => prior })
      values.set(
        record.address,
        instance.prior === undefined ? null : mark(instance.prior, instance.sensitive),
      )
      if (mode === 'refresh-only') add({ ...instance, block })
    })
  }

  return {
    instances,
    dropped,
    settledIntents: () => [...settled].flatMap((key) => intents.get(key)?.step ?? []),
    async planBlock(block) {
      const id = formatBlock(block.address)
      values.declare(id, blockKind(block))
      if (mode !== 'normal') return refreshOnly(block)
      if (!targets.block(id)) return keepRecorded(records.get(id) ?? [], values)
      try {
        const all = expand(block, scope)
        for (const instance of all) wanted.add(formatAddress({ ...block.address, key: instance.key }))
        const chosen = all.filter((instance) =>
          targets.instance(formatAddress({ ...block.address, key: instance.key })),
        )
        return await settleAll(
          chosen,
          (instance) => planOne(block, instance),
          (instance) => ({
            ...block.place,
            address: formatAddress({ ...block.address, key: instance.key }),
          }),
        )
      } catch (error) {
        return toDiagnostics(error, { ...block.place, address: id })
      }
    },
    async planRemovals() {
      if (mode === 'refresh-only') return []
      // Wanted ones have been looked for by now; what is left was made for a block that is there no more.
      const unsettled = [...intents.values()].filter(
        ({ key, record }) => !settled.has(key) && isTargeted(record),
      )
      const problems = await settleAll(unsettled, async (intent) => {
        await recover(providers.keyOf(intent.record), intent.key, recordPlace(intent.record, undefined))
      })
      const removed = [...state.records.values(), ...recovered].flatMap((record) => {
        const block = config.resources.get(formatBlock(record.address))
        if (!isTargeted(record)) return []
        const reason =
          mode === 'destroy'
            ? ('delete_by_request' as const)
            : removalReason(config, record, (address) => wanted.has(formatAddress(address)))
        if (reason === undefined) return []
        if (record.address.mode === 'managed') return [{ record, block, reason }]
        dropped.push(recordKey(record))
        return []
      })
      const found = await settleAll(removed, async ({ record, block, reason }) => {
        const place = recordPlace(record, block)
        const source = {
          ...sourceFor(providers.keyOf(record), record.address.type),
          call: makeCall(request, place),
        }
        add(await planRemoval({ record, block, reason, refresh: request.refresh, place }, source, live))
      })
      return [...problems, ...found]
    },
  }
}

function memoize<T>(find: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>()
  return (name) => {
    if (!known.has(name)) known.set(name, find(name))
    return known.get(name) as T
  }
}

/** Does something for each, many at a time; gathers what was thrown. */
async function settleAll<T>(
  items: readonly T[],
  task: (item: T) => Promise<void>,
  place?: (item: T) => Diagnostic['where'],
): Promise<readonly Diagnostic[]> {
  const diagnostics: Diagnostic[] = []
  // Shared by all workers, so that each takes what is next.
  const left = items.values()
  const work = async () => {
    for (const item of left) {
      await task(item).catch((error: unknown) =>
        diagnostics.push(...toDiagnostics(error, place?.(item) ?? {})),
      )
    }
  }
  await Promise.all(Array.from({ length: Math.min(items.length, AT_ONCE) }, work))
  return diagnostics
}

/** Blocks that are not looked at stand for what is recorded of them. */
function keepRecorded(records: readonly ResourceRecord[], values: Values): readonly Diagnostic[] {
  for (const record of records) {
    if (record.deposed === undefined) values.set(record.address, mark(record.attributes, record.sensitive))
  }
  return []
}

function groupByBlock(records: Iterable<ResourceRecord>): Map<string, ResourceRecord[]> {
  const groups = new Map<string, ResourceRecord[]>()
  for (const record of records) {
    const block = formatBlock(record.address)
    const group = groups.get(block)
    if (group) group.push(record)
    else groups.set(block, [record])
  }
  for (const group of groups.values()) group.sort((a, b) => compareKeys(a.address.key, b.address.key))
  return groups
}
