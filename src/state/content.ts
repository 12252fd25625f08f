// States made from states.

import { encodeContent, encodeRecord } from './encode.ts'
import type { OutputValue, ResourceRecord, State } from './state.ts'

/** A state in which some keys hold something else; null means nothing. */
export function withRecords(
  state: State,
  changes: { readonly [recordKey: string]: ResourceRecord | null },
): State {
  const records = new Map(state.records)
  applyRecords(records, changes)
  return { ...state, records }
}

/** The same on a map that the caller owns. */
export function applyRecords(
  records: Map<string, ResourceRecord>,
  changes: { readonly [recordKey: string]: ResourceRecord | null },
): void {
  for (const [key, record] of Object.entries(changes)) {
    if (record === null) records.delete(key)
    else records.set(key, record)
  }
}

export function withOutputs(state: State, outputs: { readonly [name: string]: OutputValue }): State {
  return { ...state, outputs }
}

/** True if both would be the same file, lineage, serial and writer aside. */
export function sameContent(a: State, b: State): boolean {
  return a === b || encodeContent(a) === encodeContent(b)
}

/** True if both would be the same in a file; undefined is no record. */
export function sameRecord(a: ResourceRecord | undefined, b: ResourceRecord | undefined): boolean {
  if (a === b) return true
  return a !== undefined && b !== undefined && encodeRecord(a) === encodeRecord(b)
}

/** True if nothing is recorded: a state that may be replaced by any other. */
export function isEmpty(state: State): boolean {
  return state.records.size === 0 && Object.keys(state.outputs).length === 0
}
