// Parameters whose elements are brought to one type.

import { isList, Sensitive, SetValue, UNKNOWN, type Value } from '../../schema/value.ts'
import { convert, listOfShape, Mismatch, type Shape, shapeOf, unifyAll } from '../convert.ts'
import type { Param } from './define.ts'

/** A list whose elements are converted to the type they have in common. Keeps a mark on the whole list. */
export function unified(name: string): Param<Value> {
  return { name, take: toUniformList }
}

/** Throws Mismatch when there is no common type. */
export function toUniformList(value: Value): Value {
  if (value instanceof Sensitive) return new Sensitive(toUniformList(value.value))
  // Under a mark, an unknown list comes this far.
  if (value === UNKNOWN) return UNKNOWN
  if (value instanceof SetValue) return uniformList([...value.elements])
  if (!isList(value)) throw new Mismatch('list required')
  return convert(value, { kind: 'list', element: elementShape(value, value) })
}

/** Converts the elements of all lists to the type they all have in common. Throws Mismatch when there is none. */
export function unifiedLists(lists: readonly (readonly Value[])[]): readonly (readonly Value[])[] {
  const element = commonShape(lists.flat())
  // Converting to a list yields an array.
  return lists.map((list) => convert(list, { kind: 'list', element }) as readonly Value[])
}

/** What is in a collection. It may be known of an empty one, too. */
export function elementShape(collection: Value, elements: readonly Value[]): Shape {
  const shape = shapeOf(collection)
  return 'element' in shape && shape.element.kind !== 'any' ? shape.element : commonShape(elements)
}

export function commonShape(elements: readonly Value[]): Shape {
  const shape = unifyAll(elements.map(shapeOf))
  if (!shape) throw new Mismatch('all elements must be of one type')
  return shape
}

/** A new array as a list. What is in it must be of one type already; otherwise it stays a tuple. */
export function uniformList(elements: readonly Value[]): readonly Value[] {
  const shape = unifyAll(elements.map(shapeOf))
  return shape === undefined ? elements : listOfShape(elements, shape)
}
