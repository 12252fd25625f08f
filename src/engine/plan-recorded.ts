// What is recorded standing for what is: while destroying, outside of targets, and for what only refresh looks at.
import { formatAddress } from '../address.ts'
import type { ResourceBlock } from '../config/config.ts'
import { mark } from '../schema/marks.ts'
import { type ObjectValue, UNKNOWN } from '../schema/value.ts'
import type { ResourceRecord } from '../state/state.ts'
import type { RunOptions } from './api.ts'
import { getDataSource, getProvider, getResource, parseProviderReference } from './connect.ts'
import type { PlannedInstance } from './instance.ts'
import type { Live, Source } from './live.ts'
import { untouched } from './plan-removal.ts'
import { fromRecord } from './recorded.ts'
import type { Values } from './values.ts'

/** Lets expressions see the recorded objects of a block. What cannot be read stays unknown to them. */
export function keepRecorded(
  records: readonly ResourceRecord[],
  available: RunOptions['providers'],
  values: Values,
): void {
  for (const record of records) {
    if (record.deposed !== undefined) continue
    const object = readRecord(record, available)
    values.set(record.address, object === undefined ? UNKNOWN : mark(object, record.sensitive))
  }
}

/** One recorded object that is only looked at. */
export async function planRefresh(
  record: ResourceRecord,
  block: ResourceBlock | undefined,
  source: Source,
  live: Live,
): Promise<PlannedInstance> {
  const recorded = fromRecord(record, source.resource)
  const prior = await live.read(source, recorded)
  return { ...untouched(record, source, recorded, prior), block }
}

/** Recorded data, which is not read again before it is needed. */
export function keepData(
  record: ResourceRecord,
  block: ResourceBlock,
  {
    source,
    providerKey,
  }: { readonly source: Parameters<typeof fromRecord>[1]; readonly providerKey: string },
): PlannedInstance {
  return {
    address: record.address,
    block,
    record,
    providerKey,
    schema: source.schema,
    recorded: undefined,
    prior: undefined,
    config: null,
    planned: fromRecord(record, source),
    action: 'no-op',
    reason: undefined,
    replacePaths: [],
    answered: [],
    sensitive: record.sensitive,
    repetition: {},
    existing: [],
  }
}

function readRecord(record: ResourceRecord, available: RunOptions['providers']): ObjectValue | undefined {
  const source = parseProviderReference(record.provider)?.source ?? ''
  const { mode, type } = record.address
  try {
    const provider = getProvider(available, source)
    return fromRecord(record, mode === 'data' ? getDataSource(provider, type) : getResource(provider, type))
  } catch {
    // Whoever plans the object itself says what is wrong with it; here it is only referred to, if at all.
    return undefined
  }
}

/** For messages about a recorded object. */
export function recordPlace(record: ResourceRecord, block: ResourceBlock | undefined) {
  return { ...block?.place, address: formatAddress(record.address) }
}
