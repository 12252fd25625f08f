// What state holds, seen from the service: how full its collections are, and which object is whose.
import { identityOf } from '../provider/collection.ts'
import type { Resource } from '../provider/resource.ts'
import type { ObjectValue } from '../schema/value.ts'
import { type ResourceRecord, recordKey } from '../state/state.ts'
import type { RunOptions } from './api.ts'
import { getProvider, getResource, parseProviderReference } from './connect.ts'
import { providerKey } from './graph.ts'
import { scopeId } from './live.ts'
import type { PlannedProviders } from './plan-providers.ts'
import { currentForm } from './recorded.ts'

export interface Survey {
  /** Recorded objects by `scopeId`. */
  readonly population: ReadonlyMap<string, number>
  /** Record keys by `TYPE IDENTITY`. */
  readonly owners: ReadonlyMap<string, string>
}

/** Looks through all records; does not connect to anything. Records that cannot be understood are left out. */
export function survey(
  records: Iterable<ResourceRecord>,
  available: RunOptions['providers'],
  providers: PlannedProviders,
): Survey {
  const population = new Map<string, number>()
  const owners = new Map<string, string>()
  const kinds = new Map<string, ReturnType<typeof find>>()
  const kindOf = (record: ResourceRecord) => {
    const name = `${record.provider} ${record.address.type}`
    if (!kinds.has(name)) kinds.set(name, find(record, available, providers))
    return kinds.get(name)
  }
  for (const record of records) {
    const found = record.address.mode === 'managed' ? kindOf(record) : undefined
    if (found?.resource.collection === undefined) continue
    const attributes = formOf(record, found.resource)
    if (attributes === undefined) continue
    const scope = scopeId(found.resource, found.key, attributes)
    if (scope !== undefined) population.set(scope, (population.get(scope) ?? 0) + 1)
    const identity = identityOf(found.resource.collection, attributes)
    if (identity !== undefined) owners.set(`${record.address.type} ${identity}`, recordKey(record))
  }
  return { population, owners }
}

function formOf(record: ResourceRecord, resource: Resource): ObjectValue | undefined {
  try {
    return currentForm(record, resource)
  } catch {
    // As below.
    return undefined
  }
}

function find(
  record: ResourceRecord,
  available: RunOptions['providers'],
  providers: PlannedProviders,
): { resource: Resource; key: string } | undefined {
  try {
    const source = parseProviderReference(record.provider)?.source ?? ''
    const resource = getResource(getProvider(available, source), record.address.type)
    return { resource, key: providerKey(providers.keyOf(record)) }
  } catch {
    // Planning the object itself says what is wrong with it.
    return undefined
  }
}
