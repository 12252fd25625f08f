// Which parts of an object a JSON Patch touches.
import type { Operation } from 'fast-json-patch'

/** `true`: anything below may differ. A map: only what is in it differs. */
export type Touch = true | ReadonlyMap<string, Touch>

/** Reads the pointers of a patch into a tree. An empty patch touches nothing. */
export function touchesOf(patch: readonly Operation[]): Touch {
  const root = new Map<string, Touch>()
  for (const operation of patch) {
    if (operation.op === 'test') continue
    if (operation.path === '') return true
    add(root, operation.path.slice(1).split('/').map(unescapeStep))
    if (operation.op === 'move') add(root, operation.from.slice(1).split('/').map(unescapeStep))
  }
  return root
}

/** What is touched below one step; undefined when nothing is. */
export function touchBelow(touch: Touch, step: string): Touch | undefined {
  return touch === true ? true : touch.get(step)
}

function add(root: Map<string, Touch>, steps: readonly string[]): void {
  let level = root
  for (const [i, step] of steps.entries()) {
    const known = level.get(step)
    if (known === true) return
    // Below a step named $ is the encoding of a set or an exact number, not a key of the value.
    if (i === steps.length - 1 || steps[i + 1] === '$') {
      level.set(step, true)
      return
    }
    const next = (known as Map<string, Touch> | undefined) ?? new Map<string, Touch>()
    level.set(step, next)
    level = next
  }
}

function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}
