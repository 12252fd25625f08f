// Finding where something is in JSON text that has been read without positions.
//
// Positions are needed for messages only, so they are not kept: the text is scanned again for the few that are shown.
import type { Path, PathStep } from '../path.ts'

/** What a path led to: how many of its steps could be followed, and where the last of them is written. */
export interface Found {
  readonly depth: number
  readonly offset: number
}

const space = /[ \t\r\n]*/y
const stringText = /"(?:[^"\\]|\\.)*"/sy
const scalar = /[\w.+-]+/y

/**
 * Finds the key or element a path leads to in text that is known to be valid JSON.
 *
 * A name also leads into the elements of an array, as blocks may be written as arrays of objects. Where a path leads
 * nowhere the nearest thing above it is found. The first of several equal keys wins, unless only a later one leads on. `start` is the offset of the value that the path starts from.
 */
export function seek(text: string, path: Path, start = text.charCodeAt(0) === 0xfeff ? 1 : 0): Found {
  let at = start

  const skip = (token: RegExp): string => {
    token.lastIndex = at
    const start = at
    if (token.test(text)) at = token.lastIndex
    return text.slice(start, at)
  }

  const skipValue = (): void => {
    let depth = 0
    do {
      const code = text[at]
      if (code === '"') skip(stringText)
      else if (code === '{' || code === '[') {
        depth++
        at++
      } else if (code === '}' || code === ']') {
        depth--
        at++
      } else if (code === ',' || code === ':') at++
      else if (skip(scalar) === '') at++
      if (depth > 0) skip(space)
    } while (depth > 0 && at < text.length)
  }

  const search = (start: Found): Found => {
    skip(space)
    const step = path[start.depth]
    if (step === undefined) {
      skipValue()
      return start
    }
    if (text[at] === '{') return searchEntries(start, step)
    if (text[at] === '[') return searchElements(start, step)
    skipValue()
    return start
  }

  const searchEntries = (start: Found, step: PathStep): Found => {
    let best = start
    for (at++; skip(space) !== undefined && text[at] !== '}' && at < text.length; ) {
      const offset = at
      const key = JSON.parse(skip(stringText)) as string
      skip(space)
      at++
      if (key === step) best = better(best, search({ depth: start.depth + 1, offset }))
      else {
        skip(space)
        skipValue()
      }
      skip(space)
      if (text[at] === ',') at++
    }
    at++
    return best
  }

  const searchElements = (start: Found, step: PathStep): Found => {
    let best = start
    at++
    for (let index = 0; ; index++) {
      skip(space)
      if (text[at] === ']' || at >= text.length) break
      const offset = at
      if (index === step) best = better(best, search({ depth: start.depth + 1, offset }))
      else if (typeof step === 'string') best = better(best, search(start))
      else skipValue()
      skip(space)
      if (text[at] === ',') at++
    }
    at++
    return best
  }

  skip(space)
  return search({ depth: 0, offset: at })
}

function better(a: Found, b: Found): Found {
  return b.depth > a.depth ? b : a
}
