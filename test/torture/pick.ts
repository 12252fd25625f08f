// Choosing by a seed: the same seed chooses the same.

/** So many of them, in their order; all of them if there are not so many. */
export type Pick = <T>(from: readonly T[], count: number) => readonly T[]

/** A small generator of its own, since Math.random takes no seed. `words` give what is beside each other its own choice. */
export function picker(seed: number, ...words: readonly string[]): Pick {
  let state = mixed(seed, words.join('\n'))
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

/** True for one in so many texts, always the same ones. */
export function isOneIn(many: number, text: string): boolean {
  return mixed(1, text) % many === 0
}

function mixed(seed: number, text: string): number {
  let state = seed >>> 0
  for (const char of text) state = (Math.imul(state, 31) + char.charCodeAt(0)) >>> 0
  return state
}
