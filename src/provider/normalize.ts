// Making what a resource returns fit its schema, in the spelling that is already there.
import { DiagnosticError, problem } from '../diagnostics.ts'
import { formatPath, type Path } from '../path.ts'
import { type Attribute, type Attributes, namesOf, type Schema } from '../schema/attribute.ts'
import { conformToType } from '../schema/conform.ts'
import {
  equal,
  field,
  isObject,
  isWhollyKnown,
  type ObjectValue,
  rebuild,
  type Value,
} from '../schema/value.ts'
import { turnNested } from './nested.ts'

/**
 * Makes a returned object whole: every attribute of the schema present, write-only ones null, and where the schema
 * holds two spellings to be the same, the one of `reference` (what was planned, or recorded before).
 *
 * Returns `reference` itself if that is what comes out.
 *
 * Throws a diagnostic that blames the provider if something is unknown, of the wrong type, or null against its word.
 */
export function normalize(
  type: string,
  schema: Schema,
  returned: unknown,
  reference: ObjectValue | undefined,
): ObjectValue {
  if (typeof returned !== 'object' || returned === null) throw broken(type, 'It returned no object at all.')
  // Whatever it holds, conforming says what does not fit.
  const object = conformToType(returned as Value, { kind: 'object', attributes: schema.attributes }, type)
  const complaint = object.problems[0]
  if (complaint !== undefined) throw broken(type, complaint.detail)
  const settled = settle(schema.attributes, object.value as ObjectValue, reference)
  for (const name of namesOf(schema.attributes)) {
    const attribute = schema.attributes[name]
    const value = settled[name] as Value
    if (!isWhollyKnown(value)) throw broken(type, `It left ${formatPath([name])} unknown.`)
    if (value === null && attribute?.always === true)
      throw broken(type, `It returned no ${formatPath([name])}.`)
  }
  // Most objects are what they were, and then one copy of them is enough.
  return reference !== undefined && equal(settled, reference) ? reference : settled
}

function settle(
  attributes: Attributes,
  object: ObjectValue,
  reference: ObjectValue | undefined,
): ObjectValue {
  const names = namesOf(attributes)
  const settled = names.map((name) => {
    const before = reference === undefined ? undefined : field(reference, name)
    return settleAttribute(attributes[name] as Attribute, object[name] as Value, before)
  })
  return rebuild(object, names, settled)
}

function settleAttribute(attribute: Attribute, value: Value, reference: Value | undefined): Value {
  if (attribute.writeOnly) return null
  if (
    attribute.equivalent !== undefined &&
    reference !== undefined &&
    isWhollyKnown(reference) &&
    attribute.equivalent(value, reference)
  )
    return reference
  return turnNested(attribute.type, value, reference, settle)
}

/** Paths where a planned object promises a known value and the result has another. A nested promise is one path. */
export function brokenPromises(planned: Value, result: Value, path: Path = []): Path[] {
  if (isWhollyKnown(planned)) return equal(planned, result) ? [] : [path]
  if (isObject(planned) && isObject(result)) {
    return Object.keys(planned).flatMap((key) =>
      brokenPromises(planned[key] as Value, field(result, key) ?? null, [...path, key]),
    )
  }
  if (Array.isArray(planned) && Array.isArray(result)) {
    if (planned.length !== result.length) return [path]
    return planned.flatMap((element: Value, i) =>
      brokenPromises(element, (result as readonly Value[])[i] as Value, [...path, i]),
    )
  }
  return []
}

function broken(type: string, what: string): DiagnosticError {
  return new DiagnosticError(
    problem(
      'Provider broke its contract',
      `${type} returned an object that does not fit its schema. ${what} This is a fault in the provider.`,
    ),
  )
}
