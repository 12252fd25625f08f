// What is true of an attribute, in words for docs.
import type { Attribute } from '../schema/attribute.ts'
import { isObject, type Value } from '../schema/value.ts'

/** Who gives the value. */
export function marksOf(attribute: Attribute): string {
  switch (attribute.mode) {
    case 'required':
      return 'required'
    case 'optional':
      return 'optional'
    case 'optionalComputed':
      return 'optional, else from the service'
    case 'computed':
      return 'computed'
  }
}

/** What Hubform does with the attribute, in full sentences; may be empty. */
export function ruleWords(attribute: Attribute): string {
  return [
    attribute.default === undefined ? '' : `Default: \`${JSON.stringify(attribute.default)}\`.`,
    attribute.replace ? 'A change makes a new object.' : '',
    attribute.writeOnly
      ? 'Write-only: never in plan or state.'
      : attribute.sensitive
        ? 'Sensitive: hidden in all output.'
        : '',
    equivalenceWords(attribute) ?? '',
    attribute.stable ? 'Stays the same.' : '',
    attribute.deprecated === undefined ? '' : `Deprecated: ${attribute.deprecated}`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ')
}

/**
 * Says which spellings of an attribute are the same; undefined if none are.
 *
 * A comparison is a function, so it is asked. Throws TypeError if none of the questions tells what it compares: then
 * this file must learn one more.
 */
export function equivalenceWords({ equivalent, type }: Attribute): string | undefined {
  if (equivalent === undefined) return undefined
  const isMap = type.kind === 'map'
  const some: Value = isMap ? { a: 'a' } : 'a'
  const empty: Value = isMap ? {} : ''
  if (equivalent(null, some)) return 'Known from configuration only; the service does not tell it.'
  const found = [
    equivalent(null, empty) ? 'Unset and empty are the same.' : '',
    !isObject(some) && equivalent('a', 'A') ? 'Upper and lower case are the same.' : '',
  ].filter((sentence) => sentence !== '')
  if (found.length === 0) throw new TypeError('an attribute compares values in a way there are no words for')
  return found.join(' ')
}
