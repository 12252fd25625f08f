// Many things at a time, and what went wrong with each.
import type { Diagnostic, Place } from '../diagnostics.ts'
import { toDiagnostics } from './call.ts'

/**
 * Blocks, and instances of a block, that are being planned at a time: enough to keep every call busy that may be made,
 * and few enough that what is half planned never fills the memory.
 */
export const AT_ONCE = 500

/** Does something for each, many at a time; gathers what was thrown, at the place of the item. */
export async function settleAll<T>(
  items: readonly T[],
  place: (item: T) => Place,
  task: (item: T) => Promise<void>,
): Promise<readonly Diagnostic[]> {
  const diagnostics: Diagnostic[] = []
  // Shared by all workers, so that each takes what is next.
  const left = items.values()
  const work = async () => {
    for (const item of left) {
      await task(item).catch((error: unknown) => diagnostics.push(...toDiagnostics(error, place(item))))
    }
  }
  await Promise.all(Array.from({ length: Math.min(items.length, AT_ONCE) }, work))
  return diagnostics
}
