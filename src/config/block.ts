// How Terraform's JSON syntax writes blocks: objects, arrays of objects, one level of nesting per label.

import { didYouMean } from '../schema/suggest.ts'
import { describeKind } from '../schema/type.ts'
import { field, isList, isObject, type ObjectValue, type Value } from '../schema/value.ts'
import { inner, type Problems, type Site } from './site.ts'

/** One block's content and where it is. */
export interface Block {
  readonly site: Site
  readonly value: ObjectValue
}

export interface Entry {
  readonly key: string
  readonly value: Value
  readonly site: Site
}

/** The blocks a value stands for: none for null, one for an object, one each for an array of objects. */
export function blocksOf(value: Value, site: Site, what: string, problems: Problems): readonly Block[] {
  if (value === null) return []
  if (isObject(value)) return [{ site, value }]
  if (isList(value)) return value.flatMap((one, i) => blocksOf(one, inner(site, i), what, problems))
  problems.add(
    site,
    'Wrong block form',
    `${what.charAt(0).toUpperCase()}${what.slice(1)} must be an object or an array of objects, but is ${describeKind(value)}.`,
  )
  return []
}

/** The arguments of a body: its entries without comments. */
export function argumentsOf(block: Block): readonly Entry[] {
  return entriesOf(block).filter(({ key }) => key !== '//')
}

/** The keys of an object, a repeated key once per appearance. Counts repeats as looked at. */
function entriesOf({ value, site }: Block): readonly Entry[] {
  const { source } = site
  const repeated = source.repeats.get(value) ?? []
  for (const repeat of repeated) source.consumed.add(repeat)
  const first = Object.keys(value).map((key) => ({ key, value: value[key] as Value, site: inner(site, key) }))
  const further = repeated.map((repeat) => ({
    ...repeat,
    site: { ...inner(site, repeat.key), offset: repeat.offset },
  }))
  return further.length === 0 ? first : [...first, ...further]
}

/** Unpacks one level of labels: `{"acme": {…}, "globex": [{…}]}`. Labels must be names. */
export function labelledBlocks(
  value: Value,
  site: Site,
  what: string,
  problems: Problems,
): readonly { readonly label: string; readonly block: Block }[] {
  return labels(value, site, what, problems).flatMap(({ key, value, site }) =>
    blocksOf(value, site, `${what} "${key}"`, problems).map((block) => ({ label: key, block })),
  )
}

/** One level of labels, not looking further in. Labels that are no names are reported and left out. */
export function labels(value: Value, site: Site, what: string, problems: Problems): readonly Entry[] {
  return blocksOf(value, site, what, problems)
    .flatMap(entriesOf)
    .filter((entry) => checkName(entry.key, entry.site, what, problems))
}

const name = /^[\p{L}_][\p{L}\p{N}_-]*$/u

/** True if it can name a block. */
export function isName(text: string): boolean {
  return name.test(text)
}

/** Reports a name that is not an identifier; true if it is one. */
export function checkName(name: string, site: Site, what: string, problems: Problems): boolean {
  if (isName(name)) return true
  const detail = `${JSON.stringify(name)} cannot name ${what}. A name starts with a letter or underscore and goes on with letters, digits, underscores and dashes.`
  problems.add(site, 'Invalid name', detail)
  return false
}

/** Reports keys that are not among the known ones. */
export function checkKeys(
  { value, site }: Block,
  known: readonly string[],
  what: string,
  problems: Problems,
): void {
  for (const key of Object.keys(value)) {
    if (key === '//' || known.includes(key)) continue
    const detail = `${what} has no argument "${key}".${didYouMean(key, known)}`
    problems.add(inner(site, key), 'Unknown argument', detail)
  }
}

/** A text taken as it is, without templates; undefined when absent or null. */
export function literalText({ value, site }: Block, key: string, problems: Problems): string | undefined {
  const text = field(value, key) ?? null
  if (text === null) return undefined
  if (typeof text === 'string') return text
  problems.add(
    inner(site, key),
    'Wrong argument type',
    `"${key}" must be a string, but is ${describeKind(text)}.`,
  )
  return undefined
}

/** A bool written as such or as text, as Terraform allows; expressions are not possible here. */
export function literalBool({ value, site }: Block, key: string, problems: Problems): boolean | undefined {
  const bool = field(value, key) ?? null
  if (bool === null) return undefined
  if (bool === true || bool === 'true') return true
  if (bool === false || bool === 'false') return false
  const detail = `"${key}" must be true or false, written out. It is read before anything is evaluated, so it can be no expression.`
  problems.add(inner(site, key), 'Wrong argument type', detail)
  return undefined
}

/** True for what says nothing: absent, null, `{}`, `[]`. */
export function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null) return true
  if (isList(value)) return value.every(isEmpty)
  return isObject(value) && Object.keys(value).every((key) => key === '//')
}
