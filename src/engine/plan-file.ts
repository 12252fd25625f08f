// A plan as JSON that can be read back.
import { fail } from '../diagnostics.ts'
import { decodeValue, encodeValue } from '../schema/json.ts'
import { isObject, type Value } from '../schema/value.ts'
import type { Plan } from './plan.ts'

/** Data for `JSON.stringify`. It holds secrets in clear: write it sealed only. */
export function encodePlan(plan: Plan): unknown {
  // A plan is made of values and plain data, which are a kind of value; what is undefined is left out when written.
  return encodeValue(plan as unknown as Value)
}

const parts = [
  'changes',
  'drift',
  'steps',
  'joins',
  'outputs',
  'checks',
  'conditions',
  'scope',
  'providers',
  'written',
  'prior',
  'refreshed',
  'usage',
] as const

/** Reads what `encodePlan` made and JSON carried. Throws a diagnostic on anything else. */
export function decodePlan(json: unknown): Plan {
  const value = attempt(json)
  const whole =
    isObject(value) && parts.every((name) => typeof value[name] === 'object' && value[name] !== null)
  if (!whole || value['format'] !== 1) {
    fail(
      'Unreadable plan',
      'The plan was made by a version of Hubform whose plans this one cannot read. Run plan again with this version.',
    )
  }
  // Its shape was checked as far as a mistake is likely: only encodePlan makes what is sealed.
  return value as unknown as Plan
}

function attempt(json: unknown): Value {
  try {
    return decodeValue(json)
  } catch (error) {
    return fail(
      'Unreadable plan',
      'The plan does not hold what a plan holds. Run plan again.',
      undefined,
      error,
    )
  }
}
