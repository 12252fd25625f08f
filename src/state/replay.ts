// The journal of a run that died, applied to the state file it found.
import { Announcement, type Progress } from './announcement.ts'
import { applyRecords, sameRecord } from './content.ts'
import type { Intent, JournalEntry, PlanMark } from './journal.ts'
import { type Intended, type Merged, merge } from './merge.ts'
import type { ResourceRecord, State } from './state.ts'

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
  /** Which plan it carried out. */
  readonly plan: PlanMark | undefined
  /** Keys of open creates at which another program has recorded an object since. Nobody knows whether there are two. */
  readonly hidden: readonly string[]
  /** How far it came with what it had announced; undefined if it had announced nothing, or saved what came of it. */
  readonly progress: Progress | undefined
  /** True if another program has written the state since, to which what was made is added. */
  readonly writtenSince: boolean
  /**
   * Keys of outcomes that are not in the state, or not so, if one of them belongs to another state and cannot be brought
   * together with this one. None was applied then.
   */
  readonly stale: readonly string[]
}

/**
 * Applies what is not yet in the file.
 *
 * `digest` is the SHA-256 of the file's text, empty without a file. An outcome counts as in the file if the journal
 * says so, or if the file says the same. If another program wrote the file since, what it could not know of is added.
 */
export function replay(file: State, digest: string, entries: readonly JournalEntry[]): Replay {
  const { pending, over, open, run, progress, begun } = scan(entries, digest)
  const fits = ({ base }: Pick<Pending, 'base'>) =>
    over === 'this file' || (base?.lineage === file.lineage && base.serial === file.serial)
  const earlier = pending.filter((one) => !fits(one))
  const { startedAt, operation, plan } = run ?? {}
  const ours = lastRecords(earlier)
  // Of the same history, or of one that began since.
  const related = earlier.every(({ base }) => base?.lineage === '' || base?.lineage === file.lineage)
  // What a run that came after the other program was about to do says nothing of what the one before it had done.
  const intended = intendedBy(
    begun.filter((one) => !fits(one)).map(({ intent }) => intent),
    open,
  )
  // A checkpoint would be among ours.
  const hidden = [...intended.open].filter((key) => file.records.has(key) && !ours.has(key))
  const left = { openIntents: open, startedAt, operation, plan, progress, hidden }
  const { taken, stale } = related ? merge(file.records, ours, intended) : unrelated(file, ours)
  const later = pending.filter(fits)
  if (stale.length > 0) {
    // With these all others are let go that might have been added.
    const others = unrelated(file, new Map([...taken, ...lastRecords(later)])).stale
    const all = [...new Set([...stale, ...others])]
    return { ...left, state: file, outcomes: 0, writtenSince: false, stale: all }
  }
  const lineage = file.lineage || (pending.length > 0 && run?.newLineage) || ''
  const merged = {
    ...file,
    lineage,
    serial: file.serial + taken.size,
    records: new Map([...file.records, ...taken]),
  }
  // What is later is of a run that came after the other program, and died as well: it went on from there.
  const outcomes = taken.size + later.length
  return { ...left, state: apply(merged, later), outcomes, writtenSince: taken.size > 0, stale }
}

interface Pending {
  readonly entry: Extract<JournalEntry, { kind: 'outcome' | 'outputs' }>
  /** The state it was made over; undefined if a save came between, whose text is not this file's. */
  readonly base: Pick<Run, 'lineage' | 'serial'> | undefined
}

/** A call; of one that an earlier save left open, `base` is undefined. */
interface Begun {
  readonly intent: Intent
  readonly base: Pending['base']
}

type Run = Extract<JournalEntry, { kind: 'run' }>

function scan(entries: readonly JournalEntry[], digest: string) {
  let pending: Pending[] = []
  let base: Pending['base']
  let over: 'this file' | 'its base' = 'its base'
  let saved = false
  let run: Run | undefined
  let announcement: Announcement | undefined
  const open: Intent[] = []
  let begun: Begun[] = []
  for (const entry of entries) {
    switch (entry.kind) {
      case 'run':
        if (entry.run !== run?.run) announcement = undefined
        base = entry
        run = entry
        break
      case 'announced':
        // The same run may announce what is left again; whoever has read all before it knows more.
        announcement ??= new Announcement(entry.steps, open, entry.ended)
        break
      case 'intent': {
        const { kind: _, ...intent } = entry
        open.push(intent)
        begun.push({ intent, base })
        announcement?.begin(intent.step)
        break
      }
      case 'outcome':
        pending.push({ entry, base })
        closeIntent(open, entry.step)
        announcement?.end(entry.step)
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
        begun = open.filter(isCreate).map((intent) => ({ intent, base }))
        break
    }
  }
  const last = entries.at(-1)?.kind
  // What such a run did not begin it had no longer to do: its end is in the file.
  const hasEnded = open.length === 0 && (last === 'saved' || (last === 'saving' && saved))
  return { pending, over, open, run, begun, progress: hasEnded ? undefined : announcement?.progress() }
}

const isCreate = ({ action }: Intent) => action === 'create'

function intendedBy(intents: readonly Intent[], open: readonly Intent[]): Intended {
  const keys = (some: readonly Intent[]) => new Set(some.map(({ key }) => key))
  const creates = intents.filter(isCreate)
  return {
    created: keys(creates),
    changed: keys(intents.filter((intent) => !isCreate(intent))),
    open: keys(creates.filter((intent) => open.includes(intent))),
  }
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

/** What was recorded last under each key. */
function lastRecords(pending: readonly Pending[]): ReadonlyMap<string, ResourceRecord | null> {
  return new Map(
    pending.flatMap(({ entry }) => (entry.kind === 'outcome' ? Object.entries(entry.records) : [])),
  )
}

function unrelated(file: State, ours: ReadonlyMap<string, ResourceRecord | null>): Merged {
  const stale = [...ours].filter(([key, record]) => !sameRecord(record ?? undefined, file.records.get(key)))
  return { taken: new Map(), stale: stale.map(([key]) => key) }
}
