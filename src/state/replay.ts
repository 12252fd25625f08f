// The journal of a run that died, applied to the state file it found.
import { applyRecords, sameRecord } from './content.ts'
import type { Intent, JournalEntry } from './journal.ts'
import type { State } from './state.ts'

/** What a journal adds to a file. */
export interface Replay {
  /** The file's content with every outcome that it did not yet hold. */
  readonly state: State
  /** How many outcomes that were. */
  readonly outcomes: number
  /** Calls of which nobody knows whether they took effect, oldest first. */
  readonly openIntents: readonly Intent[]
  /** When the run began that left all this; undefined if the journal is empty. */
  readonly startedAt: string | undefined
  /** What it was doing, as its lock said; undefined if nobody noted it. */
  readonly operation: string | undefined
  /** Keys of outcomes that belong to another state and are not in this one. They were not applied. */
  readonly stale: readonly string[]
}

/**
 * Applies what is not yet in the file.
 *
 * `digest` is the SHA-256 of the file's text, empty without a file. An outcome counts as in the file if the journal
 * says so, or if the file says the same. A run over another state whose outcomes are missing is stale: another program
 * wrote the file since, so nobody can tell which of the two is right.
 */
export function replay(file: State, digest: string, entries: readonly JournalEntry[]): Replay {
  const { pending, over, open, startedAt, operation } = scan(entries, digest)
  const fits =
    over === 'this file' ||
    pending.every(({ base }) => base?.lineage === file.lineage && base.serial === file.serial)
  const applied = apply(file, pending)
  const left = { openIntents: open, startedAt, operation }
  if (fits) return { ...left, state: applied, outcomes: pending.length, stale: [] }
  return { ...left, state: file, outcomes: 0, stale: missing(applied, file, pending) }
}

interface Pending {
  readonly entry: Extract<JournalEntry, { kind: 'outcome' | 'outputs' }>
  /** The state it was made over; undefined if a save came between, whose text is not this file's. */
  readonly base: Pick<Extract<JournalEntry, { kind: 'run' }>, 'lineage' | 'serial'> | undefined
}

function scan(entries: readonly JournalEntry[], digest: string) {
  let pending: Pending[] = []
  let base: Pending['base']
  let over: 'this file' | 'its base' = 'its base'
  let saved = false
  let startedAt: string | undefined
  let operation: string | undefined
  const open: Intent[] = []
  for (const entry of entries) {
    switch (entry.kind) {
      case 'run':
        base = entry
        startedAt = entry.startedAt
        operation = entry.operation
        break
      case 'intent': {
        const { kind: _, ...intent } = entry
        open.push(intent)
        break
      }
      case 'outcome':
        pending.push({ entry, base })
        closeIntent(open, entry.step)
        break
      case 'outputs':
        pending.push({ entry, base })
        break
      case 'saving':
        saved = entry.digest === digest
        if (!saved) break
        over = 'this file'
        pending = []
        break
      case 'saved':
        // A file that was saved and is not this one: somebody put an earlier or a later one in its place.
        over = saved ? 'this file' : 'its base'
        base = undefined
        pending = []
        break
    }
  }
  return { pending, over, open, startedAt, operation }
}

/** The last one, as a later run may use the name of a step again. */
function closeIntent(open: Intent[], step: string | undefined): void {
  const index = step === undefined ? -1 : open.findLastIndex((intent) => intent.step === step)
  if (index >= 0) open.splice(index, 1)
}

function apply(file: State, pending: readonly Pending[]): State {
  const records = new Map(file.records)
  let outputs = file.outputs
  for (const { entry } of pending) {
    if (entry.kind === 'outputs') outputs = entry.outputs
    else applyRecords(records, entry.records)
  }
  // Every outcome counts as a write that the file still lacks, so that a plan made before them is seen to be stale.
  return { ...file, serial: file.serial + pending.length, records, outputs }
}

function missing(applied: State, file: State, pending: readonly Pending[]): string[] {
  const keys = new Set(
    pending.flatMap(({ entry }) => (entry.kind === 'outcome' ? Object.keys(entry.records) : [])),
  )
  return [...keys].filter((key) => !sameRecord(applied.records.get(key), file.records.get(key)))
}
