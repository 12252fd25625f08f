// From a planned instance to the change that people review.
import { type ObjectValue, UNKNOWN } from '../schema/value.ts'
import type { Change } from './change.ts'
import { changePatch, fieldReasons } from './compare.ts'
import type { PlannedInstance } from './instance.ts'
import { schemaSensitive } from './recorded.ts'

/** The planned change of an instance. */
export function describeChange(
  instance: PlannedInstance,
  provider: string,
  createBeforeDestroy: boolean,
): Change {
  const before = instance.prior ?? null
  const after = instance.planned
  const wasSensitive = sensitiveBefore(instance, before)
  const bothSides = before !== null && after !== null && instance.action !== 'no-op'
  return {
    address: instance.address,
    deposed: instance.deposed,
    action: instance.action,
    createBeforeDestroy,
    reason: instance.reason,
    before,
    after,
    beforeSensitive: wasSensitive,
    afterSensitive: instance.sensitive,
    replacePaths: instance.replacePaths,
    patch: bothSides ? changePatch(before, after) : [],
    fields: bothSides
      ? fieldReasons(instance.schema, instance.recorded, before, after, instance.answered)
      : unknownFields(instance),
    schemaVersion: instance.schema.version,
    provider,
    construct: instance.block?.place.construct,
    ...(instance.importing === undefined ? {} : { importing: instance.importing }),
    ...(instance.blocked === undefined ? {} : { isBlocked: true }),
  }
}

/** What happened to an object behind our back; undefined when nothing did. */
export function describeDrift(instance: PlannedInstance, provider: string): Change | undefined {
  const { recorded, prior } = instance
  if (recorded === undefined) return undefined
  const patch = changePatch(recorded, prior ?? null)
  if (prior !== undefined && patch.length === 0) return undefined
  const sensitive = sensitiveBefore(instance, recorded)
  return {
    address: instance.address,
    deposed: instance.deposed,
    action: prior === undefined ? 'delete' : 'update',
    createBeforeDestroy: false,
    before: recorded,
    after: prior ?? null,
    beforeSensitive: sensitive,
    afterSensitive: sensitive,
    replacePaths: [],
    patch,
    fields:
      patch.length === 0
        ? []
        : patch.map((operation) => ({ path: [operation.path.split('/')[1] ?? ''], why: 'drift' as const })),
    schemaVersion: instance.schema.version,
    provider,
    construct: instance.block?.place.construct,
  }
}

/** What was a secret stays one in what was, also when it is none any more; what becomes one counts as if it had been. */
function sensitiveBefore({ record, schema, sensitive }: PlannedInstance, object: ObjectValue | null) {
  if (object === null) return sensitive
  const was = [...(record?.sensitive ?? []), ...schemaSensitive(schema, object)]
  if (was.length === 0) return sensitive
  return [...new Map([...sensitive, ...was].map((path) => [JSON.stringify(path), path])).values()]
}

function unknownFields(instance: PlannedInstance): Change['fields'] {
  if (instance.action !== 'create') return []
  return Object.entries(instance.planned ?? {}).flatMap(([name, value]) =>
    value === UNKNOWN && instance.schema.attributes[name]?.mode === 'computed'
      ? [{ path: [name], why: 'computed' as const }]
      : [],
  )
}
