// A plan in the shape of Terraform's plan JSON, format 1.2.
import type { Operation } from 'fast-json-patch'
import { formatAddress } from '../address.ts'
import type { Action, Change, OutputChange } from '../engine/change.ts'
import type { Plan } from '../engine/plan.ts'
import { formatPath } from '../path.ts'
import { typeOfValue } from '../schema/type.ts'
import { compareText, isWhollyKnown, Sensitive, UNKNOWN, type Value } from '../schema/value.ts'
import { checkJson } from './checks-json.ts'
import { configurationJson } from './configuration-json.ts'
import { identityJson, terraformVersion } from './json-identity.ts'
import { knownJson, sensitiveMap, unknownMap } from './json-values.ts'
import { relevantJson } from './relevant-json.ts'
import { type JsonRecord, type ShownState, stateJson } from './state-json.ts'

export interface PlanJsonOptions {
  /** What `hasChanges` says of the plan. */
  readonly applyable: boolean
  /** A record with its attributes as its schema has them. */
  readonly read: (record: Plan['prior']['records'][number]) => JsonRecord
}

/**
 * The plan as data for tools, to be written with `JSON.stringify`.
 *
 * Fields have the names and shapes of Terraform's `show -json` (1.2), with one difference: a sensitive value is null,
 * never in clear; `before_sensitive` and `after_sensitive` say where. What Terraform has no word for is below
 * `hubform`: of the plan its mode and cost, of a change why it happens, by attribute, its patch and its construct.
 */
export function planJson(plan: Plan, { applyable, read }: PlanJsonOptions): object {
  const relevant = relevantJson(plan)
  const checks = plan.checks.map(checkJson)
  const prior = stateJson(priorState(plan, read))
  const variables = Object.entries(plan.scope.variables).map(([name, value]) => [
    name,
    { value: knownJson(value, []) },
  ])
  return {
    format_version: '1.2',
    terraform_version: terraformVersion,
    ...(variables.length === 0 ? {} : { variables: Object.fromEntries(variables) }),
    planned_values: plannedValues(plan),
    ...(plan.drift.length === 0 ? {} : { resource_drift: plan.drift.map(driftJson) }),
    ...(plan.changes.length === 0
      ? {}
      : {
          resource_changes: plan.changes.map((change) => changeJson(change, movedFrom(plan, change))),
        }),
    ...(plan.outputs.length === 0
      ? {}
      : {
          output_changes: Object.fromEntries(plan.outputs.map((output) => [output.name, outputJson(output)])),
        }),
    ...('values' in prior ? { prior_state: prior } : {}),
    configuration: configurationJson(plan),
    ...(relevant.length === 0 ? {} : { relevant_attributes: relevant }),
    ...(checks.length === 0 ? {} : { checks }),
    timestamp: plan.createdAt.replace(/\.\d+Z$/, 'Z'),
    applyable,
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

/** Outputs that are known already count as if they were recorded, as Terraform has it. */
function priorState({ prior, outputs }: Plan, read: PlanJsonOptions['read']): ShownState {
  const known = outputs.flatMap(({ name, action, after, sensitive }) =>
    action === 'delete' || after === null || !isWhollyKnown(after)
      ? []
      : [[name, { value: after, type: typeOfValue(after), sensitive }] as const],
  )
  return {
    outputs: { ...prior.outputs, ...Object.fromEntries(known) },
    records: prior.records.map(read),
  }
}

/** Terraform sorts these by the text of their addresses, so that [10] comes before [2]. */
function inTextOrder(changes: readonly Change[]): readonly Change[] {
  const keyed = changes.map((change) => [formatAddress(change.address), change] as const)
  keyed.sort(([a], [b]) => compareText(a, b))
  return keyed.map(([, change]) => change)
}

function plannedValues({ changes, outputs: planned }: Plan): object {
  const staying = changes.filter(
    ({ after, action }) => after !== null && action !== 'delete' && action !== 'forget',
  )
  const outputs = planned.filter(({ action }) => action !== 'delete')
  return {
    ...(outputs.length === 0
      ? {}
      : { outputs: Object.fromEntries(outputs.map((output) => [output.name, plannedOutput(output)])) }),
    root_module: {
      ...(staying.length === 0
        ? {}
        : {
            resources: inTextOrder(staying).map((change) => ({
              ...identityJson(change.address, change.provider),
              schema_version: change.schemaVersion,
              values: knownJson(change.after, change.afterSensitive),
              sensitive_values: sensitiveMap(change.after, change.afterSensitive),
            })),
          }),
    },
  }
}

function plannedOutput({ after, sensitive }: OutputChange): object {
  if (!isWhollyKnown(after)) return { sensitive }
  return {
    sensitive,
    type: typeOfValue(after),
    value: knownJson(sensitive ? new Sensitive(after) : after, []),
  }
}

function movedFrom({ moves, mode }: Plan, { address, deposed }: Change): string | undefined {
  if (deposed !== undefined || moves.length === 0 || mode === 'destroy') return undefined
  const text = formatAddress(address)
  return moves.find(({ to }) => to === text)?.from
}

function changeJson(change: Change, previous: string | undefined): object {
  return {
    ...identityJson(change.address, change.provider),
    ...(previous === undefined ? {} : { previous_address: previous }),
    ...(change.deposed === undefined ? {} : { deposed: change.deposed }),
    change: {
      ...differenceJson(change),
      ...(change.importing === undefined ? {} : { importing: { id: change.importing } }),
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
      ...(change.patch.length === 0 ? {} : { patch: openPatch(change) }),
    },
  }
}

function driftJson(change: Change): object {
  return changeJson(change, undefined)
}

function differenceJson(change: Change): object {
  return {
    actions: actionsOf(change),
    before: knownJson(change.before, change.beforeSensitive),
    after: knownJson(change.after, change.afterSensitive),
    after_unknown: change.after === null ? {} : unknownMap(change.after),
    before_sensitive: sensitiveMap(change.before, change.beforeSensitive),
    after_sensitive: sensitiveMap(change.after, change.afterSensitive),
    ...(change.replacePaths.length === 0 ? {} : { replace_paths: change.replacePaths }),
  }
}

/** The patch, with null for what is in an attribute that holds anything sensitive: elements may have moved. */
function openPatch({ patch, beforeSensitive, afterSensitive }: Change): readonly Operation[] {
  const hidden = new Set([...beforeSensitive, ...afterSensitive].map(([name]) => String(name)))
  return patch.map((operation) => {
    const [, name = ''] = operation.path.split('/')
    const isHidden = hidden.has(name.replaceAll('~1', '/').replaceAll('~0', '~'))
    return isHidden && 'value' in operation ? { ...operation, value: null } : operation
  })
}

/** Reasons of ours that Terraform's format does not know begin with the action that needs none there. */
function isTerraformReason(reason: Change['reason']): boolean {
  return reason !== undefined && !/^(create|update)_|^delete_(by_request|deposed)$/.test(reason)
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
  const { action, before, after, sensitive } = output
  const clear = (value: Value) => (sensitive && value !== null ? new Sensitive(value) : value)
  return {
    actions: [action],
    before: knownJson(clear(before), []),
    ...(after === UNKNOWN ? {} : { after: knownJson(clear(after), []) }),
    after_unknown: unknownMap(after, false),
    before_sensitive: sensitive,
    after_sensitive: sensitive,
  }
}
