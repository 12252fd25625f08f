// Paths of sensitive values, as state files spell them.
import { formatPath, type Path, type PathStep } from '../path.ts'
import { field, type ObjectValue, type Value } from '../schema/value.ts'
import { asList, asObject, UnreadableError } from './fields.ts'
import type { Printable } from './print.ts'

/** How many steps of one path may be spelled both ways; a deeper one is cut there, which hides more, not less. */
const MAX_AMBIGUOUS = 4

/**
 * Spells paths for the file.
 *
 * A file tells an attribute's name from a map's key and our paths do not, so below the first step both spellings are
 * written. Terraform ignores the one that leads nowhere.
 */
export function encodePaths(paths: readonly Path[]): Printable {
  const unique = new Map(paths.map((path) => [formatPath(path), path]))
  return [...unique.keys()].sort().flatMap((key) => spellings(unique.get(key) ?? []))
}

function spellings(path: Path): Printable[] {
  let results: Printable[][] = [[]]
  let ambiguous = 0
  for (const [depth, step] of path.entries()) {
    const isText = typeof step === 'string'
    if (isText && depth > 0 && ++ambiguous > MAX_AMBIGUOUS) break
    const ways: readonly Printable[] = !isText
      ? [index(step)]
      : depth === 0
        ? [attribute(step)]
        : [attribute(step), index(step)]
    results = results.flatMap((result) => ways.map((way) => [...result, way]))
  }
  return results
}

function attribute(name: string): Printable {
  return new Map([
    ['type', 'get_attr'],
    ['value', name],
  ])
}

function index(step: PathStep): Printable {
  const key = new Map<string, Printable>([
    ['value', step],
    ['type', typeof step],
  ])
  return new Map<string, Printable>([
    ['type', 'index'],
    ['value', key],
  ])
}

/** Reads what Terraform or `encodePaths` wrote. Two spellings of one path become one. Throws UnreadableError. */
export function decodePaths(value: Value | undefined, at: string): Path[] {
  const unique = new Map<string, Path>()
  for (const [i, path] of asList(value, at).entries()) {
    const steps = asList(path, `${at}[${i}]`).map((step, j) => decodeStep(step, `${at}[${i}][${j}]`))
    unique.set(formatPath(steps), steps)
  }
  return [...unique.values()]
}

function decodeStep(value: Value, at: string): PathStep {
  const step = asObject(value, at)
  const inner = field(step, 'value')
  if (field(step, 'type') === 'get_attr' && typeof inner === 'string') return inner
  if (field(step, 'type') === 'index') return decodeIndex(asObject(inner, `${at}.value`), `${at}.value`)
  throw new UnreadableError(`${at} must be a step of a path, and it is not.`)
}

function decodeIndex(index: ObjectValue, at: string): PathStep {
  const key = field(index, 'value')
  if (typeof key === 'string' || (typeof key === 'number' && Number.isSafeInteger(key))) return key
  throw new UnreadableError(`${at} must hold a string or a whole number, and it does not.`)
}
