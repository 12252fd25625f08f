// Functions on maps and objects, and on collections of any kind.

import { rememberedType } from '../../schema/kind.ts'
import { hasMark, unmark } from '../../schema/marks.ts'
import { describeKind } from '../../schema/type.ts'
import {
  compareText,
  field,
  isList,
  isObject,
  isWhollyKnown,
  objectOf,
  Sensitive,
  SetValue,
  UNKNOWN,
  type Value,
} from '../../schema/value.ts'
import {
  convert,
  describeShape,
  listOfShape,
  mapOfShape,
  type Shape,
  shapeOf,
  toText,
  unifyAll,
} from '../convert.ts'
import { open, seal } from '../operators.ts'
import { allow, anything, define, defineRest, Failure, type Func, listOf, mapOf, Refusal } from './define.ts'
import { graphemes } from './string-units.ts'

/** Looked into by the function itself, so that only what it returns is unknown or marked. */
const container = (name: string) => allow(anything(name), 'unknowns', 'marks')

function length(given: Value): Value {
  const value = open(given)
  const marked = given instanceof Sensitive
  if (value === UNKNOWN) return seal(UNKNOWN, marked)
  if (typeof value === 'string') return seal(graphemes(value).length, marked)
  if (isList(value)) return seal(value.length, marked)
  // Two unknown elements may turn out to be one.
  if (value instanceof SetValue) {
    return seal(value.elements.length > 1 && !isWhollyKnown(value) ? UNKNOWN : value.elements.length, marked)
  }
  if (isObject(value)) return seal(Object.keys(value).length, marked)
  throw new Failure(`a string, list, set, map or object is required, not ${describeKind(value)}`)
}

function lookup(args: readonly Value[]): Value {
  const [map = null, key = null, fallback, extra] = args
  if (extra !== undefined) throw new Failure('two or three arguments are expected')
  const marked = map instanceof Sensitive || key instanceof Sensitive
  const source = open(map)
  const name = open(key)
  if (source === UNKNOWN || name === UNKNOWN) return seal(UNKNOWN, marked || args.some(hasMark))
  if (!isObject(source)) throw new Refusal(0, 'a map or object is required')
  const found = field(source, toText(name))
  if (found !== undefined) return seal(found, marked)
  if (fallback !== undefined) return seal(fallback, marked)
  throw new Refusal(0, 'it has no element with this key, and there is no default')
}

function merge(maps: readonly Value[]): Value {
  const entries: [string, Value][] = []
  const shapes: Shape[] = []
  const marked = maps.some((map) => map instanceof Sensitive)
  for (const [i, map] of maps.entries()) {
    const value = open(map)
    if (value === UNKNOWN) return seal(UNKNOWN, maps.some(hasMark))
    if (value === null) continue
    if (!isObject(value)) throw new Refusal(i, `a map or object is required, not ${describeKind(value)}`)
    entries.push(...Object.entries(value))
    shapes.push(shapeOf(value))
  }
  const merged = objectOf(entries)
  const element = shapes.every(({ kind }) => kind === 'map') ? mapElement(shapes) : undefined
  return seal(element === undefined ? merged : mapOfShape(merged, element), marked)
}

/** What is in maps of one type; undefined if they are of several, or if there are none. */
function mapElement(shapes: readonly Shape[]): Shape | undefined {
  const [first, ...others] = shapes
  // Maps of different types are merged as objects.
  const alike = first !== undefined && others.every((one) => describeShape(one) === describeShape(first))
  return alike && first.kind === 'map' ? first.element : undefined
}

function sorted(value: Value, index: number): readonly string[] {
  if (!isObject(value)) throw new Refusal(index, `a map or object is required, not ${describeKind(value)}`)
  return Object.keys(value).sort(compareText)
}

/** The keys of a map are a list, those of an object a tuple. */
function keysOf(value: Value): readonly Value[] {
  const keys = sorted(value, 0)
  return isMap(value) ? listOfShape(keys, string) : keys
}

function isMap(value: Value): boolean {
  return rememberedType(value)?.[0] === 'map'
}

function zipmap(keysGiven: readonly Value[], valuesGiven: Value): Value {
  const unmarked = unmark(keysGiven)
  const keys = unmarked.value as readonly Value[]
  const values = open(valuesGiven)
  const marked = unmarked.sensitive.length > 0 || valuesGiven instanceof Sensitive
  if (values === UNKNOWN || !isWhollyKnown(keys)) return seal(UNKNOWN, marked || hasMark(values))
  if (!isList(values)) throw new Failure('the values must be a list')
  if (keys.length !== values.length) {
    throw new Failure(`the number of keys (${keys.length}) is not that of values (${values.length})`)
  }
  const at = keys.indexOf(null)
  if (at !== -1) throw new Failure(`key ${at} is null`)
  const zipped = objectOf(keys.map((key, i) => [String(key), values[i] as Value]))
  const shape = shapeOf(values)
  return seal(shape.kind === 'list' ? mapOfShape(zipped, shape.element) : zipped, marked)
}

/** The first that is neither null nor an empty string, converted to the type all have in common. */
function coalesce(args: readonly Value[]): Value {
  const shape = args.length === 0 ? undefined : unifyAll(args.map(shapeOf))
  if (!shape) throw new Failure('all arguments must be of one type, and there must be at least one')
  for (const arg of args) {
    if (arg === UNKNOWN) return UNKNOWN
    if (arg !== null && arg !== '') return convert(arg, shape)
  }
  throw new Failure('all arguments are null or empty')
}

function transpose(map: { readonly [key: string]: Value }): Value {
  const result = new Map<string, string[]>()
  for (const key of Object.keys(map).sort(compareText)) {
    for (const element of map[key] as readonly Value[]) {
      if (element === null) throw new Failure('a list has a null element')
      const name = String(element)
      result.set(name, [...(result.get(name) ?? []), key])
    }
  }
  const lists = [...result].map(([key, names]) => [key, listOfShape(names, string)] as const)
  return mapOfShape(objectOf(lists), listOfString)
}

const string = { kind: 'string' } as const
const listOfString = { kind: 'list', element: { kind: 'string' } } as const

export const collectionFunctions: Readonly<Record<string, Func>> = {
  coalesce: defineRest([], allow(anything('vals'), 'nullable', 'unknowns'), (_none, args) => coalesce(args)),
  keys: define([container('inputMap')], ([map]) => {
    const value = open(map)
    return seal(value === UNKNOWN ? UNKNOWN : keysOf(value), map instanceof Sensitive)
  }),
  length: define([container('value')], ([value]) => length(value)),
  lookup: defineRest(
    [container('inputMap'), container('key')],
    allow(container('default'), 'nullable'),
    ([map, key], rest) => lookup([map, key, ...rest]),
  ),
  merge: defineRest([], allow(container('maps'), 'nullable'), (_none, maps) => merge(maps)),
  transpose: define([mapOf('values', listOfString)], ([map]) => transpose(map)),
  values: define([container('mapping')], ([map]) => {
    const value = open(map)
    if (value === UNKNOWN) return seal(UNKNOWN, map instanceof Sensitive)
    if (!isObject(value)) throw new Failure(`a map or object is required, not ${describeKind(value)}`)
    const values = sorted(value, 0).map((key) => value[key] as Value)
    const shape = shapeOf(value)
    return seal(shape.kind === 'map' ? listOfShape(values, shape.element) : values, map instanceof Sensitive)
  }),
  zipmap: define(
    [allow(listOf('keys', { kind: 'string' }), 'unknowns', 'marks'), container('values')],
    ([keys, values]) => zipmap(keys, values),
  ),
}
