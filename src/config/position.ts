// Offsets in a text to lines and columns, and the line itself for a message.

export interface Position {
  /** From 1. */
  readonly line: number
  /** From 1, in characters as a person counts them, not UTF-16 units. */
  readonly column: number
}

/** Turns an offset into line and column. Looks at all text before it. */
export function positionAt(text: string, offset: number): Position {
  let line = 1
  let start = 0
  for (;;) {
    const end = text.indexOf('\n', start)
    if (end === -1 || end >= offset) break
    line++
    start = end + 1
  }
  return { line, column: [...text.slice(start, offset)].length + 1 }
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
