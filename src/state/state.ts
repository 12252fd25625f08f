// state/: what is recorded of the world, the v4 file, and the places it is kept.
import { type Address, compareAddresses, formatAddress } from '../address.ts'
import type { Path } from '../path.ts'
import type { TypeJson } from '../schema/kind.ts'
import type { ObjectValue, Value } from '../schema/value.ts'

/** What state keeps of one object. */
export interface ResourceRecord {
  readonly address: Address
  /** Set on an object that waits to be destroyed while another is current at the address: eight hex digits. */
  readonly deposed?: string | undefined
  /** Full provider reference as in state files: `provider["registry.terraform.io/hubform/tavio"]`, perhaps `.alias`. */
  readonly provider: string
  readonly tainted: boolean
  readonly schemaVersion: number
  /** All attributes, as JSON values: sets are lists here, until read by schema. */
  readonly attributes: ObjectValue
  readonly sensitive: readonly Path[]
  /** Opaque base64; kept as it is. */
  readonly private?: string | undefined
  /** Block addresses: `tavio_user.ada`, `data.tavio_solution.export`. Neither complete nor minimal. */
  readonly dependencies: readonly string[]
  readonly createBeforeDestroy: boolean
  /** Parts that Hubform does not handle and keeps as long as the object stays the same one: its identity. */
  readonly foreign?: ObjectValue | undefined
}

export interface OutputValue {
  readonly value: Value
  readonly type: TypeJson
  readonly sensitive: boolean
}

/** Everything recorded of one configuration's objects. Never mutated. */
export interface State {
  /** UUID made at the first write; empty when there is no state yet. */
  readonly lineage: string
  readonly serial: number
  readonly outputs: { readonly [name: string]: OutputValue }
  /** By `recordKey`. Iterate in the order of `sortedRecords` where order shows. */
  readonly records: ReadonlyMap<string, ResourceRecord>
  /** Parts of the file that Hubform does not handle and keeps as they are: check results, and what it does not know. */
  readonly foreign: { readonly checkResults: Value; readonly others?: ObjectValue | undefined }
}

export const emptyState: State = {
  lineage: '',
  serial: 0,
  outputs: {},
  records: new Map(),
  foreign: { checkResults: null },
}

/** `tavio_user.ada["x"]`, followed by ` (deposed 1a2b3c4d)` for a deposed object. */
export function recordKey(record: Pick<ResourceRecord, 'address' | 'deposed'>): string {
  const text = formatAddress(record.address)
  return record.deposed === undefined ? text : `${text} (deposed ${record.deposed})`
}

/** Records in the order of state files. */
export function sortedRecords(state: Pick<State, 'records'>): ResourceRecord[] {
  return [...state.records.values()].sort(
    (a, b) =>
      compareAddresses(a.address, b.address) || (a.deposed ?? '').localeCompare(b.deposed ?? '', 'en'),
  )
}
