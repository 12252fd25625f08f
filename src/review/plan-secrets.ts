// What a plan or a state holds that must not be shown.
import type { Plan } from '../engine/plan.ts'
import type { Path } from '../path.ts'
import { Decimal } from '../schema/number.ts'
import { isList, isObject, type ObjectValue, Sensitive, SetValue, type Value } from '../schema/value.ts'
import type { Secrets } from './redact.ts'

/** Learns the sensitive values of a plan: at sensitive paths, marked ones, and those that steps alone hold. */
export function learnPlan(secrets: Secrets, plan: Plan): void {
  for (const change of [...plan.changes, ...plan.drift]) {
    learnPaths(secrets, change.before, change.beforeSensitive)
    learnPaths(secrets, change.after, change.afterSensitive)
  }
  for (const step of plan.steps) {
    learnPaths(secrets, step.prior, step.sensitive)
    learnPaths(secrets, step.planned, step.sensitive)
    learnPaths(secrets, step.config, step.sensitive)
    learnWriteOnly(secrets, step.config, step.planned)
  }
  for (const { sensitive, before, after } of plan.outputs) {
    if (!sensitive) continue
    secrets.addValue(before)
    secrets.addValue(after)
  }
  for (const value of Object.values(plan.scope.variables)) secrets.addMarked(value)
  for (const value of Object.values(plan.scope.values)) secrets.addMarked(value)
}

/** Learns what is at the given paths of an object. */
export function learnPaths(secrets: Secrets, value: ObjectValue | null, paths: readonly Path[]): void {
  for (const path of paths) {
    const found = path.reduce<Value | undefined>(stepInto, value)
    if (found !== undefined) secrets.addValue(found)
  }
}

/** What is in the configuration and not in the planned object was written to be forgotten. */
function learnWriteOnly(secrets: Secrets, config: ObjectValue | null, planned: ObjectValue | null): void {
  for (const [name, value] of Object.entries(config ?? {}))
    if (planned !== null && (planned[name] ?? null) === null) secrets.addValue(value)
}

function stepInto(value: Value | undefined, step: string | number): Value | undefined {
  if (value instanceof Sensitive) return stepInto(value.value, step)
  if (value instanceof SetValue) return typeof step === 'number' ? value.elements[step] : undefined
  if (value === undefined || value === null || value instanceof Decimal) return undefined
  if (isList(value)) return typeof step === 'number' ? value[step] : undefined
  return isObject(value) && Object.hasOwn(value, step) ? value[String(step)] : undefined
}
