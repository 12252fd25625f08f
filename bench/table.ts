// Figures as text.

/** Rows under a heading; columns as wide as needed, numbers to the right. */
export function printTable(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const widths = columns.map((column, i) =>
    Math.max(column.length, ...rows.map((row) => row[i]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '-'.repeat(width)).join('  ')
  process.stdout.write(`\n${title}\n\n${[line(columns), rule, ...rows.map(line)].join('\n')}\n`)
}

/** `840 ms`, `1.27 s`. */
export function time(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`
  return `${ms >= 10 ? ms.toFixed(0) : ms.toFixed(1)} ms`
}

export function memory(megabytes: number): string {
  return `${megabytes.toFixed(0)} MB`
}

/** Of a part per resource. */
export function perOne(ms: number, count: number): string {
  return `${((ms / count) * 1000).toFixed(0)} µs`
}

/** `a` is so many times `b`. */
export function ratio(a: number, b: number): string {
  return b === 0 ? '-' : `${(a / b).toFixed(2)}×`
}
