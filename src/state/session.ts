// One run's hold on a state: lock, journal, serial, lineage.
import { DiagnosticError, fail, problem } from '../diagnostics.ts'
import { Announcement } from './announcement.ts'
import type { Backend, Lock, LockInfo } from './backend.ts'
import { applyRecords, sameContent, sameRecord } from './content.ts'
import { encodeContent, encodeState } from './encode.ts'
import { brokenAnnouncement, brokenCall, brokenContent, brokenInvariants } from './invariants.ts'
import type { Announced, Intent, JournalEntry, PlanMark } from './journal.ts'
import { encodeEntry } from './journal-text.ts'
import { type LockClock, takeLock } from './lock-wait.ts'
import { bounded, digestOf, type Loaded, load, nameJournal, refuseStale } from './look.ts'
import { isUnsettled, type Recovered } from './recovered.ts'
import type { OutputValue, ResourceRecord, State } from './state.ts'

export interface SessionOptions {
  readonly backend: Backend
  /** `OperationTypeApply`, `OperationTypePlan`, or words. */
  readonly operation: string
  readonly info?: string | undefined
  /** `user@host`. */
  readonly who: string
  readonly version: string
  readonly lockTimeoutMs: number
  readonly clock: LockClock
  /** Makes UUIDs. */
  readonly newId: () => string
  readonly signal: AbortSignal
  /** Told who has the lock, while this waits for it, or looks whether that one is alive. */
  readonly onWait?: ((words: string) => void) | undefined
  /** Told whose lock was taken over, as soon as it is ours. `path` names the state. */
  readonly onTakeOver?: ((from: LockInfo, path: string) => Promise<void>) | undefined
  /** Keeps a state file's text where the working directory is, and says where. Called only if a run cannot save. */
  readonly rescue?: ((text: string) => Promise<string>) | undefined
  /** How many characters a run may add to the journal before the file takes over what it holds; default 8 million. */
  readonly foldAt?: number | undefined
  /** For what puts another state in the place: a journal that does not belong to the state is let go, not refused. */
  readonly replaces?: boolean | undefined
}

const FOLD_AT = 8_000_000

/**
 * Locks the state and reads it. The caller must close the session.
 *
 * Throws a diagnostic if it is locked, cannot be read, or an interrupted run's journal belongs to another state.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { backend, clock } = options
  const info = {
    ID: options.newId(),
    Operation: options.operation,
    Info: options.info ?? '',
    Who: options.who,
    Version: options.version,
    Created: clock.now().toISOString(),
    Path: backend.description,
  }
  const lock = await takeLock({
    backend,
    info,
    timeoutMs: options.lockTimeoutMs,
    clock,
    signal: options.signal,
    onWait: options.onWait,
  })
  try {
    if (lock.tookOverFrom !== undefined) await options.onTakeOver?.(lock.tookOverFrom, backend.description)
    const loaded = await load(backend)
    if (options.replaces !== true) refuseStale(loaded.replayed, backend)
    return new Session(options, lock, loaded)
  } catch (error) {
    await lock.release()
    throw error
  }
}

function refuseBroken(broken: readonly string[], { description }: Backend): never {
  fail(
    'State not usable',
    `What was to become the state at ${description} breaks the rules of states: ${broken.join('; ')}. Nothing was written, and the state there is as it was. Correct it where it comes from.`,
    { file: description },
  )
}

function announcement(steps: readonly Announced[], open: readonly Intent[]): Announcement {
  const [broken] = brokenAnnouncement(steps)
  if (broken !== undefined)
    fail('Announcement not well-formed', `This is a fault in Hubform: ${broken}. Nothing was done.`)
  return new Announcement(steps, open)
}

/**
 * A locked state and what this run has done to it.
 *
 * Whatever `intend`, `outcome` and `outputs` were given is safe once they return, whatever happens to the process.
 * Every intent must be closed by an outcome of the same step as soon as its result is known, with no records if it had
 * no effect. Intents that stay open outlive `save` and are handed to the next session.
 */
export class Session {
  readonly recovered: Recovered | undefined
  /**
   * Keys of which an interrupted run's journal says something else than the state, and is not believed; also those that
   * were believed, once `replace` has put another state in the place in which they are not, or not so.
   */
  get letGo(): readonly string[] {
    return this.#letGo
  }
  #letGo: readonly string[]
  readonly #options: SessionOptions
  readonly #lock: Lock
  readonly #records: Map<string, ResourceRecord>
  readonly #open: Intent[]
  #file: State
  /** Of `state`: the file's, and more while the journal holds outcomes of an earlier run that the file does not. */
  #serial: number
  /** Of the file; of what the journal begins, if there is none yet; empty until one is needed. */
  #lineage: string
  #outputs: State['outputs']
  #snapshot: State | undefined
  #hasJournal: boolean
  /** True while the journal holds outcomes of an earlier run that the file does not. */
  #pending: boolean
  #run: Promise<void> | undefined
  /** Set once the journal lacks something that this session was told. */
  #unrecorded = false
  /** Outcomes in the journal that are not yet in the file, and by which the next session raises the serial. */
  #noted = 0
  #plan: PlanMark | undefined
  /** The run that is open, by which its entries are known as those of one. */
  #started: { readonly run: string; readonly startedAt: string } | undefined
  #announcement: Announcement | undefined
  /** Set while the file takes over what the journal holds; nobody may write to the journal meanwhile. */
  #folding: Promise<void> | undefined
  /** True if nothing may follow in the journal before it is said over which file. */
  #needsRun = false
  /** Characters in the journal, and how many there may be before the next folding. */
  #length: number
  #longest: number

  constructor(options: SessionOptions, lock: Lock, { file, replayed, journal = '' }: Loaded) {
    this.#options = options
    this.#lock = lock
    this.#file = file
    this.#serial = replayed.state.serial
    this.#lineage = replayed.state.lineage
    this.#records = new Map(replayed.state.records)
    this.#outputs = replayed.state.outputs
    this.#open = [...replayed.openIntents]
    this.#hasJournal = journal !== ''
    this.#pending = replayed.outcomes > 0
    this.#length = journal.length
    this.#longest = journal.length + (options.foldAt ?? FOLD_AT)
    const {
      outcomes,
      openIntents,
      startedAt = '',
      operation,
      plan,
      progress,
      writtenSince,
      hidden,
    } = replayed
    // A run that had only said what it would do has left nothing to tell of.
    const wasUnderWay = progress !== undefined && progress.ended > 0 && progress.notBegun.length > 0
    if (isUnsettled(replayed) || wasUnderWay)
      this.recovered = { outcomes, openIntents, startedAt, operation, plan, progress, writtenSince, hidden }
    this.#letGo = replayed.stale
  }

  /** The file and everything recorded since: by the run that died, if one did, and by this one. */
  get state(): State {
    this.#snapshot ??= {
      ...this.#file,
      lineage: this.#lineage,
      serial: this.#serial,
      records: new Map(this.#records),
      outputs: this.#outputs,
    }
    return this.#snapshot
  }

  /**
   * Opens a run in the journal. The other methods do it when they must; calling it twice does nothing.
   *
   * `announced` is everything that the run is to do, and safe once this returns. Then no other call may begin.
   */
  async beginRun(plan?: PlanMark, announced: readonly Announced[] = []): Promise<void> {
    this.#plan = plan ?? this.#plan
    if (announced.length > 0 && this.#announcement === undefined) {
      this.#announcement = announcement(announced, this.#open)
      // Something was recorded before there was a plan: then what is announced comes after it.
      if (this.#run !== undefined) {
        this.#needsRun = true
        return this.#run.then(() => this.#append())
      }
    }
    this.#run ??= this.#begin().catch((error: unknown) => {
      // The next caller tries again: the disk may have room by then.
      this.#run = undefined
      throw error
    })
    return this.#run
  }

  async #begin(): Promise<void> {
    const { backend } = this.#options
    const entries: JournalEntry[] = []
    // All its outcomes are in the file. Saying so keeps them from being compared with later files.
    if (this.#hasJournal && !this.#pending) {
      if (this.#open.length > 0) entries.push({ kind: 'saved' })
      else await backend.clearJournal()
    }
    this.#hasJournal = true
    await this.#append(...entries, ...this.#opening())
  }

  /** Over which state what follows is, and what is still to be done. To be appended at once. */
  #opening(): readonly JournalEntry[] {
    return [this.#runEntry(), ...(this.#announcement?.entries() ?? [])]
  }

  #runEntry(): JournalEntry {
    const { clock, newId, operation } = this.#options
    const { lineage, serial } = this.#file
    const newLineage = lineage === '' ? this.#newLineage() : undefined
    this.#started ??= { run: newId(), startedAt: clock.now().toISOString() }
    return { kind: 'run', ...this.#started, lineage, newLineage, serial, operation, plan: this.#plan }
  }

  /** Records that a call is about to be made. Must return before the call. */
  async intend(intent: Intent): Promise<void> {
    const [broken] = brokenCall(this.#records, intent, this.#announcement)
    if (broken !== undefined)
      fail('Call not well-formed', `This is a fault in Hubform: ${broken}. The call was not made.`)
    await this.beginRun()
    this.#open.push(intent)
    try {
      await this.#append({ kind: 'intent', ...intent })
      this.#announcement?.begin(intent.step)
    } catch (error) {
      // The caller must not make the call, so it is not open.
      this.#open.splice(this.#open.indexOf(intent), 1)
      throw error
    }
  }

  /**
   * Records what state is to hold for some keys from now on; null means nothing. `step` undefined: a checkpoint.
   *
   * If it throws, `state` holds the outcome all the same, and `save` must be called.
   */
  async outcome(
    step: string | undefined,
    records: { readonly [recordKey: string]: ResourceRecord | null },
  ): Promise<void> {
    applyRecords(this.#records, records)
    this.#snapshot = undefined
    await this.#record({ kind: 'outcome', step, records }, () => {
      const closed = step === undefined ? -1 : this.#open.findLastIndex((intent) => intent.step === step)
      if (closed >= 0) this.#open.splice(closed, 1)
      this.#announcement?.end(step)
    })
  }

  /** Records the values of all outputs. */
  async outputs(outputs: { readonly [name: string]: OutputValue }): Promise<void> {
    this.#outputs = outputs
    this.#snapshot = undefined
    await this.#record({ kind: 'outputs', outputs })
  }

  async #record(entry: JournalEntry, close = () => {}): Promise<void> {
    try {
      // An intent counts as open until here: without open intents a run begins by clearing the journal.
      await this.beginRun().finally(close)
      await this.#append(entry)
      this.#noted += 1
    } catch (error) {
      this.#unrecorded = true
      throw error
    }
    this.#foldIfLong()
  }

  async #append(...entries: readonly JournalEntry[]): Promise<void> {
    // Asked right before writing: where this waits for no folding, none can begin in between.
    while (this.#folding !== undefined) await this.#folding
    await this.#appendNow(this.#needsRun ? [...this.#opening(), ...entries] : entries)
    this.#needsRun = false
  }

  async #appendNow(entries: readonly JournalEntry[]): Promise<void> {
    const lines = entries.map(encodeEntry)
    for (const [i, line] of lines.entries()) {
      this.#length += line.length + 1
      // It is no reason to empty the journal, into which it would have to go again.
      if (entries[i]?.kind === 'announced') this.#longest += line.length + 1
    }
    await this.#options.backend.append(lines)
  }

  async #folded(): Promise<void> {
    while (this.#folding !== undefined) await this.#folding
  }

  /**
   * A journal is best emptied when nothing is open, of which there is seldom a moment; so when it has become twice as
   * long, its outcomes are taken over all the same, and only the calls that are open are still needed in it. Each time
   * it may become longer, so that all writes of the state, and of what is left to be done, together stay a part of what
   * is written anyway.
   */
  #foldIfLong(): void {
    if (this.#folding !== undefined || this.#unrecorded || this.#length < this.#longest) return
    if (this.#open.length > 0 && this.#length < 2 * this.#longest) return
    this.#folding = this.#fold().finally(() => {
      this.#folding = undefined
    })
  }

  /**
   * Saves in the middle of a run. What was appended before this is in the state that is saved, as outcomes are applied
   * first; what comes meanwhile waits, and is appended after it. If it fails, the journal holds everything as before.
   */
  async #fold(): Promise<void> {
    const isSettled = this.#open.length === 0
    const state = this.#next(this.state)
    if (brokenInvariants(this.#file, state, this.#open).length > 0) {
      // For the save at the end to tell.
      this.#longest = Number.POSITIVE_INFINITY
      return
    }
    const text = encodeState(state)
    try {
      await this.#appendNow([{ kind: 'saving', digest: digestOf(text) }])
      await this.#options.backend.write(text)
      this.#file = state
      this.#serial = state.serial
      this.#snapshot = undefined
      this.#noted = 0
      this.#pending = false
      if (isSettled) {
        await this.#options.backend.clearJournal()
        this.#length = 0
      }
      // What was announced is gone only where the journal was emptied.
      await this.#appendNow(isSettled ? this.#opening() : [{ kind: 'saved' }, this.#runEntry()])
    } catch {
      // Whoever appends next learns what is wrong; and what comes next may be over another file than before.
      this.#needsRun = true
    }
    this.#longest = Math.max(2 * this.#length, 2 * text.length, this.#longest)
  }

  /**
   * Makes `state` the content of the file: one serial more if that changes it, a lineage if there was none.
   *
   * Returns the state as saved. No other method may be running. If it throws, nothing is lost: the diagnostic says
   * where everything is.
   */
  async save(state: State): Promise<State> {
    await this.#folded()
    const { lineage, serial } = this.#file
    const broken = brokenInvariants(this.#file, this.#next(state, lineage), this.#open)
    if (broken.length > 0) throw await this.#malformed(broken, state)
    const content = encodeContent(state)
    // Encoding is most of the work, and another number of records is another content.
    const sameSize = state.records.size === this.#file.records.size
    if (sameSize && content === encodeContent(this.#file)) return this.#adopt({ ...state, lineage, serial })
    const next = this.#next(state)
    return this.#write(next, encodeState(next, undefined, content))
  }

  /** One for the whole run, and for those that finish it. */
  #newLineage(): string {
    this.#lineage ||= this.#options.newId()
    return this.#lineage
  }

  #next(state: State, lineage = this.#file.lineage || this.#newLineage()): State {
    return { ...state, lineage, serial: this.#serial + 1 }
  }

  /** Nothing is written over the state: a wrong one would be taken for true by everyone who reads it. */
  async #malformed(broken: readonly string[], state: State): Promise<Error> {
    const { backend } = this.#options
    const detail = `This is a fault in Hubform: what was to be saved at ${backend.description} breaks the rules of states: ${broken.join('; ')}. It was not saved. ${await this.#keep(state)} Please report this.`
    return new DiagnosticError(problem('State not well-formed', detail))
  }

  /** Puts a state in place with its own lineage and serial, as push does. Ask `checkPush` first. */
  async replace(state: State): Promise<State> {
    await this.#folded()
    const { lineage, serial } = this.#file
    const same = state.lineage === lineage && state.serial === serial && sameContent(state, this.#file)
    const broken = same ? [] : brokenContent(this.#file, state)
    if (broken.length > 0) refuseBroken(broken, this.#options.backend)
    const lost = this.#pending ? this.#lostBy(state) : []
    // What is there may be spelled in another way, and whoever wrote it compares spellings.
    const saved = await (same ? this.#adopt(this.#file) : this.#write(state, encodeState(state)))
    this.#letGo = [...this.#letGo, ...lost]
    return saved
  }

  /** What only the journal holds, and `next` does not. */
  #lostBy({ records }: State): readonly string[] {
    const keys = [...new Set([...this.#records.keys(), ...this.#file.records.keys()])]
    return keys.filter((key) => {
      const ours = this.#records.get(key)
      return !sameRecord(ours, this.#file.records.get(key)) && !sameRecord(ours, records.get(key))
    })
  }

  async #write(state: State, text: string): Promise<State> {
    const { backend } = this.#options
    try {
      if (this.#hasJournal) await this.#append({ kind: 'saving', digest: digestOf(text) })
    } catch {
      // The mark only spares the next run a comparison, if we die right after the write. The write is what matters.
    }
    try {
      await backend.write(text)
    } catch (error) {
      throw await this.#notSaved(error, state)
    }
    return this.#adopt(state)
  }

  /** The file now holds this. */
  async #adopt(state: State): Promise<State> {
    this.#file = state
    this.#serial = state.serial
    this.#lineage = state.lineage
    this.#records.clear()
    for (const [key, record] of state.records) this.#records.set(key, record)
    this.#outputs = state.outputs
    this.#snapshot = state
    this.#unrecorded = false
    this.#noted = 0
    this.#pending = false
    this.#run = undefined
    if (this.#hasJournal) await this.#settleJournal()
    this.#started = undefined
    this.#announcement = undefined
    return state
  }

  async #settleJournal(): Promise<void> {
    try {
      if (this.#open.length > 0) await this.#append({ kind: 'saved' })
      else await this.#options.backend.clearJournal()
      this.#hasJournal = this.#open.length > 0
      this.#needsRun = false
      if (!this.#hasJournal) this.#length = 0
    } catch {
      // The state is saved; calling that a failure would mislead. The next session sees that the file holds it all.
    }
  }

  async #notSaved(error: unknown, state: State): Promise<Error> {
    const { description } = this.#options.backend
    const causes = error instanceof DiagnosticError ? error.diagnostics : []
    const lacking = this.#unrecorded ? ', and its journal lacks a part of what this run did' : ''
    const detail = `The state could not be written to ${description}${lacking}. ${await this.#keep(state)}`
    return new DiagnosticError([...causes, problem('State not saved', detail)], { cause: error })
  }

  /** Sees to it that nothing of this run is lost, and says where it is. */
  async #keep(state: State): Promise<string> {
    const { backend } = this.#options
    const hasRun = this.#run !== undefined || this.#unrecorded
    const path = hasRun ? await this.#rescue(state) : undefined
    if (!this.#unrecorded) {
      if (!this.#hasJournal)
        return 'The state is as it was before this command, and nothing else was changed.'
      const journal = `Nothing is lost: ${nameJournal(backend)} holds everything that this run did. Once the cause is gone, the next command that changes the state adds it.`
      return path === undefined
        ? journal
        : `${journal} The whole state is in ${path} as well: should the journal be gone by then, bring it back with "hubform state push ${path}".`
    }
    return path === undefined
      ? this.#nameLost(state)
      : `Nothing is lost: the whole state is in ${path}. Once the cause is gone, bring it back with "hubform state push ${path}"; or run again, which adds what the journal holds and looks up in the service what it lacks.`
  }

  /** With a serial that is just higher than what the next session makes of file and journal. */
  async #rescue(state: State): Promise<string | undefined> {
    try {
      return await this.#options.rescue?.(encodeState({ ...state, serial: this.#serial + this.#noted + 1 }))
    } catch {
      // The reason is the same as for the state itself most of the time; what counts is what to do now.
      return undefined
    }
  }

  #nameLost(state: State): string {
    const keys = new Set([...state.records.keys(), ...this.#file.records.keys()])
    const lost = [...keys].filter((key) => !sameRecord(state.records.get(key), this.#file.records.get(key)))
    return `It could not be kept anywhere else either. These objects were changed and are not recorded so: ${bounded(lost)}. Once the cause is gone, import them or run plan to see what differs.`
  }

  /**
   * A run that died right after its save leaves a journal that says nothing any more. It must not wait until another program
   * has written the state, when nobody can tell any more that all of it had been saved.
   */
  async #clearUsedUp(): Promise<void> {
    const isUsedUp = this.#hasJournal && this.#run === undefined && !this.#pending && this.#open.length === 0
    if (!isUsedUp || this.#unrecorded || this.letGo.length > 0) return
    // Whoever has no right to write here may look all the same.
    await this.#options.backend.clearJournal().catch(() => undefined)
  }

  /** Gives the lock back. What was recorded and not saved stays in the journal for the next session. */
  async close(): Promise<void> {
    await this.#folded()
    await this.#clearUsedUp()
    await this.#lock.release()
  }
}
