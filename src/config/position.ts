// Offsets in a text to lines and columns, and the line itself for a message.

export interface Position {
  /** From 1. */
  readonly line: number
  /** From 1, in characters as a person counts them, not UTF-16 units. */
  readonly column: number
}

/** Turns an offset into line and column. Looks at all text before it; for many offsets, use `positionsIn`. */
export function positionAt(text: string, offset: number): Position {
  return positionsIn(text.slice(0, offset))(offset)
}

/** Looks through a text once, to turn offsets in it into lines and columns. */
export function positionsIn(text: string): (offset: number) => Position {
  const lines = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)]
  // Characters of two units: what follows them stands one column further left.
  const pairs = Array.from(text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g), ({ index }) => index)
  return (offset) => {
    const line = countUpTo(lines, offset)
    const start = lines[line - 1] ?? 0
    const within = countUpTo(pairs, offset - 1) - countUpTo(pairs, start - 1)
    return { line, column: offset - start - within + 1 }
  }
}

/** How many of these, which grow, are not above a limit. */
function countUpTo(sorted: readonly number[], limit: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1
    else high = middle
  }
  return low
}

/** How much of a line is shown on each side: generated files may be one line of megabytes. */
const WIDTH = 60

/** The line around an offset with a mark under it, indented for a message. */
export function excerpt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const next = text.indexOf('\n', offset)
  const lineEnd = next === -1 ? text.length : next
  const start = Math.max(lineStart, offset - WIDTH)
  const end = Math.min(lineEnd, offset + WIDTH)
  const shown = text.slice(start, end).replaceAll(/[\t\r]/g, ' ')
  const before = `${start > lineStart ? '…' : ''}${text.slice(start, offset)}`
  const line = `${start > lineStart ? '…' : ''}${shown}${end < lineEnd ? '…' : ''}`
  return `  ${line.trimEnd()}\n  ${' '.repeat([...before].length)}^`
}
