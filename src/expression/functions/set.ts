// Functions on sets.
import { hasMark } from '../../schema/marks.ts'
import {
  equal,
  isList,
  isWhollyKnown,
  Sensitive,
  SetValue,
  setOf,
  UNKNOWN,
  type Value,
} from '../../schema/value.ts'
import { convert, Mismatch } from '../convert.ts'
import { open, seal } from '../operators.ts'
import { allow, anything, defineRest, Failure, type Func, type Param, Refusal } from './define.ts'
import { commonShape, uniformList } from './define-unified.ts'

/** Lists are taken as sets. */
const set = (name: string): Param<readonly Value[]> => ({
  name,
  take: (value) => {
    if (value instanceof SetValue) return value.elements
    if (isList(value)) return value
    throw new Mismatch('set required')
  },
})

/** All sets with their elements converted to the type they have in common. */
function uniform(sets: readonly (readonly Value[])[]): readonly SetValue[] {
  try {
    const element = commonShape(sets.flat())
    // Converting to a set yields a set, as there are no marks here.
    return sets.map((elements) => convert(elements, { kind: 'set', element }) as SetValue)
  } catch (error) {
    if (error instanceof Mismatch)
      throw new Failure('the sets must have elements of one type', { cause: error })
    throw error
  }
}

function operation(combine: (a: readonly Value[], b: readonly Value[]) => readonly Value[]): Func {
  return defineRest([set('first_set')], set('other_sets'), ([first], others) => {
    const sets = uniform([first, ...others])
    const combined = setOf(sets.map(({ elements }) => elements).reduce(combine))
    // What is empty is still a set of what the arguments hold.
    return convert(combined, { kind: 'set', element: commonShape(sets.flatMap(({ elements }) => elements)) })
  })
}

const has = (elements: readonly Value[], wanted: Value) => elements.some((element) => equal(element, wanted))

/** Marks and unknowns stay on the elements that have them. */
function product(args: readonly Value[]): Value {
  if (args.length < 2) throw new Failure('at least two arguments are required')
  const marked = args.some((arg) => arg instanceof Sensitive)
  const lists = args.map((arg, i) => {
    const value = open(arg)
    if (value === UNKNOWN) return UNKNOWN
    if (value instanceof SetValue) return value.elements
    if (!isList(value)) throw new Refusal(i, 'a set or a list is required')
    return convert(value, { kind: 'list', element: commonShape(value) }) as readonly Value[]
  })
  if (lists.includes(UNKNOWN)) return seal(UNKNOWN, args.some(hasMark))
  const rows = (lists as readonly (readonly Value[])[]).reduce<readonly (readonly Value[])[]>(
    (sum, list) => sum.flatMap((row) => list.map((element) => [...row, element])),
    [[]],
  )
  const asSet = args.some((arg) => open(arg) instanceof SetValue)
  return seal(asSet ? setOf(rows) : uniformList(rows), marked)
}

export const setFunctions: Readonly<Record<string, Func>> = {
  setintersection: operation((a, b) => a.filter((element) => has(b, element))),
  setproduct: defineRest([], allow(anything('sets'), 'unknowns', 'marks'), (_none, args) => product(args)),
  setsubtract: operation((a, b) => a.filter((element) => !has(b, element))),
  // A union of sets that are not wholly known still has the known elements.
  setunion: defineRest(
    [allow(set('first_set'), 'unknowns')],
    allow(set('other_sets'), 'unknowns'),
    ([first], others) => {
      const all: readonly Value[] = [first, ...others]
      if (all.includes(UNKNOWN)) return UNKNOWN
      const lists = all as readonly (readonly Value[])[]
      if (!lists.every((list) => isWhollyKnown(list))) return setOf(lists.flat())
      return setOf(uniform(lists).flatMap(({ elements }) => elements))
    },
  ),
}
