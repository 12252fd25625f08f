// Reads that lag behind writes: new objects not seen yet, deleted ones still seen, transitions that take a while.
// Counts are kept in memory only; a restart forgets them.

export interface Lags {
  /** The next reads do not see this object. */
  hide(key: string, reads: number): void
  /** True if this read must not see the object. Counts the read. */
  isHidden(key: string): boolean
  /** The next reads still see this object, in this form, though it is gone. */
  haunt(scope: string, key: string, ghost: object, reads: number): void
  /** The form of a deleted object for this read, if it is still seen. Counts the read. */
  ghost<T extends object>(scope: string, key: string): T | undefined
  /** The forms of all deleted objects of a scope that a list still sees. Counts a read of each. */
  ghosts<T extends object>(scope: string): readonly T[]
  /** True if so many reads have seen the transition; until then counts this read. */
  hasPassed(key: string, reads: number): boolean
  /** A transition begins anew. */
  restartTransition(key: string): void
  clear(): void
}

export function lags(): Lags {
  const hidden = new Map<string, number>()
  const transitions = new Map<string, number>()
  const scopes = new Map<string, Map<string, { readonly ghost: object; left: number }>>()

  // Ghosts are put under the scope they are asked for in, so their type is that of the scope's table.
  const look = <T extends object>(scope: string, key: string): T | undefined => {
    const entry = scopes.get(scope)?.get(key)
    if (entry === undefined) return undefined
    entry.left -= 1
    if (entry.left === 0) scopes.get(scope)?.delete(key)
    return entry.ghost as T
  }
  return {
    hide(key, reads) {
      if (reads > 0) hidden.set(key, reads)
    },
    isHidden(key) {
      const left = hidden.get(key)
      if (left === undefined) return false
      if (left > 1) hidden.set(key, left - 1)
      else hidden.delete(key)
      return true
    },
    haunt(scope, key, ghost, reads) {
      if (reads === 0) return
      const group = scopes.get(scope) ?? new Map()
      scopes.set(scope, group.set(key, { ghost, left: reads }))
    },
    ghost: look,
    ghosts<T extends object>(scope: string) {
      return [...(scopes.get(scope)?.keys() ?? [])].flatMap((key) => look<T>(scope, key) ?? [])
    },
    hasPassed(key, reads) {
      const seen = transitions.get(key) ?? 0
      if (seen >= reads) {
        transitions.delete(key)
        return true
      }
      transitions.set(key, seen + 1)
      return false
    },
    restartTransition: (key) => void transitions.delete(key),
    clear() {
      hidden.clear()
      transitions.clear()
      scopes.clear()
    },
  }
}
