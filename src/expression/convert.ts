// Types as far as values tell them, and the conversions Terraform does silently.
//
// A list and a tuple look alike here, as do a map and an object; both count as the latter, which is the more lenient.
import { convertPrimitive } from '../schema/convert.ts'
import type { TypeJson } from '../schema/kind.ts'
import { rememberedType, withType } from '../schema/kind.ts'
import { isNumber, type Num } from '../schema/number.ts'
import {
  isList,
  isObject,
  isWhollyKnown,
  type ObjectValue,
  objectOf,
  Sensitive,
  SetValue,
  setOf,
  UNKNOWN,
  type Value,
} from '../schema/value.ts'

/** `any` is also the shape of null and of unknown values: it agrees with every other. */
export type Shape =
  | { readonly kind: 'any' | 'string' | 'number' | 'bool' }
  | { readonly kind: 'list' | 'set' | 'map'; readonly element: Shape }
  | { readonly kind: 'tuple'; readonly elements: readonly Shape[] }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Shape> }

const any: Shape = { kind: 'any' }
const string: Shape = { kind: 'string' }
const number: Shape = { kind: 'number' }
const bool: Shape = { kind: 'bool' }

/** A value cannot become what is asked for. The message never quotes it. */
export class Mismatch extends Error {}

export function shapeOf(value: Value): Shape {
  if (typeof value === 'string') return string
  if (typeof value === 'boolean') return bool
  if (isNumber(value)) return number
  if (value === null || value === UNKNOWN) return any
  if (value instanceof Sensitive) return shapeOf(value.value)
  const remembered = rememberedType(value)
  if (remembered !== undefined) return shapeOfType(remembered)
  if (value instanceof SetValue) return { kind: 'set', element: unifyAll(value.elements.map(shapeOf)) ?? any }
  if (isList(value)) return { kind: 'tuple', elements: value.map(shapeOf) }
  return {
    kind: 'object',
    fields: new Map(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)])),
  }
}

function shapeOfType(type: unknown): Shape {
  if (type === 'string' || type === 'number' || type === 'bool') return { kind: type }
  if (!Array.isArray(type)) return any
  const [kind, inner] = type as readonly unknown[]
  if (kind === 'list' || kind === 'set' || kind === 'map') return { kind, element: shapeOfType(inner) }
  if (kind === 'tuple') return { kind, elements: (inner as readonly unknown[]).map(shapeOfType) }
  const fields = Object.entries(inner as object).map(([name, one]) => [name, shapeOfType(one)] as const)
  return { kind: 'object', fields: new Map(fields) }
}

/** In Terraform's notation. */
function typeOfShape(shape: Shape): TypeJson {
  switch (shape.kind) {
    case 'any':
      return 'dynamic'
    case 'list':
    case 'set':
    case 'map':
      return [shape.kind, typeOfShape(shape.element)]
    case 'tuple':
      return ['tuple', shape.elements.map(typeOfShape)]
    case 'object':
      return ['object', Object.fromEntries([...shape.fields].map(([name, one]) => [name, typeOfShape(one)]))]
    default:
      return shape.kind
  }
}

/** A new array as a list whose elements are of one shape. */
export function listOfShape(elements: readonly Value[], element: Shape): readonly Value[] {
  return withType(elements, ['list', typeOfShape(element)])
}

/** A new object as a map whose elements are of one shape. */
export function mapOfShape(object: ObjectValue, element: Shape): ObjectValue {
  return withType(object, ['map', typeOfShape(element)])
}

/** The shape all of them can be converted to; undefined if there is none. */
export function unifyAll(shapes: readonly Shape[]): Shape | undefined {
  const [first, ...others] = shapes
  if (first === undefined) return any
  const sameLength = shapes.every((shape) => shape.kind === 'tuple')
  if (sameLength && others.length > 1) return unifyTuples(shapes as readonly (Shape & { kind: 'tuple' })[])
  if (shapes.every((shape) => shape.kind === 'object') && others.length > 1) {
    return unifyObjects(shapes as readonly (Shape & { kind: 'object' })[])
  }
  return others.reduce<Shape | undefined>((sum, shape) => sum && unify(sum, shape), first)
}

/** The shape both can be converted to; undefined if there is none. */
export function unify(a: Shape, b: Shape): Shape | undefined {
  if (a.kind === 'any') return b
  if (b.kind === 'any') return a
  if (isPrimitive(a) && isPrimitive(b))
    return a.kind === b.kind ? a : a.kind === 'string' || b.kind === 'string' ? string : undefined
  if (a.kind === 'tuple' && b.kind === 'tuple') return unifyTuples([a, b])
  if (a.kind === 'object' && b.kind === 'object') return unifyObjects([a, b])
  if (isSequence(a) && isSequence(b)) {
    const element = unifyAll([...elementShapes(a), ...elementShapes(b)])
    const kind = a.kind === 'set' || b.kind === 'set' ? 'set' : 'list'
    return element && { kind, element }
  }
  if (isMapping(a) && isMapping(b)) {
    const element = unifyAll([...elementShapes(a), ...elementShapes(b)])
    return element && { kind: 'map', element }
  }
  return undefined
}

function unifyTuples(shapes: readonly (Shape & { kind: 'tuple' })[]): Shape | undefined {
  const length = shapes[0]?.elements.length ?? 0
  if (shapes.every((shape) => shape.elements.length === length)) {
    const elements: Shape[] = []
    for (let i = 0; i < length; i++) {
      const element = unifyAll(shapes.map((shape) => shape.elements[i] ?? any))
      if (element === undefined) return undefined
      elements.push(element)
    }
    return { kind: 'tuple', elements }
  }
  const element = unifyAll(shapes.flatMap((shape) => shape.elements))
  return element && { kind: 'list', element }
}

function unifyObjects(shapes: readonly (Shape & { kind: 'object' })[]): Shape | undefined {
  const names = [...(shapes[0]?.fields.keys() ?? [])]
  if (shapes.every(({ fields }) => fields.size === names.length && names.every((name) => fields.has(name)))) {
    const fields = new Map<string, Shape>()
    for (const name of names) {
      const field = unifyAll(shapes.map((shape) => shape.fields.get(name) ?? any))
      if (field === undefined) return undefined
      fields.set(name, field)
    }
    return { kind: 'object', fields }
  }
  const element = unifyAll(shapes.flatMap((shape) => [...shape.fields.values()]))
  return element && { kind: 'map', element }
}

function isPrimitive({ kind }: Shape): boolean {
  return kind === 'string' || kind === 'number' || kind === 'bool'
}

function isSequence({ kind }: Shape): boolean {
  return kind === 'list' || kind === 'set' || kind === 'tuple'
}

function isMapping({ kind }: Shape): boolean {
  return kind === 'map' || kind === 'object'
}

function elementShapes(shape: Shape): readonly Shape[] {
  if (shape.kind === 'tuple') return shape.elements
  if (shape.kind === 'object') return [...shape.fields.values()]
  return 'element' in shape ? [shape.element] : []
}

/** Converts, keeping unknowns and marks where they are (a set takes over the marks of its elements). Throws Mismatch. */
export function convert(value: Value, shape: Shape): Value {
  if (shape.kind === 'any' || value === null || value === UNKNOWN) return value
  if (value instanceof Sensitive) return new Sensitive(convert(value.value, shape))
  switch (shape.kind) {
    case 'string':
      return toText(value)
    case 'number':
      return toNumber(value)
    case 'bool':
      return toBool(value)
    case 'list': {
      // The order of a set is not known before all of it is, nor whether two elements are one.
      if (value instanceof SetValue && !isWhollyKnown(value)) return UNKNOWN
      const elements = elementsOf(value, shape)
      return listOfShape(
        elements.map((element, i) => inside(String(i), () => convert(element, shape.element))),
        shape.element,
      )
    }
    case 'set':
      return convertToSet(elementsOf(value, shape), shape.element)
    case 'tuple': {
      const elements = elementsOf(value, shape)
      return elements.map((element, i) => inside(String(i), () => convert(element, shape.elements[i] ?? any)))
    }
    default: {
      if (!isObject(value)) throw new Mismatch(`${describeShape(shape)} required`)
      const of = (key: string) =>
        'fields' in shape ? (shape.fields.get(key) ?? any) : 'element' in shape ? shape.element : any
      const converted = objectOf(
        Object.entries(value).map(([key, inner]) => [
          key,
          inside(JSON.stringify(key), () => convert(inner, of(key))),
        ]),
      )
      return shape.kind === 'map' ? mapOfShape(converted, shape.element) : converted
    }
  }
}

function convertToSet(elements: readonly Value[], shape: Shape): Value {
  let marked = false
  const converted = elements.map((element, i) => {
    if (element instanceof Sensitive) marked = true
    return inside(String(i), () => convert(element instanceof Sensitive ? element.value : element, shape))
  })
  const set = withType(setOf(converted), ['set', typeOfShape(shape)])
  return marked ? new Sensitive(set) : set
}

function elementsOf(value: Value, shape: Shape): readonly Value[] {
  if (isList(value)) return value
  if (value instanceof SetValue) return value.elements
  throw new Mismatch(`${describeShape(shape)} required`)
}

function inside<T>(element: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof Mismatch
      ? new Mismatch(`element ${element}: ${error.message}`, { cause: error })
      : error
  }
}

/** For messages: `list of string`, `object`. */
export function describeShape(shape: Shape): string {
  if ('element' in shape)
    return shape.element.kind === 'any' ? shape.kind : `${shape.kind} of ${describeShape(shape.element)}`
  return shape.kind === 'any' ? 'value' : shape.kind
}

/** Throws Mismatch unless it is a string, number or bool. */
export function toText(value: Value): string {
  return primitive(value, 'string') as string
}

/** Throws Mismatch unless it is a number, or a string that says one. */
export function toNumber(value: Value): Num {
  return primitive(value, 'number') as Num
}

/** Throws Mismatch unless it is a bool, or a string that says one. */
export function toBool(value: Value): boolean {
  return primitive(value, 'bool') as boolean
}

// The result is of the kind asked for, which the callers above state.
function primitive(value: Value, kind: 'string' | 'number' | 'bool'): Value {
  const converted = convertPrimitive(value, kind)
  if (converted !== undefined) return converted
  const article = typeof value === 'string' ? 'a ' : ''
  throw new Mismatch(`${article}${kind} ${article === '' ? '' : 'is '}required`)
}
