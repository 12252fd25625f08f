// Create, update, replace, delete or nothing? The only place that decides.
import type { Path } from '../path.ts'
import { patchBetween } from '../provider/lifecycle.ts'
import type { Schema } from '../schema/attribute.ts'
import { equal, field, isWhollyKnown, type ObjectValue, type Value } from '../schema/value.ts'
import type { Action, Change, FieldReason, Reason } from './change.ts'

export interface Decision {
  readonly action: Exclude<Action, 'read' | 'forget'>
  readonly reason: Reason | undefined
}

export interface Facts {
  /** What was recorded; undefined when nothing was. */
  readonly recorded: ObjectValue | undefined
  /** What is; undefined when there is no object. */
  readonly prior: ObjectValue | undefined
  /** What shall be; null when nothing shall. */
  readonly planned: ObjectValue | null
  readonly replacePaths: readonly Path[]
  readonly tainted: boolean
  readonly requested: boolean
  readonly triggered: boolean
  /** Why there shall be nothing. */
  readonly deleteReason?: Reason | undefined
}

/** Decides what happens to one managed object. */
export function decide(facts: Facts): Decision {
  const { prior, planned, recorded } = facts
  if (planned === null)
    return prior === undefined
      ? { action: 'no-op', reason: undefined }
      : { action: 'delete', reason: facts.deleteReason }
  if (prior === undefined)
    return { action: 'create', reason: recorded === undefined ? 'create_because_new' : 'create_because_gone' }
  const replacement = replaceReason(facts)
  if (replacement !== undefined) return { action: 'replace', reason: replacement }
  if (equal(prior, planned)) return { action: 'no-op', reason: undefined }
  return {
    action: 'update',
    reason: onlyDrift(facts) ? 'update_because_drift' : 'update_because_configuration',
  }
}

/** The one that Terraform names when there are several. */
function replaceReason({ tainted, requested, triggered, replacePaths }: Facts): Reason | undefined {
  if (triggered) return 'replace_by_triggers'
  if (tainted) return 'replace_because_tainted'
  if (requested) return 'replace_by_request'
  return replacePaths.length > 0 ? 'replace_because_cannot_update' : undefined
}

/** Why each attribute differs between `before` and `after`. */
export function fieldReasons(
  schema: Schema,
  recorded: ObjectValue | undefined,
  before: ObjectValue,
  after: ObjectValue,
  answered: readonly string[],
): FieldReason[] {
  return differing(before, after).map((name) => {
    const mode = schema.attributes[name]?.mode
    if (answered.includes(name)) return { path: [name], why: 'secret' }
    if (mode === 'computed') return { path: [name], why: 'computed' }
    return { path: [name], why: drifted(recorded, before, after, name) ? 'drift' : 'configuration' }
  })
}

/** The patch of a change, empty unless there is something on both sides. */
export function changePatch(before: ObjectValue | null, after: ObjectValue | null): Change['patch'] {
  return before === null || after === null || equal(before, after) ? [] : patchBetween(before, after)
}

function onlyDrift({ recorded, prior, planned }: Facts): boolean {
  if (recorded === undefined || prior === undefined || planned === null) return false
  const known = differing(prior, planned).filter((name) => isWhollyKnown(planned[name] as Value))
  return known.length > 0 && known.every((name) => drifted(recorded, prior, planned, name))
}

function drifted(
  recorded: ObjectValue | undefined,
  before: ObjectValue,
  after: ObjectValue,
  name: string,
): boolean {
  if (recorded === undefined) return false
  const was = field(recorded, name) ?? null
  return !equal(was, before[name] as Value) && equal(was, after[name] as Value)
}

function differing(before: ObjectValue, after: ObjectValue): string[] {
  return Object.keys(after).filter((name) => !equal(field(before, name) ?? null, after[name] as Value))
}
