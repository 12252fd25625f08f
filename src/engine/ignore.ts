// lifecycle.ignore_changes: what configuration says is not followed once the object exists.
import type { Lifecycle } from '../config/config.ts'
import type { Path } from '../path.ts'
import { turnNested } from '../provider/nested.ts'
import type { Attributes } from '../schema/attribute.ts'
import {
  field,
  isList,
  isObject,
  mapObject,
  type ObjectValue,
  objectOf,
  type Value,
} from '../schema/value.ts'

/** The configuration with what is to be ignored taken from the object as it is. */
export function ignoreChanges(
  ignored: Lifecycle['ignoreChanges'],
  attributes: Attributes,
  config: ObjectValue,
  prior: ObjectValue,
): ObjectValue {
  const settable = (name: string) =>
    attributes[name]?.mode !== 'computed' && attributes[name]?.writeOnly !== true
  if (ignored !== 'all' && ignored.length === 0) return config
  // What the service gives inside of an object cannot be written, and so is not taken over with it.
  const kept = mapObject(prior, (value, name) => {
    const type = attributes[name]?.type
    return type === undefined ? value : turnNested(type, value, undefined, writable)
  })
  const paths = ignored === 'all' ? Object.keys(attributes).map((name) => [name]) : ignored
  return paths
    .filter(([name]) => typeof name === 'string' && settable(name))
    .reduce((value, path) => copyAt(value, kept, path) as ObjectValue, config)
}

function writable(attributes: Attributes, object: ObjectValue): ObjectValue {
  return mapObject(object, (value, name) => {
    const attribute = attributes[name]
    if (attribute === undefined || attribute.mode === 'computed' || attribute.writeOnly) return null
    return turnNested(attribute.type, value, undefined, writable)
  })
}

function copyAt(into: Value, from: Value, path: Path): Value {
  const [step, ...rest] = path
  if (step === undefined) return from
  if (isList(into) && isList(from) && typeof step === 'number') {
    return into.map((element, i) => (i === step ? copyAt(element, from[i] ?? null, rest) : element))
  }
  const name = String(step)
  if (!isObject(into) || !isObject(from)) return into
  const before = field(from, name)
  // A key that the object lacks is ignored by leaving it out, as Terraform does for map elements.
  if (before === undefined) return objectOf(Object.entries(into).filter(([key]) => key !== name))
  return objectOf([...Object.entries(into), [name, copyAt(field(into, name) ?? null, before, rest)]])
}
