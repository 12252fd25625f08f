// In which attribute of a body a reference is. Slow; only for messages.
import { parseTemplate } from '../expression/parse.ts'
import { references } from '../expression/references.ts'
import type { Path } from '../path.ts'
import { isList, isObject, type Value } from '../schema/value.ts'
import { formatReference } from './check-reference.ts'

/** The path to the first string that refers to `name`; empty when there is none. */
export function pathOfReference(source: Value | undefined, name: string): Path {
  return source === undefined ? [] : (search(source, name) ?? [])
}

function search(source: Value, name: string): Path | undefined {
  if (typeof source === 'string') return mentions(source, name) ? [] : undefined
  if (isList(source))
    return first(
      source.map((value, i) => [i, value]),
      name,
    )
  if (isObject(source)) return first(Object.entries(source), name)
  return undefined
}

function first(entries: readonly (readonly [string | number, Value])[], name: string): Path | undefined {
  for (const [step, value] of entries) {
    if (typeof step === 'string' && mentions(step, name)) return [step]
    const path = search(value, name)
    if (path !== undefined) return [step, ...path]
  }
  return undefined
}

function mentions(text: string, name: string): boolean {
  // Most strings hold no template; parsing them is what would cost.
  return text.includes('{') && references(parseTemplate(text)).some((one) => formatReference(one) === name)
}
