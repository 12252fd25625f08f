// A value made to fit a variable's type: as strict as Terraform, with defaults of optional attributes filled in.
import { convert as convertToShape, shapeOf, unifyAll } from '../expression/convert.ts'
import { formatPath, type Path } from '../path.ts'
import type { Attribute, Attributes, Type } from '../schema/attribute.ts'
import { convertPrimitive } from '../schema/convert.ts'
import { describeKind, describeType, rememberType } from '../schema/type.ts'
import {
  field,
  isList,
  isObject,
  type ObjectValue,
  objectOf,
  SetValue,
  setOf,
  UNKNOWN,
  type Value,
} from '../schema/value.ts'

export interface Converted {
  /** Usable only without problems. */
  readonly value: Value
  /** Each goes on from the name of the whole: `must be a number, but is a string`. Values never appear in them. */
  readonly problems: readonly string[]
}

/** Converts an unmarked value. Attributes that an object type does not have are dropped, as Terraform does. */
export function convert(value: Value, type: Type): Converted {
  const problems: string[] = []
  const converted = convertTo(value, type, [], problems)
  return { value: problems.length === 0 ? rememberType(converted, type) : converted, problems }
}

function convertTo(value: Value, type: Type, path: Path, problems: string[]): Value {
  if (value === null || value === UNKNOWN || type.kind === 'dynamic') return value
  switch (type.kind) {
    case 'string':
    case 'number':
    case 'bool':
      return convertPrimitive(value, type.kind) ?? mismatch(value, type, path, problems)
    case 'list':
    case 'set': {
      const elements = elementsOf(value)
      if (elements === undefined) return mismatch(value, type, path, problems)
      const converted = elements.map((one, i) => convertTo(one, type.element, [...path, i], problems))
      const alike =
        type.element.kind === 'dynamic' ? unified(converted, type.kind, path, problems) : converted
      return type.kind === 'set' ? setOf(alike) : alike
    }
    case 'tuple': {
      const elements = elementsOf(value)
      if (elements?.length !== type.elements.length) return mismatch(value, type, path, problems)
      return type.elements.map((one, i) => convertTo(elements[i] as Value, one, [...path, i], problems))
    }
    case 'map':
      if (!isObject(value)) return mismatch(value, type, path, problems)
      return convertMap(value, type.element, path, problems)
    case 'object':
      return isObject(value)
        ? convertObject(value, type.attributes, path, problems)
        : mismatch(value, type, path, problems)
  }
}

function convertObject(value: ObjectValue, attributes: Attributes, path: Path, problems: string[]): Value {
  return objectOf(
    Object.keys(attributes).map((name) => {
      const attribute = attributes[name] as Attribute
      const given = field(value, name)
      if (given === undefined && attribute.mode === 'required')
        problems.push(`${subject([...path, name])}must be set, and is not`)
      // A default may itself hold objects with defaults, so it is converted like a given value.
      return [name, convertTo(given ?? attribute.default ?? null, attribute.type, [...path, name], problems)]
    }),
  )
}

function convertMap(value: ObjectValue, element: Type, path: Path, problems: string[]): ObjectValue {
  const keys = Object.keys(value)
  const converted = keys.map((key) => convertTo(value[key] as Value, element, [...path, key], problems))
  const alike = element.kind === 'dynamic' ? unified(converted, 'map', path, problems) : converted
  return objectOf(keys.map((key, i) => [key, alike[i] as Value]))
}

/** Elements of any type must still be of one: they are converted to what they have in common. */
function unified(elements: readonly Value[], kind: string, path: Path, problems: string[]): readonly Value[] {
  const element = unifyAll(elements.map(shapeOf))
  if (element === undefined) {
    problems.push(`${subject(path)}must be a ${kind} whose elements are of one type`)
    return elements
  }
  return elements.map((one) => convertToShape(one, element))
}

function elementsOf(value: Value): readonly Value[] | undefined {
  return value instanceof SetValue ? value.elements : isList(value) ? value : undefined
}

function mismatch(value: Value, type: Type, path: Path, problems: string[]): null {
  const wanted = type.kind === 'tuple' ? `tuple of ${type.elements.length} elements` : describeType(type)
  const article = /^[aeiou]/.test(wanted) ? 'an' : 'a'
  problems.push(`${subject(path)}must be ${article} ${wanted}, but is ${describeKind(value)}`)
  return null
}

function subject(path: Path): string {
  return path.length === 0 ? '' : `is not valid: ${formatPath(path)} `
}
