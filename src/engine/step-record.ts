// What is written down of a step: the intent before it, and the record of the object after it.
import { formatAddress } from '../address.ts'
import type { DataSource, Resource } from '../provider/resource.ts'
import { isWhollyKnown, type ObjectValue, objectOf, type Value } from '../schema/value.ts'
import type { Intent } from '../state/journal.ts'
import { type ResourceRecord, recordKey } from '../state/state.ts'
import { toExpect } from './found-different.ts'
import type { Step } from './plan.ts'
import { schemaSensitive, toRecord } from './recorded.ts'

/** Under which key a step's object is recorded: a create makes the current one, whatever waits beside it. */
export function stepKey(step: Step): string {
  return step.action === 'delete' ? recordKey(step) : formatAddress(step.address)
}

/**
 * The record of a step's object. `provider` is a reference as in state files; `foreign` is given where the object is
 * the one that was recorded before.
 */
export function stepRecord(
  step: Step,
  provider: string,
  { schema }: Resource | DataSource,
  object: ObjectValue,
  sensitive: Step['sensitive'],
  foreign?: ResourceRecord['foreign'],
): ResourceRecord {
  return toRecord({
    address: step.address,
    deposed: step.action === 'delete' ? step.deposed : undefined,
    provider,
    tainted: false,
    schema,
    object,
    // Marks of write-only attributes too, of which there is no value: Terraform plans an update where one is missing.
    sensitive: [...sensitive, ...schemaSensitive(schema, object)],
    dependencies: step.dependencies,
    createBeforeDestroy: step.createBeforeDestroy,
    private: step.private,
    foreign,
  })
}

/** What is to be known of a step should nobody live to tell what came of it. `sensitive` is what is marked in the end. */
export function stepIntent(
  step: Step,
  provider: string,
  resource: Resource,
  action: Intent['action'],
  planned: ObjectValue,
  sensitive: Step['sensitive'] = step.sensitive,
): Intent {
  const names = [...(resource.collection?.scope ?? []), ...(resource.collection?.key ?? [])]
  // What only the service knows, such as a key it derives, cannot be looked for by the next run.
  const known = (value: Value) => (isWhollyKnown(value) ? value : null)
  const identity = objectOf(names.map((name) => [name, known(planned[name] ?? null)]))
  return {
    step: step.id,
    action,
    key: stepKey(step),
    record: stepRecord(step, provider, resource, {}, []),
    identity: action === 'create' && names.length > 0 ? identity : undefined,
    existing: step.existing,
    expected: action === 'create' ? toExpect(resource.schema, planned, sensitive) : undefined,
  }
}
