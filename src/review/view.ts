// What showing one object needs to know besides its two values.
import { formatPath, type Path, startsWith } from '../path.ts'
import { listed } from './text.ts'

/** How much of one value is shown; Infinity for all of it. */
export interface Limits {
  /** Elements of one list, set or map. */
  readonly elements: number
  /** Lines of one text. */
  readonly lines: number
  /** Characters of one line of text. */
  readonly characters: number
}

export const usualLimits: Limits = { elements: 40, lines: 60, characters: 1000 }
export const noLimits: Limits = { elements: Infinity, lines: Infinity, characters: Infinity }

/** One object's view. `document` is true inside a string that holds JSON, where null is a value like others. */
export interface View {
  readonly limits: Limits
  readonly document: boolean
  isSensitive(side: 'before' | 'after', path: Path): boolean
  /** What stands for a value that is not known yet. */
  unknown(path: Path): string
}

export interface ViewOptions {
  readonly limits: Limits
  readonly beforeSensitive: readonly Path[]
  readonly afterSensitive: readonly Path[]
  /** Addresses that a value waits for, by path. */
  readonly waitsFor: ReadonlyMap<string, readonly string[]>
}

/** Makes the view of one object. */
export function makeView(options: ViewOptions): View {
  const sensitive = { before: options.beforeSensitive, after: options.afterSensitive }
  return {
    limits: options.limits,
    document: false,
    isSensitive: (side, path) => sensitive[side].some((prefix) => startsWith(path, prefix)),
    unknown: (path) => {
      const addresses = options.waitsFor.get(formatPath(path)) ?? []
      return addresses.length === 0 ? '(known after apply)' : `(known after apply: ${listed(addresses, 3)})`
    },
  }
}

/** The view of what is inside a string: no attribute path leads there. */
export function documentView(view: View): View {
  return { ...view, document: true, isSensitive: () => false }
}
