// What callers hand the engine, and get from it.
import type { Config } from '../config/config.ts'
import type { Diagnostic } from '../diagnostics.ts'
import type { PollClock } from '../provider/poll.ts'
import type { Provider } from '../provider/provider.ts'
import type { Value } from '../schema/value.ts'
import type { Announced, Intent, PlanMark } from '../state/journal.ts'
import type { OutputValue, ResourceRecord, State } from '../state/state.ts'
import type { OnEvent } from './events.ts'
import type { Plan, PlanMode } from './plan.ts'

/** The world outside, as far as the engine needs it. */
export interface World {
  readonly now: () => Date
  /** Pauses between looks at a service. */
  readonly clock: PollClock
  /** Lower-case hex digits from a good random source. */
  readonly randomHex: (digits: number) => string
  /** Environment variables for provider settings. */
  readonly env: { readonly [name: string]: string | undefined }
  /** Reads a file for the functions that do; throws as `fs.readFileSync`. */
  readonly readFile: (path: string) => Uint8Array | string
  readonly cwd: string
}

export interface RunOptions {
  /** By source address: `hubform/tavio`. */
  readonly providers: { readonly [source: string]: Provider }
  readonly world: World
  /** Calls at a time; at least 1. */
  readonly parallelism: number
  /** Aborted: start nothing more, let what runs finish. */
  readonly interrupt: AbortSignal
  /** Aborted: stop what runs as well. */
  readonly abort: AbortSignal
  readonly onEvent: OnEvent
}

export interface PlanRequest extends RunOptions {
  readonly config: Config
  /** Sensitive ones are marked. */
  readonly variables: ReadonlyMap<string, Value>
  /** What `terraform.workspace` is; absent: `default`. */
  readonly workspace?: string | undefined
  readonly state: State
  readonly mode: PlanMode
  /** Addresses of blocks or instances as typed; empty means everything. */
  readonly targets: readonly string[]
  /** Instance addresses to replace whatever the plan says. */
  readonly replace: readonly string[]
  /** False: take what is recorded for what is. */
  readonly refresh: boolean
  readonly version: string
  /** Calls that an earlier run was about to make when it died, and whose outcome is not known. */
  readonly openIntents: readonly Intent[]
}

/** Without errors there is a plan. With errors there is none. */
export interface PlanResult {
  readonly plan: Plan | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** Where apply saves what it is about to do and what it did. A session of `state/` is one. */
export interface Recorder {
  readonly state: State
  /** What an earlier run left that did not end properly. */
  readonly recovered?: { readonly openIntents: readonly Intent[] } | undefined
  /** `plan` is what the run carries out. `announced` is all that it is to do: safe on return, and before any call. */
  beginRun(plan?: PlanMark, announced?: readonly Announced[]): Promise<void>
  intend(intent: Intent): Promise<void>
  /** `step` undefined: a checkpoint. A null record: nothing there any more. */
  outcome(
    step: string | undefined,
    records: { readonly [recordKey: string]: ResourceRecord | null },
  ): Promise<void>
  outputs(outputs: { readonly [name: string]: OutputValue }): Promise<void>
  save(state: State): Promise<State>
}

export interface ApplyRequest extends RunOptions {
  readonly plan: Plan
  readonly recorder: Recorder
}

export interface ApplyResult {
  /** As saved, also after failures. */
  readonly state: State
  readonly diagnostics: readonly Diagnostic[]
  readonly done: { readonly added: number; readonly changed: number; readonly destroyed: number }
  /** Steps that were not tried. */
  readonly skipped: number
  readonly interrupted: boolean
  /** Nothing was begun: the plan no longer fits, and it never will. */
  readonly refused?: boolean | undefined
}
