// Which lists are lists and which are tuples, and which objects are maps: Terraform tells them apart, their content does not.
import type { Value } from './value.ts'

/** A type in Terraform's JSON notation: `"string"`, `["list","string"]`, `["object",{…}]`. */
export type TypeJson = string | readonly [string, ...unknown[]]

// Beside the values and not in them: nearly no code has to know, and a value without an entry is a tuple or an object.
const types = new WeakMap<object, TypeJson>()

/** Remembers the type of a new list, set, map or object; anything else stays as it is. Returns the value. */
export function withType<V extends Value>(value: V, type: TypeJson): V {
  if (typeof value === 'object' && value !== null) types.set(value, type)
  return value
}

/** What was remembered; undefined for all that is no more than it looks. */
export function rememberedType(value: Value): TypeJson | undefined {
  return typeof value === 'object' && value !== null ? types.get(value) : undefined
}

/** Hands on to a copy what was remembered of the original. Returns the copy. */
export function typedLike<V extends Value>(copy: V, original: Value): V {
  const type = rememberedType(original)
  return type === undefined || copy === original ? copy : withType(copy, type)
}

/** True if values of both types can be one and the same; where something is not told, it is taken as fitting. */
export function typesAgree(a: unknown, b: unknown): boolean {
  if (a === 'dynamic' || b === 'dynamic') return true
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b
  const [kind, inner] = a as readonly unknown[]
  const [otherKind, other] = b as readonly unknown[]
  if (kind !== otherKind) return false
  if (kind === 'tuple') {
    const [xs, ys] = [inner as readonly unknown[], other as readonly unknown[]]
    return xs.length === ys.length && xs.every((one, i) => typesAgree(one, ys[i]))
  }
  if (kind !== 'object') return typesAgree(inner, other)
  const [fields, others] = [inner, other] as readonly { readonly [name: string]: unknown }[]
  const names = Object.keys(fields ?? {})
  return (
    names.length === Object.keys(others ?? {}).length &&
    names.every((name) => typesAgree(fields?.[name] ?? 'absent', others?.[name] ?? 'absent'))
  )
}
