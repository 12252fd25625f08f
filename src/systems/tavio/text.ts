// When two spellings of an attribute mean the same, and checks that many attributes share.
import type { Validator } from '../../schema/attribute.ts'
import { isObject, type Value } from '../../schema/value.ts'

/** Unset and empty are the same. */
export function sameText(a: Value, b: Value): boolean {
  return (a ?? '') === (b ?? '')
}

/**
 * For what only configuration knows: a list of the service does not tell it, and then it is as it was.
 *
 * The first value is the one that was read or written; only that one may be missing.
 */
export function untold(a: Value, _reference: Value): boolean {
  return a === null
}

/** Upper and lower case are the same. */
export function sameWord(a: Value, b: Value): boolean {
  return typeof a === 'string' && typeof b === 'string' && a.toLowerCase() === b.toLowerCase()
}

/** Unset and empty are the same. */
export function sameEmptyMap(a: Value, b: Value): boolean {
  const empty = (value: Value) => value === null || (isObject(value) && Object.keys(value).length === 0)
  return empty(a) && empty(b)
}

/** What state holds of an optional text: null for absent and empty. */
export function textOf(served: string | undefined): string | null {
  return served === undefined || served === '' ? null : served
}

/** What to send for an optional text: nothing if it never was set, an empty one to clear it. */
export function textToWire(planned: string | null, prior: string | null | undefined): string | undefined {
  if (planned !== null && planned !== '') return planned
  return prior === null || prior === undefined || prior === '' ? undefined : ''
}

export const notBlank: Validator = (value) =>
  typeof value === 'string' && value.trim() === '' ? 'It must not be empty.' : undefined

/** Becomes part of a path, so it must be a segment of its own. */
export const segment: Validator = (value) =>
  typeof value === 'string' && (/[/\\?#\s]/.test(value) || ['', '.', '..'].includes(value))
    ? 'It is part of an address in the service, so it must not be empty nor hold a slash or a space.'
    : undefined

export const email: Validator = (value) =>
  typeof value === 'string' && !/^[^\s@]+@[^\s@]+$/.test(value) ? 'It must be an e-mail address.' : undefined
