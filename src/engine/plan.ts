// A plan is plain data: everything apply needs, order included.
import type { Address } from '../address.ts'
import type { Diagnostic } from '../diagnostics.ts'
import type { Path } from '../path.ts'
import type { Usage } from '../provider/provider.ts'
import type { ObjectValue, Value } from '../schema/value.ts'
import type { OutputValue, ResourceRecord } from '../state/state.ts'
import type { Change, OutputChange } from './change.ts'
import type { Check, PendingCondition } from './check.ts'
import type { Repetition } from './repetition.ts'
import type { Written } from './written.ts'

export type PlanMode = 'normal' | 'destroy' | 'refresh-only'

/** One provider call, or one change of what is recorded. A replacement is two steps. */
export interface Step {
  /** Unique in the plan and the same in every plan of the same change: `create tavio_user.ada`. */
  readonly id: string
  readonly action: 'create' | 'update' | 'delete' | 'read' | 'forget'
  readonly address: Address
  /** delete: the deposed object to delete. create: the key under which the current object waits for its deletion. */
  readonly deposed?: string | undefined
  /** Steps and joins that must have succeeded before. */
  readonly needs: readonly string[]
  /** Key into `Plan.providers`. */
  readonly provider: string
  readonly prior: ObjectValue | null
  readonly planned: ObjectValue | null
  /** Evaluated, without marks, write-only values included; leaves may be UNKNOWN, and then `body` says how to find them. */
  readonly config: ObjectValue | null
  readonly body?: Value | undefined
  readonly repetition: Repetition
  /** `for_each` as written, when the element of this instance is not known yet. */
  readonly forEach?: Value | undefined
  readonly sensitive: readonly Path[]
  /** As recorded in state: block addresses. */
  readonly dependencies: readonly string[]
  /** create: identities of objects with the same natural key that were there before, not to be taken for ours. */
  readonly existing: readonly string[]
  /** Why it must not be done: it fails with these words, and so does what needs it. */
  readonly blocked?: string | undefined
  /** read: address of the check that it belongs to; what goes wrong is told as part of that, and stops nothing. */
  readonly check?: string | undefined
  readonly createBeforeDestroy: boolean
  readonly private?: string | undefined
  /** Digest of the live object the plan saw; the step is refused if the object has changed since. */
  readonly fingerprint?: string | undefined
}

/** Done when all it needs is done; steps and joins name it in their `needs`. */
export interface Join {
  readonly id: string
  readonly needs: readonly string[]
  /** Address of an object that no step changes, and whose conditions must hold for this to be done. */
  readonly object?: string | undefined
}

/** Record keys: where an object was recorded, and where it is from now on. */
export interface Move {
  readonly from: string
  readonly to: string
}

/** A provider configuration with its settings evaluated. */
export interface PlannedProvider {
  readonly source: string
  readonly alias?: string | undefined
  readonly settings: ObjectValue
}

/**
 * Everything that is going to happen, bound to the state and the live objects it was made from.
 *
 * Holds secrets (settings, write-only values, sensitive variables): never print it, and write it sealed only.
 */
export interface Plan {
  readonly format: 1
  readonly version: string
  /** ISO 8601. */
  readonly createdAt: string
  readonly mode: PlanMode
  /** Directory of the configuration, for messages. */
  readonly directory: string
  /** Of the state it was made from; apply refuses any other. Lineage is empty when there was no state. */
  readonly lineage: string
  readonly serial: number
  /** In order of address; no-ops included. */
  readonly changes: readonly Change[]
  /** What is different from what was recorded, before anything is done. */
  readonly drift: readonly Change[]
  readonly steps: readonly Step[]
  /** Names for groups of steps, so that a thousand steps can wait for a thousand others by one word. */
  readonly joins: readonly Join[]
  readonly outputs: readonly OutputChange[]
  /** Everything that has conditions, as far as they can be told now. In order of address. */
  readonly checks: readonly Check[]
  /** What is to be looked at while applying. */
  readonly conditions: readonly PendingCondition[]
  /** What expressions in steps and outputs may refer to. */
  readonly scope: {
    readonly variables: { readonly [name: string]: Value }
    /** Bodies as written. */
    readonly locals: { readonly [name: string]: Value }
    /** Bodies as written, and whether they are declared sensitive. */
    readonly outputs: { readonly [name: string]: { readonly body: Value; readonly sensitive: boolean } }
    /** Objects that no step changes, by address; marks included. */
    readonly values: { readonly [address: string]: Value }
    /** Blocks and how their instances are keyed, by block address. */
    readonly blocks: { readonly [address: string]: 'single' | 'count' | 'each' }
    readonly path: { readonly module: string; readonly root: string; readonly cwd: string }
    readonly workspace: string
  }
  readonly providers: { readonly [key: string]: PlannedProvider }
  /** For tools that read plans; apply has no use for it. Holds what is written at secret places. */
  readonly written: Written
  /** What was recorded, as refresh found it to be, before anything is done. In the order of state files. */
  readonly prior: {
    readonly records: readonly ResourceRecord[]
    readonly outputs: { readonly [name: string]: OutputValue }
  }
  /** Objects that are to be recorded differently though no step touches them: what refresh found. Null: gone. */
  readonly refreshed: { readonly [recordKey: string]: ResourceRecord | null }
  /** Objects that are recorded under another key from now on; part of `refreshed`. */
  readonly moves: readonly Move[]
  /** Steps of an earlier run that died over them, and whose outcome this plan has found out. */
  readonly settled: readonly string[]
  /** True when only part of the configuration was looked at. */
  readonly targeted: boolean
  readonly warnings: readonly Diagnostic[]
  /** Calls that planning took. */
  readonly usage: Usage
}

/** True if applying would change an object, an output or what is recorded. */
export function hasChanges(plan: Plan): boolean {
  return (
    plan.steps.some((step) => step.action !== 'read') ||
    plan.outputs.some((output) => output.action !== 'no-op') ||
    plan.moves.length > 0 ||
    plan.changes.some((change) => change.importing !== undefined) ||
    (plan.mode === 'refresh-only' && Object.keys(plan.refreshed).length > 0)
  )
}

/** Counts for the summary line; a replacement adds and destroys, and what is held back counts nowhere. */
export function countChanges(plan: Plan): { add: number; change: number; destroy: number; forget: number } {
  const count = (...actions: Change['action'][]) =>
    plan.changes.filter((c) => !c.isBlocked && actions.includes(c.action)).length
  return {
    add: count('create', 'replace'),
    change: count('update'),
    destroy: count('delete', 'replace'),
    forget: count('forget'),
  }
}
