// What people type after `hubform import ADDRESS`.
import { fail } from '../../diagnostics.ts'

/** Splits an import id into exactly so many non-empty parts. Throws a diagnostic that shows the form expected. */
export function parseImport(id: string, form: string, parts: 1): [string]
export function parseImport(id: string, form: string, parts: 2): [string, string]
export function parseImport(id: string, form: string, parts: 3): [string, string, string]
export function parseImport(id: string, form: string, parts: number): string[] {
  const steps = id.split('/')
  // A name may hold a slash; it is the last part, except in an id of one part.
  const split = [...steps.slice(0, parts - 1), steps.slice(parts - 1).join('/')]
  if (
    split.length === parts &&
    split.every((step) => step.trim() !== '') &&
    (parts > 1 || steps.length === 1)
  )
    return split
  return fail('Invalid import id', `"${id}" is not of the form ${form}.`)
}

/** The one object that a user names by id, or by name if no other has it. Throws a diagnostic if several have it. */
export function pick<T extends { readonly id?: string | undefined; readonly name?: string | undefined }>(
  listed: readonly T[],
  wanted: string,
  what: string,
): T | undefined {
  const byId = listed.find((one) => one.id === wanted)
  if (byId !== undefined) return byId
  const [only, ...others] = listed.filter((one) => one.name === wanted)
  if (others.length === 0) return only
  return fail(
    'Name not unique',
    `${others.length + 1} ${what} are named "${wanted}". Use the id of the one you mean.`,
  )
}
