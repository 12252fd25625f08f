// What follows from changes that are already planned.
import { formatBlock, type InstanceKey } from '../address.ts'
import type { ResourceBlock } from '../config/config.ts'
import { type Reference, references } from '../expression/references.ts'
import { formatPath, type Path } from '../path.ts'
import { equal, field, type Value } from '../schema/value.ts'
import type { PlannedInstance } from './instance.ts'
import { schemaSensitive } from './recorded.ts'

/**
 * True if something named in a data block's `depends_on`, or a resource that it refers to itself, is about to change.
 *
 * Whoever refers to a resource wants to know how things are once it is as configured, whatever the value referred to.
 */
export function isPending(
  block: ResourceBlock,
  byBlock: ReadonlyMap<string, readonly PlannedInstance[]>,
): boolean {
  const { body, count, forEach, dependsOn, lifecycle } = block
  const conditions = [...(lifecycle.preconditions ?? []), ...(lifecycle.postconditions ?? [])]
  const held = conditions.flatMap((one) => [one.condition.expression, one.errorMessage.expression])
  const written = [body.expression, count, forEach, ...held].flatMap((one) => (one ? references(one) : []))
  const referred = written.filter((one) => one.root === 'resource' && one.block.mode === 'managed')
  return [...dependsOn, ...referred].some((reference) => isChanging(reference, byBlock))
}

function isChanging(reference: Reference, byBlock: ReadonlyMap<string, readonly PlannedInstance[]>): boolean {
  if (reference.root !== 'resource') return false
  return (byBlock.get(formatBlock(reference.block)) ?? []).some((instance) => instance.action !== 'no-op')
}

/** True if something that is named changes: a whole object, or the named attribute of it. `key`: of the instance that asks. */
export function isTriggered(
  references: readonly Reference[],
  key: InstanceKey,
  byBlock: ReadonlyMap<string, readonly PlannedInstance[]>,
): boolean {
  return references.some((reference) => {
    if (reference.root !== 'resource') return false
    const [first, second] = reference.path
    const all = byBlock.get(formatBlock(reference.block)) ?? []
    const keyed = all.some((instance) => instance.address.key !== undefined)
    const wanted = first ?? (reference.path.length > 0 ? key : undefined)
    const chosen =
      keyed && wanted !== undefined ? all.filter((instance) => instance.address.key === wanted) : all
    const attribute = keyed ? second : first
    return chosen.some((instance) => {
      if (instance.action === 'read') return false
      const revealed = revealedNames(instance)
      // What is only made or only destroyed has not changed.
      const isChanged = instance.action === 'update' || instance.action === 'replace'
      if (typeof attribute !== 'string') return isChanged || revealed.size > 0
      if (revealed.has(attribute)) return true
      if (!isChanged) return false
      const before: Value = instance.prior === undefined ? null : (field(instance.prior, attribute) ?? null)
      const after: Value = instance.planned === null ? null : (field(instance.planned, attribute) ?? null)
      return !equal(before, after)
    })
  })
}

/**
 * Attributes that the configuration hides no longer: Terraform calls that an update.
 *
 * It says the same of those that are hidden from now on. But what is hidden reaches further here now and then, and a state
 * that comes from Terraform must not bring replacements with it. Nor may a newer schema, so what it hides does not count.
 */
function revealedNames({ record, prior, planned, schema, sensitive }: PlannedInstance): ReadonlySet<string> {
  if (record === undefined || prior === undefined || planned === null) return new Set()
  if (record.sensitive.length === 0) return new Set()
  const bySchema = new Set(
    [prior, planned].flatMap((object) => schemaSensitive(schema, object)).map(formatPath),
  )
  const written = (paths: readonly Path[]) =>
    paths.filter((path) => !bySchema.has(formatPath(path))).map(([name]) => String(name))
  const hidden = new Set(written(sensitive))
  return new Set(written(record.sensitive).filter((name) => !hidden.has(name)))
}
