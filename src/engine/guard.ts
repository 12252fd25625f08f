// Did the resource keep its word?
import { type Diagnostic, problem } from '../diagnostics.ts'
import { formatPath } from '../path.ts'
import { holdsObjects } from '../provider/nested.ts'
import { brokenPromises } from '../provider/normalize.ts'
import type { Resource } from '../provider/resource.ts'
import { type Attribute, namesOf, type Type } from '../schema/attribute.ts'
import {
  equal,
  field,
  isList,
  isObject,
  type ObjectValue,
  SetValue,
  UNKNOWN,
  type Value,
} from '../schema/value.ts'

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
    .filter((name) => !isKeptIn(attributes[name] as Attribute, name, config, prior, planned))
    .map((name) => broken(address, `It planned another value for ${name} than the configuration gives.`))
}

function isKeptIn(
  attribute: Attribute,
  name: string,
  config: ObjectValue,
  prior: ObjectValue | undefined,
  planned: ObjectValue,
): boolean {
  const before = prior === undefined ? undefined : (field(prior, name) ?? null)
  return isKept(attribute, field(config, name) ?? null, before, field(planned, name) ?? null)
}

function isKept(attribute: Attribute, wanted: Value, prior: Value | undefined, promised: Value): boolean {
  if (attribute.writeOnly || wanted === UNKNOWN || equal(wanted, promised)) return true
  if (prior !== undefined && equal(prior, promised)) return true
  if (wanted === null) return attribute.mode !== 'optional' || attribute.default !== undefined
  return holdsObjects(attribute.type) && isKeptWithin(attribute.type, wanted, prior, promised)
}

/** Nested objects have attributes of their own that nobody configured. */
function isKeptWithin(type: Type, wanted: Value, prior: Value | undefined, promised: Value): boolean {
  if (wanted === UNKNOWN || equal(wanted, promised)) return true
  switch (type.kind) {
    case 'object': {
      if (!isObject(wanted) || !isObject(promised)) return false
      const before = isObject(prior) ? prior : undefined
      return namesOf(type.attributes).every((name) =>
        isKeptIn(type.attributes[name] as Attribute, name, wanted, before, promised),
      )
    }
    case 'list': {
      if (!isList(wanted) || !isList(promised) || wanted.length !== promised.length) return false
      const before = prior !== undefined && isList(prior) ? prior : []
      return wanted.every((element, i) => isKeptWithin(type.element, element, before[i], promised[i] ?? null))
    }
    case 'map': {
      if (!isObject(wanted) || !isObject(promised)) return false
      const before = isObject(prior) ? prior : {}
      return (
        Object.keys(wanted).length === Object.keys(promised).length &&
        Object.entries(wanted).every(
          ([key, element]) =>
            Object.hasOwn(promised, key) &&
            isKeptWithin(type.element, element, field(before, key) ?? null, promised[key] ?? null),
        )
      )
    }
    case 'set':
      // Elements have no address to find their counterparts by.
      return wanted instanceof SetValue && promised instanceof SetValue
    default:
      return false
  }
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
