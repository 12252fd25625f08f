// Functions on lists.
import { rememberedType, typedLike } from '../../schema/kind.ts'
import { hasMark } from '../../schema/marks.ts'
import { addNumbers, compareNumbers, isNumber, type Num } from '../../schema/number.ts'
import { describeKind } from '../../schema/type.ts'
import { equal, isList, Sensitive, SetValue, UNKNOWN, type Value } from '../../schema/value.ts'
import { listOfShape, Mismatch, shapeOf, toBool, toNumber } from '../convert.ts'
import { equalOrUnknown, open, seal } from '../operators.ts'
import {
  allow,
  anything,
  define,
  defineRest,
  Failure,
  type Func,
  int,
  listOf,
  num,
  Refusal,
} from './define.ts'
import { unified, unifiedLists, uniformList } from './define-unified.ts'

const any = { kind: 'any' } as const
const string = { kind: 'string' } as const

/** Looked into by the function itself, so that only what it returns is unknown or marked. */
const container = (name: string) => allow(anything(name), 'unknowns', 'marks')

function elementsOf(value: Value): readonly Value[] | undefined {
  return isList(value) ? value : value instanceof SetValue ? value.elements : undefined
}

function getList(value: Value, index: number): readonly Value[] {
  if (isList(value)) return value
  throw new Refusal(index, `a list is required, not ${describeKind(value)}`)
}

/** `alltrue` and `anytrue`: one element that is `decisive` settles it, also when others are unknown. Null is false. */
function quantify(given: readonly Value[], decisive: boolean): Value {
  const values = given.map((element) => {
    if (element === UNKNOWN) return UNKNOWN
    return element !== null && toBool(element)
  })
  if (values.includes(decisive)) return decisive
  return values.includes(UNKNOWN) ? UNKNOWN : !decisive
}

function contains(given: Value, needle: Value): Value {
  const elements = elementsOf(given)
  if (!elements) throw new Failure(`a list or set is required, not ${describeKind(given)}`)
  const found = elements.map((element) => equalOrUnknown(element, needle))
  if (found.includes(true)) return true
  return found.includes(UNKNOWN) ? UNKNOWN : false
}

function element(given: Value, index: number): Value {
  const list = open(given)
  const marked = given instanceof Sensitive
  if (list === UNKNOWN) return seal(UNKNOWN, marked)
  if (!isList(list)) throw new Failure(`a list is required, not ${describeKind(list)}`)
  if (list.length === 0) throw new Failure('an empty list has no elements')
  if (index < 0) throw new Failure('the index must not be negative')
  return seal(list[index % list.length] as Value, marked)
}

/** Marks of the lists that are dissolved move to the result. */
function flatten(given: Value): Value {
  const result: Value[] = []
  let marked = false
  let unknown = false
  const add = (value: Value) => {
    const inner = open(value)
    const nested = elementsOf(inner)
    if (inner === UNKNOWN) unknown = true
    if (!nested) result.push(value)
    else {
      if (value instanceof Sensitive) marked = true
      for (const element of nested) add(element)
    }
  }
  if (open(given) !== UNKNOWN && !elementsOf(open(given)))
    throw new Failure('only lists and sets can be flattened')
  add(given)
  // An unknown element may be a list, so not even the length can be told; what is secret in the others still is.
  return unknown ? seal(UNKNOWN, marked || hasMark(result)) : seal(result, marked)
}

const MAX_RANGE = 1024

function range(params: readonly Num[]): Value {
  if (params.length < 1 || params.length > 3) throw new Failure('one, two or three arguments are expected')
  const [first = 0, second, third] = params
  const start = second === undefined ? 0 : first
  const end = second === undefined ? first : second
  const down = compareNumbers(end, start) < 0
  const step = third ?? (down ? -1 : 1)
  const direction = compareNumbers(step, 0)
  if (direction < 0 && !down && compareNumbers(start, end) !== 0)
    throw new Refusal(2, 'with a negative step, the end must be less than the start')
  if (direction > 0 && down)
    throw new Refusal(2, 'with a positive step, the end must be greater than the start')
  const result: Num[] = []
  for (
    let at = start;
    direction >= 0 ? compareNumbers(at, end) < 0 : compareNumbers(at, end) > 0;
    at = addNumbers(at, step)
  ) {
    if (result.length >= MAX_RANGE) throw new Failure(`more than ${MAX_RANGE} numbers would be made`)
    result.push(at)
  }
  return uniformList(result)
}

function slice(given: Value, start: number, end: number): Value {
  const list = open(given)
  const marked = given instanceof Sensitive
  if (list === UNKNOWN) return seal(UNKNOWN, marked)
  if (list instanceof SetValue)
    throw new Refusal(0, 'a set cannot be sliced, as its elements have no order; use tolist()')
  const elements = getList(list, 0)
  if (start < 0) throw new Refusal(1, 'the start must not be negative')
  if (end > elements.length) throw new Refusal(2, 'the end is greater than the length of the list')
  if (start > end) throw new Refusal(1, 'the start is greater than the end')
  return seal(sliced(list, elements.slice(start, end)), marked)
}

/** Part of a list is a list; part of a tuple is a shorter tuple. */
function sliced(list: Value, part: readonly Value[]): readonly Value[] {
  return rememberedType(list)?.[0] === 'list' ? typedLike(part, list) : part
}

function sum(given: Value): Value {
  const elements = elementsOf(given)
  if (!elements) throw new Refusal(0, `a list or set is required, not ${describeKind(given)}`)
  if (elements.length === 0) throw new Refusal(0, 'an empty list has no sum')
  return elements.reduce<Num>((total, element) => {
    if (element !== null && (isNumber(element) || typeof element === 'string')) {
      try {
        return addNumbers(total, toNumber(element))
      } catch (error) {
        if (!(error instanceof Mismatch)) throw error
      }
    }
    throw new Refusal(0, 'all elements must be numbers')
  }, 0)
}

function chunk(list: readonly Value[], size: number): Value {
  if (size < 0) throw new Failure('the size must be positive')
  const chunks =
    size === 0
      ? [list]
      : Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size))
  return uniformList(list.length === 0 ? [] : chunks.map((one) => uniformList([...one])))
}

function matchkeys(values: readonly Value[], keys: readonly Value[], search: readonly Value[]): Value {
  if (values.length !== keys.length) throw new Failure('there must be as many keys as values')
  return uniformList(values.filter((_value, i) => search.some((wanted) => equal(wanted, keys[i] as Value))))
}

export const sequenceFunctions: Readonly<Record<string, Func>> = {
  alltrue: define(
    [allow(listOf('list', { kind: 'bool' }), 'unknowns')],
    ([list]) => anyUnknown(list) ?? quantify(list, false),
  ),
  anytrue: define(
    [allow(listOf('list', { kind: 'bool' }), 'unknowns')],
    ([list]) => anyUnknown(list) ?? quantify(list, true),
  ),
  chunklist: define([allow(unified('list'), 'unknowns', 'marks'), int('size')], ([list, size]) =>
    within(list, (elements) => chunk(elements, size)),
  ),
  coalescelist: defineRest([], allow(anything('vals'), 'nullable', 'unknowns'), (_none, lists) => {
    if (lists.length === 0) throw new Failure('at least one argument is required')
    for (const list of lists) {
      if (list === UNKNOWN) return UNKNOWN
      if (!isList(list)) throw new Failure('all arguments must be lists')
      if (list.length > 0) return list
    }
    throw new Failure('all lists are empty')
  }),
  compact: define([listOf('list', string)], ([list]) =>
    listOfShape(
      list.filter((text) => text !== null && text !== ''),
      string,
    ),
  ),
  concat: defineRest([], container('seqs'), (_none, lists) => {
    if (lists.length === 0) throw new Failure('at least one argument is required')
    const marked = lists.some((list) => list instanceof Sensitive)
    const opened = lists.map(open)
    if (opened.includes(UNKNOWN)) return seal(UNKNOWN, lists.some(hasMark))
    const all = opened.flatMap((list, i) => getList(list, i))
    const areLists = opened.every((list) => rememberedType(list)?.[0] === 'list')
    return seal(areLists ? uniformList(all) : all, marked)
  }),
  contains: define(
    [allow(anything('list'), 'unknowns'), allow(anything('value'), 'unknowns')],
    ([list, value]) => (list === UNKNOWN ? UNKNOWN : contains(list, value)),
  ),
  distinct: define([unified('list')], ([list]) => {
    const elements = elementsOf(list) ?? []
    const kept = elements.filter(
      (element, i) => !elements.slice(0, i).some((earlier) => equal(earlier, element)),
    )
    return typedLike(kept, list)
  }),
  element: define([container('list'), int('index')], ([list, index]) => element(list, index)),
  flatten: define([container('list')], ([list]) => flatten(list)),
  index: define([anything('list'), anything('value')], ([list, value]) => {
    if (!isList(list)) throw new Failure(`a list is required, not ${describeKind(list)}`)
    if (list.length === 0) throw new Failure('an empty list cannot be searched')
    const at = list.findIndex((element) => equal(element, value))
    if (at === -1) throw new Failure('there is no such element')
    return at
  }),
  matchkeys: define(
    [listOf('values', any), allow(listOf('keys', any)), listOf('searchset', any)],
    ([values, keys, search]) => {
      const all = unifiedLists([keys, search])
      return matchkeys(values, all[0] ?? [], all[1] ?? [])
    },
  ),
  one: define([allow(anything('list'), 'unknowns')], ([given]) => {
    if (given === UNKNOWN) return UNKNOWN
    const elements = elementsOf(given)
    if (!elements || elements.length > 1)
      throw new Refusal(0, 'a list or set with one element or none is required')
    return elements[0] ?? null
  }),
  range: defineRest([], num('params'), (_none, params) => range(params)),
  reverse: define([container('list')], ([given]) => {
    const list = open(given)
    if (list === UNKNOWN) return given
    const elements = elementsOf(list)
    if (!elements) throw new Refusal(0, `a list is required, not ${describeKind(list)}`)
    const reversed = [...elements].reverse()
    const element = shapeOf(list)
    return seal(
      'element' in element ? listOfShape(reversed, element.element) : reversed,
      given instanceof Sensitive,
    )
  }),
  slice: define([container('list'), int('start_index'), int('end_index')], ([list, start, end]) =>
    slice(list, start, end),
  ),
  sum: define([anything('list')], ([list]) => sum(list)),
}

function anyUnknown(list: Value): Value | undefined {
  return list === UNKNOWN ? UNKNOWN : undefined
}

function within(given: Value, work: (elements: readonly Value[]) => Value): Value {
  const value = open(given)
  return seal(value === UNKNOWN ? UNKNOWN : work(elementsOf(value) ?? []), given instanceof Sensitive)
}
