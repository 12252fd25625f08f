// Objects whose key follows from how their block is written now: a single one and the first of a count are the same.
import { type Address, formatAddress } from '../address.ts'
import type { Config } from '../config/config.ts'
import { type ResourceRecord, recordKey, type State } from '../state/state.ts'
import { blockKind } from './expand.ts'
import type { Move } from './plan.ts'

/**
 * The state with such objects, deposed ones included, under the keys that their blocks give them.
 *
 * Nothing is moved where an object is recorded already, nor between other kinds of repetition.
 */
export function moveToNewKeys(
  config: Config,
  state: State,
): { readonly state: State; readonly moves: readonly Move[] } {
  const renamed = new Map<string, ResourceRecord>()
  for (const [key, record] of state.records) {
    const address = newAddress(config, record.address)
    if (address !== undefined && !state.records.has(formatAddress(address))) {
      renamed.set(key, { ...record, address })
    }
  }
  if (renamed.size === 0) return { state, moves: [] }
  const entries = [...state.records].map(([key, record]): [string, ResourceRecord] => {
    const moved = renamed.get(key)
    return moved === undefined ? [key, record] : [recordKey(moved), moved]
  })
  const moves = [...renamed].map(([from, record]) => ({ from, to: recordKey(record) }))
  return { state: { ...state, records: new Map(entries) }, moves }
}

function newAddress(config: Config, address: Address): Address | undefined {
  if (address.mode !== 'managed' || (address.key !== undefined && address.key !== 0)) return undefined
  const block = config.resources.get(formatAddress({ ...address, key: undefined }))
  const kind = block && blockKind(block)
  if (address.key === undefined && kind === 'count') return { ...address, key: 0 }
  return address.key === 0 && kind === 'single' ? { ...address, key: undefined } : undefined
}
