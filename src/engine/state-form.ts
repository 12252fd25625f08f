// Values as state files hold them: sets as lists, and values of any type together with their type.
import type { Attributes, Type } from '../schema/attribute.ts'
import { conformToType } from '../schema/conform.ts'
import { rememberType, typeFromJson, typeOfValue } from '../schema/type.ts'
import {
  field,
  isList,
  isObject,
  mapList,
  mapObject,
  type ObjectValue,
  SetValue,
  type Value,
} from '../schema/value.ts'

/** To the form of state files. The object must be wholly known and fit the attributes. */
export function toStateForm(object: ObjectValue, attributes: Attributes): ObjectValue {
  return hasDynamic(attributes) ? eachAttribute(object, attributes, wrap) : (plainSets(object) as ObjectValue)
}

/** Takes types off again. What is left may still have lists for sets, which conforming to the schema makes right. */
export function fromStateForm(object: ObjectValue, attributes: Attributes): ObjectValue {
  return hasDynamic(attributes) ? eachAttribute(object, attributes, unwrap) : object
}

type Turn = (value: Value, type: Type) => Value

const wrap: Turn = (value, type) => {
  if (type.kind !== 'dynamic') return into(value, type, wrap) ?? plainSets(value)
  // The type is JSON, and JSON is a value.
  return value === null ? null : { value: plainSets(value), type: typeOfValue(value) as Value }
}

const unwrap: Turn = (value, type) => {
  if (type.kind !== 'dynamic') return into(value, type, unwrap) ?? value
  if (!isObject(value) || !Object.hasOwn(value, 'type') || !Object.hasOwn(value, 'value')) return value
  const recorded = typeFromJson(field(value, 'type'))
  return rememberType(conformToType(field(value, 'value') ?? null, recorded, '').value, recorded)
}

/** Turns what is inside; undefined where there is nothing inside to turn. */
function into(value: Value, type: Type, turn: Turn): Value | undefined {
  if (type.kind === 'object' && isObject(value)) return eachAttribute(value, type.attributes, turn)
  if (type.kind === 'map' && isObject(value)) {
    return mapObject(value, (inner) => turn(inner, type.element))
  }
  if (type.kind === 'list' && isList(value)) return mapList(value, (inner) => turn(inner, type.element))
  return undefined
}

function eachAttribute(object: ObjectValue, attributes: Attributes, turn: Turn): ObjectValue {
  return mapObject(object, (value, name) => {
    const type = attributes[name]?.type
    return type === undefined ? value : turn(value, type)
  })
}

/** Sets as lists, at every depth. */
export function plainSets(value: Value): Value {
  if (value instanceof SetValue) return value.elements.map(plainSets)
  if (isList(value)) return mapList(value, plainSets)
  return isObject(value) ? mapObject(value, plainSets) : value
}

const known = new WeakMap<Attributes, boolean>()

function hasDynamic(attributes: Attributes): boolean {
  const remembered = known.get(attributes)
  if (remembered !== undefined) return remembered
  const found = Object.values(attributes).some(({ type }) => mentionsDynamic(type))
  known.set(attributes, found)
  return found
}

function mentionsDynamic(type: Type): boolean {
  switch (type.kind) {
    case 'list':
    case 'set':
    case 'map':
      return mentionsDynamic(type.element)
    case 'tuple':
      return type.elements.some(mentionsDynamic)
    case 'object':
      return hasDynamic(type.attributes)
    default:
      return type.kind === 'dynamic'
  }
}
