// Objects inside attributes, wherever a type puts them.
import type { Attributes, Type } from '../schema/attribute.ts'
import {
  equal,
  field,
  isList,
  isObject,
  mapList,
  mapObject,
  type ObjectValue,
  SetValue,
  setOf,
  type Value,
} from '../schema/value.ts'

/** Turns one nested object; `other` is its counterpart in the value that it is laid beside, if it has one. */
type Turn = (attributes: Attributes, object: ObjectValue, other: ObjectValue | undefined) => ObjectValue

/**
 * Turns all outermost nested objects of a value, each beside its counterpart in `other`: the same place in a list or
 * map, and in a set the element that agrees in everything that is not null.
 */
export function turnNested(type: Type, value: Value, other: Value | undefined, turn: Turn): Value {
  switch (type.kind) {
    case 'object':
      return isObject(value) ? turn(type.attributes, value, isObject(other) ? other : undefined) : value
    case 'list': {
      if (!isList(value) || !holdsObjects(type.element)) return value
      const others = other !== undefined && isList(other) ? other : []
      return mapList(value, (element, i) => turnNested(type.element, element, others[i], turn))
    }
    case 'map': {
      if (!isObject(value) || !holdsObjects(type.element)) return value
      const others = isObject(other) ? other : {}
      return mapObject(value, (element, key) => turnNested(type.element, element, field(others, key), turn))
    }
    case 'set': {
      if (!(value instanceof SetValue) || !holdsObjects(type.element)) return value
      const others = other instanceof SetValue ? other.elements : []
      const turned = value.elements.map((element) =>
        turnNested(type.element, element, findAlike(element, others), turn),
      )
      return turned.every((element, i) => element === value.elements[i]) ? value : setOf(turned)
    }
    default:
      return value
  }
}

/** True if values of the type may hold nested objects. */
export function holdsObjects(type: Type): boolean {
  if (type.kind === 'object') return true
  return (type.kind === 'list' || type.kind === 'set' || type.kind === 'map') && holdsObjects(type.element)
}

function findAlike(element: Value, others: readonly Value[]): Value | undefined {
  if (!isObject(element)) return undefined
  return others.find(
    (other) =>
      isObject(other) &&
      Object.entries(element).every(([name, value]) => value === null || equal(value, other[name] ?? null)),
  )
}
