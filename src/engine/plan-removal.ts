// Planning objects that configuration no longer wants.
import { type Address, formatBlock } from '../address.ts'
import type { Config, ResourceBlock } from '../config/config.ts'
import type { Place } from '../diagnostics.ts'
import type { ResourceRecord } from '../state/state.ts'
import type { Reason } from './change.ts'
import { decide } from './compare.ts'
import { blockKind } from './expand.ts'
import type { PlannedInstance } from './instance.ts'
import type { Live, Source } from './live.ts'
import { refuseToDestroy } from './plan-instance.ts'
import { fromRecord, schemaSensitive } from './recorded.ts'

export interface RemovalRequest {
  readonly record: ResourceRecord
  readonly block: ResourceBlock | undefined
  readonly reason: Reason
  readonly refresh: boolean
  readonly place: Place
}

/** Plans the destruction of one recorded object. Throws diagnostics. */
export async function planRemoval(
  request: RemovalRequest,
  source: Source,
  live: Live,
): Promise<PlannedInstance> {
  const { record, block } = request
  const recorded = fromRecord(record, source.resource)
  const prior = request.refresh ? await live.read(source, recorded) : recorded
  const decision = decide({
    recorded,
    prior,
    planned: null,
    replacePaths: [],
    tainted: false,
    requested: false,
    triggered: false,
    deleteReason: request.reason,
  })
  if (decision.action === 'delete') refuseToDestroy(block, request.place)
  return { ...untouched(record, source, recorded, prior), block, ...decision, planned: null }
}

/** A recorded object that is to be forgotten, and left as it is. */
export function planForgetting(record: ResourceRecord, source: Source, reason: Reason): PlannedInstance {
  const recorded = fromRecord(record, source.resource)
  return { ...untouched(record, source, recorded, recorded), action: 'forget', reason, planned: null }
}

/** A recorded object with which nothing is done. */
export function untouched(
  record: ResourceRecord,
  source: Source,
  recorded: PlannedInstance['recorded'],
  prior: PlannedInstance['prior'],
): PlannedInstance {
  return {
    address: record.address,
    deposed: record.deposed,
    block: undefined,
    record,
    providerKey: source.providerKey,
    schema: source.resource.schema,
    recorded,
    prior,
    config: null,
    planned: prior ?? null,
    action: 'no-op',
    reason: undefined,
    replacePaths: [],
    answered: [],
    sensitive:
      prior === undefined ? [] : [...schemaSensitive(source.resource.schema, prior), ...record.sensitive],
    repetition: {},
    existing: [],
  }
}

/** Why an object in state is wanted no longer; undefined when its block still wants it. */
export function removalReason(
  config: Config,
  record: ResourceRecord,
  wanted: (address: Address) => boolean,
): Reason | undefined {
  if (record.deposed !== undefined) return 'delete_deposed'
  const block = config.resources.get(formatBlock(record.address))
  if (block === undefined) return 'delete_because_no_resource_config'
  if (wanted(record.address)) return undefined
  const kind = blockKind(block)
  const { key } = record.address
  if (kind === 'count' && typeof key === 'number') return 'delete_because_count_index'
  if (kind === 'each' && typeof key === 'string') return 'delete_because_each_key'
  return 'delete_because_wrong_repetition'
}
