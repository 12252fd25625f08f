// Planning all instances of the blocks of a configuration.
import { type Address, compareKeys, formatAddress, formatBlock } from '../address.ts'
import type { ResourceBlock } from '../config/config.ts'
import { type Diagnostic, DiagnosticError, hasErrors, type Place } from '../diagnostics.ts'
import type { Scope } from '../expression/scope.ts'
import { mark } from '../schema/marks.ts'
import { UNKNOWN } from '../schema/value.ts'
import type { ResourceRecord } from '../state/state.ts'
import type { PlanRequest } from './api.ts'
import { makeCall, toDiagnostics } from './call.ts'
import { blockKind, expand, type Instance } from './expand.ts'
import type { BlockGraph } from './graph.ts'
import { importObject } from './import-object.ts'
import type { PlannedInstance } from './instance.ts'
import type { Limit } from './limit.ts'
import type { Live, Source } from './live.ts'
import type { OpenIntents } from './open-intents.ts'
import type { PlannedConditions } from './plan-conditions.ts'
import { checkImported, type ImportId, importIds } from './plan-imports.ts'
import { planData, planManaged } from './plan-instance.ts'
import { keepData, keepRecorded, planRefresh, recordPlace } from './plan-recorded.ts'
import type { Repetition } from './repetition.ts'
import { instanceScope } from './scope.ts'
import { settleAll } from './settle-all.ts'
import type { Sources } from './sources.ts'
import type { Survey } from './survey.ts'
import { canonical, type Targets } from './targets.ts'
import { isPending, isTriggered } from './triggers.ts'
import type { Values } from './values.ts'

export interface BlockPlanner {
  /** Plans every instance of a block; returns what went wrong. What it refers to must have been planned before. */
  planBlock(block: ResourceBlock): Promise<readonly Diagnostic[]>
  /** Addresses of the instances that blocks want, of all blocks that could be asked. */
  readonly wanted: ReadonlySet<string>
  /** Blocks that could be asked which instances they want. */
  readonly expanded: ReadonlySet<string>
}

/** Makes the planner of one run; every instance that it plans is handed to `add`. */
export function makeBlockPlanner(parts: {
  readonly request: PlanRequest
  readonly graph: BlockGraph
  readonly scope: Scope
  readonly values: Values
  readonly sources: Sources
  readonly live: Live
  readonly limit: Limit
  readonly owners: Survey['owners']
  readonly intents: OpenIntents
  readonly conditions: PlannedConditions
  readonly targets: Targets
  readonly add: (instance: PlannedInstance) => void
  readonly byBlock: ReadonlyMap<string, readonly PlannedInstance[]>
}): BlockPlanner {
  const {
    request,
    graph,
    scope,
    values,
    sources,
    live,
    limit,
    owners,
    intents,
    conditions,
    targets,
    add,
    byBlock,
  } = parts
  const { state, mode } = request
  const wanted = new Set<string>()
  const expanded = new Set<string>()
  const replace = new Set(request.replace.map(canonical))
  const records = groupByBlock(state.records.values())

  // A block is asked about once it is planned as a whole, perhaps by each of a thousand instances.
  const isNew = memoize((block: string) =>
    (byBlock.get(block) ?? []).some(({ action }) => action === 'create' || action === 'replace'),
  )

  const importOne = (block: ResourceBlock, address: Address, { id, place }: ImportId, source: Source) =>
    importObject(
      {
        address,
        place: { ...place, address: formatAddress(address) },
        id,
        // Told by the plan of the object itself.
        provider: '',
        dependencies: [...graph.dependencies(formatBlock(address))],
        createBeforeDestroy: block.lifecycle.createBeforeDestroy,
        owner: (identity) => owners.get(`${address.type} ${identity}`),
      },
      source,
    )

  const look = (
    block: ResourceBlock,
    address: Address,
    repetition: Repetition,
    kind: 'precondition' | 'postcondition',
  ): void => {
    const here = instanceScope(scope, repetition)
    const isBefore = kind === 'precondition'
    const found = conditions.look({
      address: formatBlock(address),
      object: formatAddress(address),
      kind,
      conditions: isBefore ? block.lifecycle.preconditions : block.lifecycle.postconditions,
      scope: isBefore ? here : { ...here, self: values.instance(address) },
      repetition,
      forEach: block.forEachSource,
      place: { ...block.place, address: formatAddress(address) },
    })
    if (hasErrors(found)) throw new DiagnosticError(found)
    for (const diagnostic of found) request.onEvent({ kind: 'warning', diagnostic })
  }

  const planOne = async (
    block: ResourceBlock,
    instance: Instance,
    imports: ReadonlyMap<string, ImportId>,
  ): Promise<void> => {
    const address: Address = { ...block.address, key: instance.key }
    const text = formatAddress(address)
    const place = { ...block.place, address: text }
    const { type } = address
    const call = makeCall(request, place)
    const base = {
      address,
      block,
      repetition: instance.repetition,
      scope: instanceScope(scope, instance.repetition),
      place,
      requested: replace.has(text),
      triggered: isTriggered(block.lifecycle.replaceTriggeredBy, address.key, byBlock),
      dependsOnNew: () => [...graph.dependencies(formatBlock(block.address))].some(isNew),
      refresh: request.refresh,
      warn: (diagnostic: Diagnostic) => request.onEvent({ kind: 'warning', diagnostic }),
      owner: (identity: string) => owners.get(`${type} ${identity}`),
    }
    const plan = async (): Promise<PlannedInstance> => {
      const recorded = state.records.get(text)
      if (address.mode === 'data') {
        const source = { ...sources.data(block.provider, type), call }
        const unreadable = (found: readonly Diagnostic[]) => {
          const check = `check.${block.check}`
          for (const one of found) {
            conditions.report(check, check, `${one.summary}: ${one.detail}`)
            base.warn({ ...one, severity: 'warning' })
          }
        }
        const pending = isPending(block, byBlock)
        return planData({ ...base, record: recorded, pending, unreadable }, source, limit)
      }
      const source = () => sources.resource(block.provider, type)
      const known = recorded ?? (await intents.find(text, source, place))
      const wanted = known === undefined ? imports.get(text) : undefined
      const record = known ?? (wanted && (await importOne(block, address, wanted, { ...source(), call })))
      const blocked = wanted === undefined ? intents.blocked(text) : undefined
      const planned = await planManaged({ ...base, record, blocked }, { ...source(), call }, live)
      return wanted === undefined ? planned : { ...planned, importing: wanted.id }
    }
    look(block, address, instance.repetition, 'precondition')
    const planned = await plan()
    values.set(address, mark(planned.planned, planned.sensitive))
    add(planned)
    look(block, address, instance.repetition, 'postcondition')
  }

  const refreshOne = async (
    block: ResourceBlock,
    record: ResourceRecord,
    all: ReadonlyMap<string, Repetition>,
  ): Promise<void> => {
    const { address } = record
    if (address.mode === 'data') {
      const data = keepData(record, block, sources.data(block.provider, address.type))
      values.set(address, mark(data.planned, data.sensitive))
      return add(data)
    }
    const call = makeCall(request, recordPlace(record, block))
    const source = { ...sources.resource(block.provider, address.type), call }
    const refreshed = await planRefresh(record, block, source, request.refresh ? live : asRecorded)
    // What is gone will be there again, and nobody knows yet how.
    values.set(address, refreshed.prior === undefined ? UNKNOWN : mark(refreshed.prior, refreshed.sensitive))
    add(refreshed)
    const repetition = all.get(formatAddress(address))
    if (repetition === undefined || refreshed.prior === undefined) return
    look(block, address, repetition, 'precondition')
    look(block, address, repetition, 'postcondition')
  }

  /** What a block wants of its objects, where only is looked at what is. */
  const repetitions = (block: ResourceBlock): ReadonlyMap<string, Repetition> => {
    const { preconditions = [], postconditions = [] } = block.lifecycle
    if (preconditions.length + postconditions.length === 0) return new Map()
    const all = expand(block, scope).map(
      ({ key, repetition }) => [formatAddress({ ...block.address, key }), repetition] as const,
    )
    conditions.expect(
      formatBlock(block.address),
      all.map(([text]) => text),
    )
    return new Map(all)
  }

  const refreshBlock = (block: ResourceBlock, recorded: readonly ResourceRecord[]) => {
    keepRecorded(recorded, request.providers, values)
    const all = repetitions(block)
    return settleAll(
      recorded.filter(
        ({ address, deposed }) => deposed === undefined && targets.instance(formatAddress(address)),
      ),
      (record) => recordPlace(record, block),
      (record) => refreshOne(block, record, all),
    )
  }

  const planInstances = (block: ResourceBlock, recorded: readonly ResourceRecord[]) => {
    const all = expand(block, scope)
    const textOf = ({ key }: Instance) => formatAddress({ ...block.address, key })
    for (const instance of all) wanted.add(textOf(instance))
    conditions.expect(formatBlock(block.address), all.map(textOf))
    expanded.add(formatBlock(block.address))
    const imports = importIds(request.config, formatBlock(block.address), scope)
    checkImported(imports, all, textOf)
    const chosen = all.filter((instance) => targets.instance(textOf(instance)))
    if (chosen.length < all.length) keepRecorded(recorded, request.providers, values)
    return settleAll(
      chosen,
      (instance): Place => ({ ...block.place, address: textOf(instance) }),
      (instance) => planOne(block, instance, imports),
    )
  }

  return {
    wanted,
    expanded,
    async planBlock(block) {
      const id = formatBlock(block.address)
      values.declare(id, blockKind(block))
      const recorded = records.get(id) ?? []
      if (mode === 'destroy' || !targets.block(id)) {
        keepRecorded(recorded, request.providers, values)
        return []
      }
      try {
        return await (mode === 'normal' ? planInstances(block, recorded) : refreshBlock(block, recorded))
      } catch (error) {
        return toDiagnostics(error, { ...block.place, address: id })
      }
    },
  }
}

/** Takes what is recorded for what is. */
const asRecorded: Live = {
  read: async (_source, prior) => prior,
  sameKey: async () => undefined,
  findMade: async () => undefined,
  findAgain: async () => undefined,
}

function memoize<T>(find: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>()
  return (name) => {
    if (!known.has(name)) known.set(name, find(name))
    return known.get(name) as T
  }
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
