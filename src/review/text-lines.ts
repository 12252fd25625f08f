// Two texts of several lines → rows.
import { align } from './align.ts'
import { type Row, remark } from './rows.ts'
import { plural } from './text.ts'
import { shortLine } from './value.ts'
import type { View } from './view.ts'

/** Lines that are different, with up to two of their neighbours. */
export function lineRows(before: string, after: string, view: View, depth: number): readonly Row[] {
  const [a, b] = [before.split('\n'), after.split('\n')]
  const pairs = align(a, b, (x, y) => x === y)
  const changed = pairs.map((pair) => pair.before === undefined || pair.after === undefined)
  const near = (i: number) => changed.slice(Math.max(0, i - 2), i + 3).some(Boolean)
  const rows: Row[] = []
  let hidden = 0
  let unshown = 0
  const flush = () => {
    if (hidden > 0) rows.push(remark(depth, `(${plural(hidden, 'unchanged line')} hidden)`))
    hidden = 0
  }
  for (const [i, pair] of pairs.entries()) {
    if (!near(i)) hidden++
    else if (rows.length >= view.limits.lines) unshown++
    else {
      flush()
      const mark = pair.before === undefined ? '+' : pair.after === undefined ? '-' : ' '
      const line = pair.before === undefined ? b[pair.after ?? -1] : a[pair.before]
      rows.push({ mark, depth, text: shortLine(line ?? '', view) })
    }
  }
  flush()
  if (unshown > 0) rows.push(remark(depth, `(${plural(unshown, 'more line')})`))
  return rows
}
