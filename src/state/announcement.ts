// What a run has announced, and how far it has come with it. Session and replay both count by this, so they agree.
import type { Announced, Intent, JournalEntry } from './journal.ts'

/** How far a run came with what it had announced. */
export interface Progress {
  /** How many changes have ended, whether they took effect or not. */
  readonly ended: number
  /** Calls that were begun, and did not end. */
  readonly begun: readonly Announced[]
  /** No call was made for these, so there is nothing to be looked for. */
  readonly notBegun: readonly Announced[]
}

/** The announcement of one run. Must be told of every intent and outcome that follows it, in their order. */
export class Announcement {
  #ended: number
  /** What has not ended, by step. */
  readonly #left: Map<string, Announced>
  readonly #begun = new Set<string>()
  /** Steps that an earlier run left open: an outcome of such a name settles that one, unless it is begun again. */
  readonly #earlier: Set<string>

  /** `open` are calls of earlier runs; `ended` is how much of this run ended before what is announced here. */
  constructor(steps: readonly Announced[], open: readonly Intent[], ended = 0) {
    this.#ended = ended
    this.#left = new Map(steps.map((announced) => [announced.step, announced]))
    this.#earlier = new Set(open.map(({ step }) => step))
  }

  /** What was announced of a step whose call may begin now; undefined if none may. */
  findNext(step: string): Announced | undefined {
    return this.#begun.has(step) ? undefined : this.#left.get(step)
  }

  begin(step: string): void {
    this.#begun.add(step)
    this.#earlier.delete(step)
  }

  end(step: string | undefined): void {
    if (step === undefined || this.#earlier.delete(step)) return
    if (this.#left.delete(step)) this.#ended += 1
  }

  progress(): Progress {
    const left = [...this.#left.values()]
    return {
      ended: this.#ended,
      begun: left.filter(({ step }) => this.#begun.has(step)),
      notBegun: left.filter(({ step }) => !this.#begun.has(step)),
    }
  }

  /** To be written in one piece: nothing where everything has ended. */
  entries(): readonly JournalEntry[] {
    if (this.#left.size === 0) return []
    const steps = [...this.#left.values()]
    return [{ kind: 'announced', steps, ...(this.#ended > 0 && { ended: this.#ended }) }]
  }
}
