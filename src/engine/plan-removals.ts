// Planning what state holds and configuration does not want.
import { formatAddress, formatBlock } from '../address.ts'
import type { Diagnostic } from '../diagnostics.ts'
import { type ResourceRecord, recordKey } from '../state/state.ts'
import type { PlanRequest } from './api.ts'
import { makeCall } from './call.ts'
import type { Reason } from './change.ts'
import type { PlannedInstance } from './instance.ts'
import type { Live } from './live.ts'
import type { OpenIntents } from './open-intents.ts'
import type { Move } from './plan.ts'
import type { BlockPlanner } from './plan-block.ts'
import type { PlannedProviders } from './plan-providers.ts'
import { planRefresh, recordPlace } from './plan-recorded.ts'
import { planForgetting, planRemoval, removalReason } from './plan-removal.ts'
import { settleAll } from './settle-all.ts'
import type { Sources } from './sources.ts'
import type { Targets } from './targets.ts'

/**
 * Plans removals once all blocks are planned. A block that could not be planned may still want what it has, so that its
 * objects are left out. `dropped` are keys of data records that are to be forgotten.
 */
export async function planRemovals(parts: {
  readonly request: PlanRequest
  readonly providers: PlannedProviders
  readonly sources: Sources
  readonly live: Live
  readonly intents: OpenIntents
  readonly targets: Targets
  readonly planner: BlockPlanner
  readonly moves: readonly Move[]
  readonly add: (instance: PlannedInstance) => void
}): Promise<{ readonly dropped: readonly string[]; readonly diagnostics: readonly Diagnostic[] }> {
  const { request, providers, sources, live, intents, targets, planner, add } = parts
  const moved = new Set(parts.moves.map(({ to }) => to))
  const { config, state, mode, refresh } = request

  const isTargeted = ({ address }: ResourceRecord) =>
    targets.block(formatBlock(address)) && targets.instance(formatAddress(address))
  const blockOf = (record: ResourceRecord) => config.resources.get(formatBlock(record.address))
  const placeOf = (record: ResourceRecord) => recordPlace(record, blockOf(record))
  const sourceOf = (record: ResourceRecord) => sources.resource(providers.keyOf(record), record.address.type)

  const reasonFor = (record: ResourceRecord): Reason | undefined => {
    if (mode === 'destroy') return 'delete_by_request'
    const id = formatBlock(record.address)
    if (record.deposed === undefined && config.resources.has(id) && !planner.expanded.has(id))
      return undefined
    const reason = removalReason(config, record, (address) => planner.wanted.has(formatAddress(address)))
    const isAstray = reason === 'delete_because_no_resource_config' && moved.has(recordKey(record))
    return isAstray ? 'delete_because_no_move_target' : reason
  }
  /** Blocks that were taken out with the word to keep their objects. */
  const letGo = new Set(
    (config.removed ?? []).filter(({ destroy }) => !destroy).map(({ from }) => formatBlock(from)),
  )

  const look = async (record: ResourceRecord, reason: Reason): Promise<void> => {
    const block = blockOf(record)
    const place = placeOf(record)
    const source = { ...sourceOf(record), call: makeCall(request, place) }
    if (mode === 'normal' && letGo.has(formatBlock(record.address)))
      return add(planForgetting(record, source, reason))
    if (mode !== 'refresh-only')
      return add(await planRemoval({ record, block, reason, refresh, place }, source, live))
    if (refresh) add(await planRefresh(record, undefined, source, live))
  }

  // Wanted ones have been looked for by now; what is left was made for a block that is there no more.
  const unasked = mode === 'refresh-only' ? [] : intents.unasked().filter(({ record }) => isTargeted(record))
  const problems = await settleAll(
    unasked,
    ({ record }) => placeOf(record),
    async ({ key, record }) => {
      await intents.find(key, () => sourceOf(record), placeOf(record))
    },
  )
  const dropped: string[] = [...intents.restored]
  const removed = [...state.records.values(), ...intents.recovered].flatMap((record) => {
    const key = recordKey(record)
    if (!isTargeted(record) || intents.restored.has(key)) return []
    const reason = reasonFor(record)
    if (reason === undefined) return []
    if (record.address.mode === 'managed') return [{ record, reason }]
    if (mode !== 'refresh-only') dropped.push(key)
    return []
  })
  const found = await settleAll(
    removed,
    ({ record }) => placeOf(record),
    ({ record, reason }) => look(record, reason),
  )
  return { dropped, diagnostics: [...problems, ...found] }
}
