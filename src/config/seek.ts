// Finding where something is in JSON text that has been read without positions.
//
// Positions are needed for messages only, so they are not kept: the text is scanned again for the few that are shown.
import type { Path, PathStep } from '../path.ts'

/** What a path led to: how many of its steps could be followed, and where the last of them is written. */
export interface Found {
  readonly depth: number
  readonly offset: number
}

/** An entry of an object. */
export interface Entry {
  readonly key: string
  /** Where the key is written, and where its value is. */
  readonly offset: number
  readonly value: number
}

const space = /[ \t\r\n]*/y
const stringText = /"(?:[^"\\]|\\.)*"/sy
const scalar = /[\w.+-]+/y

/** Where the value of JSON text begins. */
export function startOf(text: string): number {
  return text.charCodeAt(0) === 0xfeff ? 1 : 0
}

/**
 * Finds the key or element a path leads to in text that is known to be valid JSON.
 *
 * A name also leads into the elements of an array, as blocks may be written as arrays of objects. Where a path leads
 * nowhere the nearest thing above it is found. The first of several equal keys wins, unless only a later one leads on. `start` is the offset of the value that the path starts from.
 */
export function seek(text: string, path: Path, start = startOf(text)): Found {
  const scan = scanner(text, start)
  const { skip, skipValue } = scan

  const search = (start: Found): Found => {
    skip(space)
    const step = path[start.depth]
    if (step === undefined) {
      skipValue()
      return start
    }
    if (text[scan.at] === '{') return searchEntries(start, step)
    if (text[scan.at] === '[') return searchElements(start, step)
    skipValue()
    return start
  }

  const searchEntries = (start: Found, step: PathStep): Found => {
    let best = start
    for (scan.at++; skip(space) !== undefined && text[scan.at] !== '}' && scan.at < text.length; ) {
      const offset = scan.at
      const key = JSON.parse(skip(stringText)) as string
      skip(space)
      scan.at++
      if (key === step) best = better(best, search({ depth: start.depth + 1, offset }))
      else {
        skip(space)
        skipValue()
      }
      skip(space)
      if (text[scan.at] === ',') scan.at++
    }
    scan.at++
    return best
  }

  const searchElements = (start: Found, step: PathStep): Found => {
    let best = start
    scan.at++
    for (let index = 0; ; index++) {
      skip(space)
      if (text[scan.at] === ']' || scan.at >= text.length) break
      const offset = scan.at
      if (index === step) best = better(best, search({ depth: start.depth + 1, offset }))
      else if (typeof step === 'string') best = better(best, search(start))
      else skipValue()
      skip(space)
      if (text[scan.at] === ',') scan.at++
    }
    scan.at++
    return best
  }

  skip(space)
  return search({ depth: 0, offset: scan.at })
}

function better(a: Found, b: Found): Found {
  return b.depth > a.depth ? b : a
}

/** All entries of the object at an offset, without looking into them; undefined if it is none. */
export function entriesAt(text: string, start: number): readonly Entry[] | undefined {
  const scan = scanner(text, start)
  const { skip, skipValue } = scan
  skip(space)
  if (text[scan.at] !== '{') return undefined
  const entries: Entry[] = []
  for (scan.at++; skip(space) !== undefined && text[scan.at] !== '}' && scan.at < text.length; ) {
    const offset = scan.at
    const key = JSON.parse(skip(stringText)) as string
    skip(space)
    scan.at++
    skip(space)
    entries.push({ key, offset, value: scan.at })
    skipValue()
    skip(space)
    if (text[scan.at] === ',') scan.at++
  }
  return entries
}

/** Goes over text from an offset on. */
function scanner(text: string, start: number) {
  const skip = (token: RegExp): string => {
    token.lastIndex = scan.at
    const from = scan.at
    if (token.test(text)) scan.at = token.lastIndex
    return text.slice(from, scan.at)
  }
  const skipValue = (): void => {
    let depth = 0
    do {
      const code = text[scan.at]
      if (code === '"') skip(stringText)
      else if (code === '{' || code === '[') {
        depth++
        scan.at++
      } else if (code === '}' || code === ']') {
        depth--
        scan.at++
      } else if (code === ',' || code === ':') scan.at++
      else if (skip(scalar) === '') scan.at++
      if (depth > 0) skip(space)
    } while (depth > 0 && scan.at < text.length)
  }
  const scan = { at: start, skip, skipValue }
  return scan
}
