// Planning a step's object once more, when everything is known: it must come out as it was reviewed.
import { formatAddress } from '../address.ts'
import { DiagnosticError, hasErrors } from '../diagnostics.ts'
import { evaluate } from '../expression/evaluate.ts'
import { parseBody } from '../expression/parse.ts'
import type { Scope } from '../expression/scope.ts'
import type { Call } from '../provider/call.ts'
import { validateObject } from '../provider/lifecycle.ts'
import { planObject } from '../provider/plan-object.ts'
import type { Resource } from '../provider/resource.ts'
import { typedLike } from '../schema/kind.ts'
import { unmark } from '../schema/marks.ts'
import {
  field,
  isList,
  isObject,
  isWhollyKnown,
  type ObjectValue,
  objectOf,
  type Value,
} from '../schema/value.ts'
import { guardReplan } from './guard.ts'
import type { Step } from './plan.ts'
import { instanceScope } from './scope.ts'

export interface Replanned {
  readonly config: ObjectValue
  readonly planned: ObjectValue
  readonly sensitive: Step['sensitive']
}

/** Throws a diagnostic if it would become something else than was reviewed; nothing has been done then. */
export async function replan(request: {
  readonly step: Step
  readonly scope: Scope
  readonly resource: Resource
  readonly client: unknown
  readonly call: Call
  readonly prior: ObjectValue | undefined
}): Promise<Replanned> {
  const { step, resource, client, prior, call } = request
  const address = formatAddress(step.address)
  const resolved = resolveConfig(step, request.scope)
  const { config, diagnostics } = validateObject(resource, resolved.config, address)
  if (hasErrors(diagnostics)) throw new DiagnosticError(diagnostics)
  const final = await planObject({ ...call, resource, client, prior, config })
  const changed = [...final.diagnostics, ...guardReplan(address, step.planned, final.planned)]
  if (hasErrors(changed)) throw new DiagnosticError(changed)
  return { config, planned: final.planned, sensitive: resolved.sensitive }
}

/** What was configured, with everything that was not known when the plan was made. */
export function resolveConfig(
  step: Step,
  scope: Scope,
): { readonly config: ObjectValue; readonly sensitive: Step['sensitive'] } {
  if (step.config === null || step.body === undefined) {
    return { config: step.config ?? {}, sensitive: step.sensitive }
  }
  const here = instanceScope(scope, settledRepetition(step, scope))
  const { value, sensitive } = unmark(evaluate(parseBody(step.body), here))
  if (!isObject(value)) throw new Error('the body of a block is an object')
  const config = settleUnknown(step.config, value) as ObjectValue
  return { config, sensitive: [...step.sensitive, ...sensitive] }
}

/** What `each` is, now that all it was made of is known. */
export function settledRepetition(
  { forEach, repetition }: Pick<Step, 'forEach' | 'repetition'>,
  scope: Scope,
): Step['repetition'] {
  const { each } = repetition
  if (forEach === undefined || each === undefined) return repetition
  const { key } = each
  const all = evaluate(parseBody(forEach), scope)
  const value = isObject(all) && typeof key === 'string' ? field(all, key) : undefined
  return value === undefined ? repetition : { each: { key, value } }
}

/**
 * What was known when the plan was made stays as it was: it was reviewed, and it may have been taken from the object
 * instead of the configuration, where changes are ignored.
 */
function settleUnknown(reviewed: Value, final: Value): Value {
  if (isWhollyKnown(reviewed)) return reviewed
  if (isObject(reviewed) && isObject(final)) {
    const names = new Set([...Object.keys(reviewed), ...Object.keys(final)])
    return typedLike(objectOf([...names].map((name) => [name, settleField(reviewed, final, name)])), final)
  }
  if (isList(reviewed) && isList(final) && reviewed.length === final.length) {
    const settled = reviewed.map((element, i) => settleUnknown(element, final[i] as Value))
    return typedLike(settled, final)
  }
  return final
}

function settleField(reviewed: ObjectValue, final: ObjectValue, name: string): Value {
  const after = Object.hasOwn(final, name) ? (final[name] as Value) : null
  return Object.hasOwn(reviewed, name) ? settleUnknown(reviewed[name] as Value, after) : after
}
