// What both engines are asked to do, and what is compared of the answers.
import type { FaultRule } from '../../src/emulator/faults.ts'
import type { TavioSwitches } from '../../src/emulator/tavio/switches.ts'
import type { Json } from '../support/engine.ts'
import type { Meddling } from './meddle.ts'

export type StepMode = 'normal' | 'destroy' | 'refresh-only'

/** One plan and apply. */
export interface CaseStep {
  readonly config: Json
  /** Values for variables, as in a file of variables. */
  readonly vars?: Json | undefined
  readonly mode?: StepMode | undefined
  readonly targets?: readonly string[] | undefined
  readonly replace?: readonly string[] | undefined
  readonly refresh?: false | undefined
  /** Addresses whose record is marked as tainted before the step. */
  readonly taint?: readonly string[] | undefined
  /** Addresses of which a second, deposed object is put into state before the step. */
  readonly depose?: readonly string[] | undefined
  /** What others do to the hub before the step. */
  readonly meddle?: readonly Meddling[] | undefined
  /** Calls that go wrong while the step is applied. */
  readonly faults?: readonly Partial<FaultRule>[] | undefined
}

/** Steps in a row; each starts, in both engines, from the state that one of them left. */
export interface Case {
  /** A sentence. */
  readonly name: string
  readonly because: string
  readonly steps: readonly CaseStep[]
  /** How the hub is, where it is not as usual. Cases that share a run must agree on it. */
  readonly hub?: Partial<TavioSwitches> | undefined
  /** Set when the last step must fail in both: fails if it fails in neither. */
  readonly fails?: true | undefined
}

/** Blocks whose names are told apart when cases share a run. */
const shareable = ['variable', 'locals', 'output', 'resource', 'data']

/** True if a case can share a run with others: nothing in it is about the run as a whole. */
export function canShare({ steps, fails, hub }: Case): boolean {
  return (
    fails === undefined &&
    hub === undefined &&
    steps.every(
      (step) =>
        (step.mode ?? 'normal') === 'normal' &&
        Object.keys(step.config).every((block) => shareable.includes(block)) &&
        step.targets === undefined &&
        step.refresh === undefined &&
        step.faults === undefined,
    )
  )
}
