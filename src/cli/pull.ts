// The text of a state as it would be saved now.
import type { Backend } from '../state/backend.ts'
import { encodeState } from '../state/file.ts'
import { readState } from '../state/look.ts'

/** The state file's text, with what an interrupted run recorded beside it. Empty when there is no state. */
export async function pullText(backend: Backend): Promise<string> {
  const state = await readState(backend)
  return state.lineage === '' && state.records.size === 0 ? '' : encodeState(state)
}
