// File and journal as they are found, put together.
import { createHash } from 'node:crypto'
import { fail } from '../diagnostics.ts'
import type { Backend } from './backend.ts'
import { decodeState } from './file.ts'
import { decodeJournal } from './journal-text.ts'
import { type Replay, replay } from './replay.ts'
import { emptyState, type State } from './state.ts'

/** File and journal as they are now, without a lock: for looking only. */
export async function readState(backend: Backend): Promise<State> {
  return (await view(backend)).replayed.state
}

/** The same, and what an interrupted run left. */
export async function lookAt(
  backend: Backend,
): Promise<Pick<Replay, 'state' | 'openIntents' | 'outcomes' | 'progress'>> {
  const { replayed } = await view(backend)
  refuseStale(replayed, backend)
  return replayed
}

/** So often this looks before it believes what it sees. */
const LOOKS = 3

/**
 * Without a lock, a run may have written the file after its journal was read, which looks as if another program had. Then
 * its journal is another one by now; that of a run that died stays as it is.
 */
async function view(backend: Backend): Promise<Loaded> {
  for (let look = 1; ; look++) {
    const loaded = await load(backend)
    const { writtenSince, stale } = loaded.replayed
    if ((!writtenSince && stale.length === 0) || look === LOOKS) return loaded
    if ((await backend.readJournal()) === loaded.journal) return loaded
  }
}

/** File and journal as they were found. */
export interface Loaded {
  readonly file: State
  readonly replayed: Replay
  /** Undefined if there is none. */
  readonly journal: string | undefined
}

/** Reads both. Throws a diagnostic if one of them cannot be read. */
export async function load(backend: Backend): Promise<Loaded> {
  // The journal first: read after it, the file can only be newer, which replay notices.
  const journal = await backend.readJournal()
  const text = await backend.read()
  const where = { file: backend.description, backup: backend.backupDescription }
  const file = text === undefined ? emptyState : decodeState(text, where)
  const entries = decodeJournal(journal ?? '', nameJournal(backend))
  return { file, replayed: replay(file, digestOf(text), entries), journal }
}

/** Throws a diagnostic if the journal belongs to another state. */
export function refuseStale({ stale, startedAt }: Replay, backend: Backend): void {
  if (stale.length === 0) return
  fail(
    'Journal of another state',
    `A run that began ${startedAt ?? 'earlier'} was interrupted before its results were saved, and the state at ${backend.description} was replaced by another program since. These objects are in ${nameJournal(backend)} and not, or not so, in the state: ${bounded(stale)}. Either put the state back that the run began with: its results are added to it. Or go on with the one there is, which lets the journal go: "hubform state pull > now.tfstate", then "hubform state push --force now.tfstate"; what of these objects is to be managed can be imported then.`,
    { file: backend.description },
  )
}

/** Names the journal for messages. */
export function nameJournal(backend: Backend): string {
  return backend.journalDescription ?? `the journal of ${backend.description}`
}

/** Some of them, and how many more. */
export function bounded(keys: readonly string[]): string {
  const shown = [...keys].sort().slice(0, 10)
  return shown.join(', ') + (keys.length > shown.length ? ` and ${keys.length - shown.length} more` : '')
}

/** SHA-256 of a state file's text in hex; empty without a file. */
export function digestOf(text: string | undefined): string {
  return text === undefined ? '' : createHash('sha256').update(text).digest('hex')
}
