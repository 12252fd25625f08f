// Two ends of one scene, side by side.
import { equal, type Value } from '../../src/schema/value.ts'
import { type Difference, show } from './compare.ts'
import { hubValue, writesValue } from './hub-value.ts'
import type { HubEnd } from './stage.ts'

/** Everything in which the hubs differ, and the writes that were sent by one engine only. */
export function hubDifferences(ours: HubEnd, theirs: HubEnd): readonly Difference[] {
  return [
    ...differing('end', hubValue(ours.scene), hubValue(theirs.scene)),
    ...differing('times', writesValue(ours), writesValue(theirs)),
  ]
}

function differing(
  what: string,
  ours: ReadonlyMap<string, Value>,
  theirs: ReadonlyMap<string, Value>,
): Difference[] {
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((subject) => {
    const a = ours.get(subject)
    const b = theirs.get(subject)
    const same = a !== undefined && b !== undefined && equal(a, b)
    return same ? [] : [{ subject, what, ours: show(a), theirs: show(b) }]
  })
}
