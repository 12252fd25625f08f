// Choosing by a seed: the same seed chooses the same.

/** So many of them, in their order; all of them if there are not so many. */
export type Pick = <T>(from: readonly T[], count: number) => readonly T[]

/** A small generator of its own, since Math.random takes no seed. */
export function picker(seed: number): Pick {
  let state = seed >>> 0
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return (from, count) => {
    const left = from.map((_, i) => i)
    const taken: number[] = []
    while (taken.length < count && left.length > 0)
      taken.push(...left.splice(Math.floor(next() * left.length), 1))
    return taken.sort((a, b) => a - b).map((i) => from[i] as (typeof from)[number])
  }
}
