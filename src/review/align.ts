// Pairing the elements of two sequences.

export interface Aligned {
  /** Index into the first sequence; undefined when the element is only in the second. */
  readonly before?: number | undefined
  readonly after?: number | undefined
}

/** Above this many comparisons the middle is taken as wholly different. */
const maxCells = 400_000

/**
 * Pairs equal elements of two sequences, in order, as many as possible. Elements without a partner come alone, those of
 * the first sequence before those of the second.
 */
export function align<T>(
  before: readonly T[],
  after: readonly T[],
  same: (a: T, b: T) => boolean,
): Aligned[] {
  let start = 0
  while (start < before.length && start < after.length && same(before[start] as T, after[start] as T)) start++
  let end = 0
  while (
    end < before.length - start &&
    end < after.length - start &&
    same(before[before.length - 1 - end] as T, after[after.length - 1 - end] as T)
  )
    end++
  const pairs: Aligned[] = []
  for (let i = 0; i < start; i++) pairs.push({ before: i, after: i })
  pairs.push(
    ...middle(before, after, same, { start, endBefore: before.length - end, endAfter: after.length - end }),
  )
  for (let i = end; i > 0; i--) pairs.push({ before: before.length - i, after: after.length - i })
  return pairs
}

interface Window {
  readonly start: number
  readonly endBefore: number
  readonly endAfter: number
}

function middle<T>(
  before: readonly T[],
  after: readonly T[],
  same: (a: T, b: T) => boolean,
  window: Window,
): Aligned[] {
  const { start, endBefore, endAfter } = window
  const rows = endBefore - start
  const columns = endAfter - start
  const lengths = rows * columns > maxCells ? undefined : longest(before, after, same, window)
  const at = (i: number, j: number) => lengths?.[i * (columns + 1) + j] ?? 0
  const pairs: Aligned[] = []
  let i = 0
  let j = 0
  while (i < rows || j < columns) {
    if (
      i < rows &&
      j < columns &&
      lengths !== undefined &&
      same(before[start + i] as T, after[start + j] as T)
    ) {
      pairs.push({ before: start + i++, after: start + j++ })
    } else if (i < rows && (j >= columns || at(i + 1, j) >= at(i, j + 1))) {
      pairs.push({ before: start + i++ })
    } else pairs.push({ after: start + j++ })
  }
  return pairs
}

/** Lengths of the longest common subsequences of all suffixes. */
function longest<T>(
  before: readonly T[],
  after: readonly T[],
  same: (a: T, b: T) => boolean,
  window: Window,
): Uint32Array {
  const { start, endBefore, endAfter } = window
  const width = endAfter - start + 1
  const lengths = new Uint32Array((endBefore - start + 1) * width)
  for (let i = endBefore - start - 1; i >= 0; i--) {
    for (let j = endAfter - start - 1; j >= 0; j--) {
      const here = i * width + j
      lengths[here] = same(before[start + i] as T, after[start + j] as T)
        ? (lengths[here + width + 1] ?? 0) + 1
        : Math.max(lengths[here + width] ?? 0, lengths[here + 1] ?? 0)
    }
  }
  return lengths
}
