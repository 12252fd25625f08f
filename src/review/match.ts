// Which element of a list became which.
import { equal, isList, isObject, UNKNOWN, type Value } from '../schema/value.ts'
import { type Aligned, align } from './align.ts'

/** Pairs equal elements, and elements of which one evidently became the other. */
export function matchElements(a: readonly Value[], b: readonly Value[]): Aligned[] {
  return mergeRuns(align(a, b, equal), a, b)
}

/** In a run of as many removed as added elements that have an inside, each removed one became the added one. */
function mergeRuns(pairs: readonly Aligned[], a: readonly Value[], b: readonly Value[]): Aligned[] {
  const merged: Aligned[] = []
  for (let i = 0; i < pairs.length; ) {
    const removed = take(pairs, i, ({ after }) => after === undefined)
    const added = take(pairs, i + removed.length, ({ before }) => before === undefined)
    const together =
      removed.length === added.length &&
      removed.every((pair, n) => hasInside(a[pair.before ?? -1], b[added[n]?.after ?? -1]))
    if (together && removed.length > 0)
      merged.push(...removed.map((pair, n) => ({ before: pair.before, after: added[n]?.after })))
    else merged.push(...removed, ...added)
    i += removed.length + added.length
    const pair = pairs[i]
    if (removed.length + added.length === 0 && pair !== undefined) {
      merged.push(pair)
      i++
    }
  }
  return merged
}

function take(
  pairs: readonly Aligned[],
  from: number,
  condition: (pair: Aligned) => boolean,
): readonly Aligned[] {
  let end = from
  for (let pair = pairs[end]; pair !== undefined && condition(pair); pair = pairs[end]) end++
  return pairs.slice(from, end)
}

function hasInside(a: Value | undefined, b: Value | undefined): boolean {
  if (b === UNKNOWN) return false
  return (isObject(a) && isObject(b)) || (a !== undefined && b !== undefined && isList(a) && isList(b))
}
