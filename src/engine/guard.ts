// Did the resource keep its word?
import { type Diagnostic, problem } from '../diagnostics.ts'
import { formatPath } from '../path.ts'
import { brokenPromises } from '../provider/normalize.ts'
import type { Resource } from '../provider/resource.ts'
import { type Attribute, namesOf } from '../schema/attribute.ts'
import { equal, field, type ObjectValue, UNKNOWN, type Value } from '../schema/value.ts'

/**
 * What was planned against what is configured: a configured value must be planned as it is, or as it already was;
 * what nobody configured may only be planned for computed attributes.
 */
export function guardPlan(
  resource: Resource,
  address: string,
  config: ObjectValue,
  prior: ObjectValue | undefined,
  planned: ObjectValue,
): Diagnostic[] {
  const { attributes } = resource.schema
  return namesOf(attributes)
    .filter((name) => !isKept(attributes[name] as Attribute, name, config, prior, planned))
    .map((name) => broken(address, `It planned another value for ${name} than the configuration gives.`))
}

function isKept(
  attribute: Attribute,
  name: string,
  config: ObjectValue,
  prior: ObjectValue | undefined,
  planned: ObjectValue,
): boolean {
  if (attribute.writeOnly || attribute.type.kind === 'object') return true
  const wanted = field(config, name) ?? null
  const promised = field(planned, name) ?? null
  if (wanted === UNKNOWN || equal(wanted, promised)) return true
  if (prior !== undefined && equal(field(prior, name) ?? null, promised)) return true
  return wanted === null && (attribute.mode !== 'optional' || attribute.default !== undefined)
}

/** The final plan of a step against the one that was reviewed: what was known then must not be different now. */
export function guardReplan(address: string, reviewed: Value, final: Value): Diagnostic[] {
  return brokenPromises(reviewed, final).map((path) =>
    problem(
      'Plan changed while applying',
      `${address} was planned with another ${formatPath(path)} than it would get now. Nothing was done to it. Run plan again.`,
      { address, path },
    ),
  )
}

/** What came of a step against what was planned. The object exists and is recorded all the same. */
export function guardResult(address: string, planned: Value, result: Value): Diagnostic[] {
  return brokenPromises(planned, result).map((path) =>
    problem(
      'Result differs from plan',
      `${address} has another ${formatPath(path)} than was planned. This is a fault in the provider, or someone changed the object meanwhile. The object exists and is recorded; run plan again before changing anything.`,
      { address, path },
    ),
  )
}

function broken(address: string, what: string): Diagnostic {
  return problem('Provider broke its contract', `${address}: ${what} This is a fault in the provider.`, {
    address,
  })
}
