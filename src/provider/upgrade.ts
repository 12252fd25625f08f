// Objects that an older version of a schema recorded.
import { DiagnosticError, problem } from '../diagnostics.ts'
import { isObject, type ObjectValue } from '../schema/value.ts'
import type { Resource } from './resource.ts'

/**
 * Brings a stored object from an older version of the schema to the current one, step by step. `stored` is as state
 * files hold it; so is the result, which has still to be read by the schema. Of a current object it is the object itself.
 *
 * Throws a diagnostic that blames the provider when a step fails.
 */
export function upgradeStored(
  { type, schema, upgrades = [] }: Pick<Resource, 'type' | 'schema' | 'upgrades'>,
  version: number,
  stored: ObjectValue,
): ObjectValue {
  let current = stored
  for (let from = version; from < schema.version; from += 1) {
    const upgrade = upgrades[from]
    // Where nothing was said, attributes keep their names, and the schema drops and adds the rest.
    if (upgrade !== undefined) current = step(type, from, upgrade, current)
  }
  return current
}

function step(
  type: string,
  from: number,
  upgrade: (stored: ObjectValue) => ObjectValue,
  stored: ObjectValue,
): ObjectValue {
  try {
    const upgraded = upgrade(stored)
    if (isObject(upgraded)) return upgraded
    throw new TypeError('it returned no object')
  } catch (error) {
    if (error instanceof DiagnosticError) throw error
    const message = error instanceof Error ? error.message : String(error)
    throw new DiagnosticError(
      problem(
        'Provider broke its contract',
        `A ${type} that version ${from} of its schema recorded could not be brought to version ${from + 1}: ${message}. This is a fault in the provider. Nothing was changed.`,
      ),
      { cause: error },
    )
  }
}
