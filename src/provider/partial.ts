// What is known of an object that is not finished, or not as it should be.
import type { Attribute, Schema } from '../schema/attribute.ts'
import { conformToType } from '../schema/conform.ts'
import { field, isObject, isWhollyKnown, type ObjectValue, objectOf, type Value } from '../schema/value.ts'

/**
 * Makes a part of an object whole enough to be recorded: what is missing comes from `base`, or is null; so are
 * write-only attributes and whatever does not fit the schema. Undefined if there is nothing to record at all.
 */
export function completePartial(
  schema: Schema,
  part: unknown,
  base: ObjectValue | undefined,
): ObjectValue | undefined {
  // Whatever a resource hands over, its own properties are all that is looked at.
  if (typeof part !== 'object' || part === null || !isObject(part as Value)) return undefined
  const known = part as ObjectValue
  const entries = Object.entries(schema.attributes).map(([name, attribute]): [string, Value] => {
    const value = fitting(attribute, name, field(known, name))
    return [name, value ?? (base === undefined ? null : (field(base, name) ?? null))]
  })
  return entries.every(([, value]) => value === null) ? undefined : objectOf(entries)
}

function fitting(attribute: Attribute, name: string, value: Value | undefined): Value | undefined {
  if (attribute.writeOnly || value === undefined || !isWhollyKnown(value)) return undefined
  const { value: conformed, problems } = conformToType(value, attribute.type, name)
  return problems.length === 0 ? conformed : undefined
}
