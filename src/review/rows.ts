// Lines of a plan before they are text: a mark, a depth, words.
import type { Palette } from './palette.ts'

export type Mark = ' ' | '+' | '-' | '~' | '-/+' | '+/-' | '<=' | '.'

/** One line. `note` is a remark at its end. */
export interface Row {
  readonly mark: Mark
  readonly depth: number
  readonly text: string
  readonly note?: string | undefined
}

const columnsPerDepth = 4

/** The row as text: the mark stands in the columns before the words, as in Terraform's plans. */
export function formatRow(row: Row, palette: Palette): string {
  const column = columnsPerDepth * (row.depth + 1)
  const mark = row.mark === ' ' ? '' : row.mark
  const before = ' '.repeat(column - 1 - mark.length) + paintMark(row.mark, mark, palette)
  const note = row.note === undefined ? '' : ` ${palette.remove(`# ${row.note}`)}`
  return `${before} ${row.text}${note}`.trimEnd()
}

function paintMark(mark: Mark, text: string, palette: Palette): string {
  switch (mark) {
    case '+':
      return palette.add(text)
    case '-':
      return palette.remove(text)
    case '~':
      return palette.change(text)
    case '<=':
      return palette.read(text)
    case '-/+':
      return palette.remove('-') + '/' + palette.add('+')
    case '+/-':
      return palette.add('+') + '/' + palette.remove('-')
    default:
      return text
  }
}

/** A row that is a remark: `# (3 unchanged attributes hidden)`. */
export function remark(depth: number, text: string): Row {
  return { mark: ' ', depth, text: `# ${text}` }
}

/** Adds words to the end of the last row. */
export function withSuffix(rows: readonly Row[], suffix: string): readonly Row[] {
  const last = rows.at(-1)
  return last === undefined || suffix === ''
    ? rows
    : [...rows.slice(0, -1), { ...last, text: last.text + suffix }]
}

/** Adds a remark to the first row. */
export function withNote(rows: readonly Row[], note: string | undefined): readonly Row[] {
  const [first, ...rest] = rows
  return first === undefined || note === undefined || note === '' ? rows : [{ ...first, note }, ...rest]
}

/** Puts words before the first row's. */
export function withPrefix(rows: readonly Row[], prefix: string): readonly Row[] {
  const [first, ...rest] = rows
  return first === undefined ? rows : [{ ...first, text: prefix + first.text }, ...rest]
}
