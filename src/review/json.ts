// A plan in the shape of Terraform's plan JSON, format 1.2.
import { formatAddress } from '../address.ts'
import type { Action, Change, OutputChange } from '../engine/change.ts'
import type { Plan } from '../engine/plan.ts'
import { formatPath } from '../path.ts'
import { Sensitive, type Value } from '../schema/value.ts'
import { knownJson, sensitiveMap, unknownMap } from './json-values.ts'

/**
 * The plan as data for tools, to be written with `JSON.stringify`.
 *
 * Fields have the names and shapes of Terraform's `show -json` (1.2), with one difference: a sensitive value is null,
 * never in clear; `before_sensitive` and `after_sensitive` say where. What Terraform has no word for is below
 * `hubform`: of the plan its mode and cost, of a change why it happens, by attribute, and its construct. Left out are
 * `prior_state`, `configuration` and `checks`. `applyable` is what `hasChanges` says of the plan.
 */
export function planJson(plan: Plan, applyable: boolean): object {
  return {
    format_version: '1.2',
    terraform_version: '1.11.4',
    variables: Object.fromEntries(
      Object.entries(plan.scope.variables).map(([name, value]) => [name, { value: knownJson(value, []) }]),
    ),
    planned_values: plannedValues(plan),
    ...(plan.drift.length === 0 ? {} : { resource_drift: plan.drift.map(changeJson) }),
    resource_changes: plan.changes.map(changeJson),
    output_changes: Object.fromEntries(plan.outputs.map((output) => [output.name, outputJson(output)])),
    timestamp: plan.createdAt,
    applyable: applyable,
    complete: !plan.targeted,
    errored: false,
    hubform: {
      version: plan.version,
      mode: plan.mode,
      directory: plan.directory,
      lineage: plan.lineage,
      serial: plan.serial,
      usage: plan.usage,
    },
  }
}

function plannedValues(plan: Plan): object {
  const staying = plan.changes.filter(
    ({ after, action }) => after !== null && action !== 'delete' && action !== 'forget',
  )
  const outputs = plan.outputs.filter(({ action }) => action !== 'delete')
  return {
    outputs: Object.fromEntries(
      outputs.map(({ name, sensitive, after }) => [
        name,
        { sensitive, ...(sensitive ? {} : { value: knownJson(after, []) }) },
      ]),
    ),
    root_module: {
      resources: staying.map((change) => ({
        ...identity(change),
        values: knownJson(change.after, change.afterSensitive),
        sensitive_values: sensitiveMap(change.after, change.afterSensitive),
      })),
    },
  }
}

function changeJson(change: Change): object {
  return {
    ...identity(change),
    ...(change.deposed === undefined ? {} : { deposed: change.deposed }),
    change: {
      actions: actionsOf(change),
      before: knownJson(change.before, change.beforeSensitive),
      after: knownJson(change.after, change.afterSensitive),
      after_unknown: change.after === null ? {} : unknownMap(change.after),
      before_sensitive: sensitiveMap(change.before, change.beforeSensitive),
      after_sensitive: sensitiveMap(change.after, change.afterSensitive),
      ...(change.replacePaths.length === 0 ? {} : { replace_paths: change.replacePaths }),
    },
    ...(isTerraformReason(change.reason) ? { action_reason: change.reason } : {}),
    hubform: {
      ...(change.reason === undefined ? {} : { reason: change.reason }),
      ...(change.construct === undefined ? {} : { construct: change.construct }),
      fields: change.fields.map(({ path, why, because }) => ({
        path: formatPath(path),
        why,
        ...(because === undefined || because.length === 0 ? {} : { because }),
      })),
    },
  }
}

/** Reasons of ours that Terraform's format does not know begin with the action that needs none there. */
function isTerraformReason(reason: Change['reason']): boolean {
  return reason !== undefined && !/^(create|update)_|^delete_(by_request|deposed)$/.test(reason)
}

function identity({ address, provider }: Change): object {
  return {
    address: formatAddress(address),
    mode: address.mode,
    type: address.type,
    name: address.name,
    ...(address.key === undefined ? {} : { index: address.key }),
    provider_name: /^provider\["(.*?)"\]/.exec(provider)?.[1] ?? provider,
  }
}

function actionsOf(change: Change): readonly string[] {
  const replace = change.createBeforeDestroy ? ['create', 'delete'] : ['delete', 'create']
  const actions: { readonly [A in Action]: readonly string[] } = {
    'no-op': ['no-op'],
    create: ['create'],
    read: ['read'],
    update: ['update'],
    replace,
    delete: ['delete'],
    forget: ['forget'],
  }
  return actions[change.action]
}

function outputJson(output: OutputChange): object {
  const clear = (value: Value) => (output.sensitive ? new Sensitive(value) : value)
  return {
    actions: [output.action],
    before: knownJson(clear(output.before), []),
    after: knownJson(clear(output.after), []),
    after_unknown: unknownMap(output.after),
    before_sensitive: output.sensitive,
    after_sensitive: output.sensitive,
  }
}
