// Whether an object that was found is the one that a run was about to make when it died.

import type { Path } from '../path.ts'
import { normalize } from '../provider/normalize.ts'
import type { Resource } from '../provider/resource.ts'
import type { Schema } from '../schema/attribute.ts'
import { conformToType } from '../schema/conform.ts'
import { formatJson } from '../schema/json.ts'
import { equal, field, isWhollyKnown, type ObjectValue, objectOf, type Value } from '../schema/value.ts'
import { schemaSensitive } from './recorded.ts'
import { fromStateForm, toStateForm } from './state-form.ts'

/** So much of a value is shown. */
const SHOWN = 80

/**
 * What of a planned object can be held against one that is found: what is known, settable, and no secret. As JSON.
 *
 * `sensitive` are places that the configuration marks, besides those of the schema.
 */
export function toExpect(schema: Schema, planned: ObjectValue, sensitive: readonly Path[]): ObjectValue {
  const secret = new Set([...sensitive, ...schemaSensitive(schema, planned)].map(([root]) => root))
  const names = Object.entries(schema.attributes).flatMap(([name, { mode, writeOnly }]) =>
    mode === 'computed' || writeOnly || secret.has(name) || !isWhollyKnown(field(planned, name) ?? null)
      ? []
      : [name],
  )
  const known = objectOf(names.map((name) => [name, planned[name] ?? null]))
  return objectOf(
    Object.entries(toStateForm(known, schema.attributes)).filter(([name]) => names.includes(name)),
  )
}

/**
 * The differences in words: `name is "b" and was to be "a"`. Empty if the object may be the one.
 *
 * What the service does not tell, and what a create brings about only after the object is there, tells nothing.
 */
export function differences(resource: Resource, expected: ObjectValue, found: ObjectValue): string[] {
  const { schema, type, later = [] } = resource
  // Lists become sets again where the schema says so.
  const kind = { kind: 'object', attributes: schema.attributes } as const
  const wanted = conformToType(fromStateForm(expected, schema.attributes), kind, type).value as ObjectValue
  const spelled = normalize(type, schema, found, wanted)
  return Object.keys(expected)
    .filter((name) => schema.attributes[name] !== undefined && !later.includes(name))
    .flatMap((name) => {
      const is = field(spelled, name) ?? null
      const was = field(wanted, name) ?? null
      return is === null || equal(is, was) ? [] : [`${name} is ${shown(is)} and was to be ${shown(was)}`]
    })
}

function shown(value: Value): string {
  const text = formatJson(value)
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}
