// Objects as state files hold them, in JSON.
import { fail } from '../diagnostics.ts'
import type { Resource } from '../provider/resource.ts'
import { upgradeStored } from '../provider/upgrade.ts'
import type { Attribute, Type } from '../schema/attribute.ts'
import { conformToType } from '../schema/conform.ts'
import { parseJson } from '../schema/json.ts'
import { rememberType, typeFromJson } from '../schema/type.ts'
import { field, isList, isObject, type ObjectValue, objectOf, type Value } from '../schema/value.ts'
import type { dynamicValue } from './messages.ts'
import { encodeObject } from './value-codec.ts'
import type { Encodable } from './wire.ts'

/** Brings a stored object to the current version of its schema. Throws a diagnostic when that is not possible. */
export function upgradeState(
  resource: Pick<Resource, 'type' | 'schema' | 'upgrades'>,
  version: number,
  json: Uint8Array,
): Encodable<typeof dynamicValue> {
  const { type, schema } = resource
  if (json.length === 0)
    return fail(
      'State too old',
      `The record of a ${type} was written by Terraform 0.11 or older, which this provider has never worked with. Remove it from state and import the object.`,
    )
  if (version === schema.version) return { json }
  if (version > schema.version)
    return fail(
      'State too new',
      `The record of a ${type} has schema version ${version}; this provider knows ${schema.version}. Install a newer one.`,
    )
  const stored = parseJson(Buffer.from(json).toString('utf8'))
  if (!isObject(stored)) return fail('State not readable', `The record of a ${type} is no object.`)
  const whole: Type = { kind: 'object', attributes: schema.attributes }
  const { value, problems } = conformToType(
    bare(upgradeStored(resource, version, stored), whole),
    whole,
    type,
  )
  const first = problems[0]
  if (first !== undefined) return fail('State not readable', first.detail, first.where)
  // Conforming to an object type gives an object, unless there was a problem.
  return { msgpack: encodeObject(schema.attributes, value as ObjectValue) }
}

/** Takes dynamic values out of the pair of value and type in which state keeps them. */
function bare(value: Value, type: Type): Value {
  if (value === null) return value
  switch (type.kind) {
    case 'dynamic':
      return dynamic(value)
    case 'list':
    case 'set':
      return isList(value) ? value.map((element) => bare(element, type.element)) : value
    case 'tuple':
      return isList(value) ? value.map((element, i) => bare(element, type.elements[i] as Type)) : value
    case 'map':
      return entries(value, () => type.element)
    case 'object':
      return entries(value, (name) => (type.attributes[name] as Attribute | undefined)?.type)
    default:
      return value
  }
}

function dynamic(value: Value): Value {
  if (!isObject(value)) return value
  const type = typeFromJson(field(value, 'type'))
  const { value: held } = conformToType(field(value, 'value') ?? null, type, 'state')
  return rememberType(held, type)
}

function entries(value: Value, typeAt: (key: string) => Type | undefined): Value {
  if (!isObject(value)) return value
  return objectOf(
    Object.entries(value).map(([key, inner]) => {
      const type = typeAt(key)
      return [key, type === undefined ? inner : bare(inner, type)]
    }),
  )
}
