// What a run does, as the messages of Terraform's machine-readable UI, version 1.2: plans and results.
import { type Address, findAddress, formatAddress } from '../address.ts'
import type { Diagnostic } from '../diagnostics.ts'
import type { Action, Change, OutputChange, Reason } from '../engine/change.ts'
import type { Plan, PlanMode } from '../engine/plan.ts'
import { diagnosticJson } from './diagnostic-json.ts'
import { terraformVersion } from './json-identity.ts'
import { outputsJson, type ShownState } from './state-json.ts'

/** One line without its time. `fields` follow `@level`, `@message` and `@module`. */
export interface Message {
  readonly level: 'info' | 'warn' | 'error'
  readonly text: string
  readonly type: string
  readonly fields: { readonly [name: string]: unknown }
}

/** Makes a message that is neither a warning nor an error. */
export function info(type: string, text: string, fields: Message['fields']): Message {
  return { level: 'info', text, type, fields }
}

/** The first message: whose formats these are, and who speaks. */
export function versionMessage(version: string): Message {
  return info('version', `Hubform ${version}`, {
    terraform: terraformVersion,
    ui: '1.2',
    hubform: { version },
  })
}

export function diagnosticMessage(diagnostic: Diagnostic): Message {
  const { severity, summary } = diagnostic
  return {
    level: severity === 'error' ? 'error' : 'warn',
    text: `${severity === 'error' ? 'Error' : 'Warning'}: ${summary}`,
    type: 'diagnostic',
    fields: { diagnostic: diagnosticJson(diagnostic) },
  }
}

/** One message for each object that was changed by others, then one for each that is going to be changed. */
export function changeMessages({ drift, changes, moves }: Plan): readonly Message[] {
  const from = new Map(moves.map((move) => [move.to, move.from]))
  return [
    ...drift.map(driftMessage),
    ...changes.flatMap((change) => {
      const previous = change.deposed === undefined ? from.get(formatAddress(change.address)) : undefined
      if (change.action !== 'no-op' || change.importing !== undefined) return [plannedMessage(change)]
      return previous === undefined ? [] : [moveMessage(change, previous)]
    }),
  ]
}

/** How much the plan changes, and what becomes of the outputs. */
export function summaryMessages(
  { outputs, changes: planned }: Pick<Plan, 'outputs' | 'changes'>,
  counts: { readonly add: number; readonly change: number; readonly destroy: number },
): readonly Message[] {
  const { add, change, destroy } = counts
  const taken = planned.filter(({ importing }) => importing !== undefined).length
  const changes = { add, change, import: taken, remove: destroy, operation: 'plan' }
  const text = `Plan: ${taken > 0 ? `${taken} to import, ` : ''}${add} to add, ${change} to change, ${destroy} to destroy.`
  return [
    info('change_summary', text, { changes }),
    ...outputsMessage(
      outputs.length,
      Object.fromEntries(
        outputs.map(({ name, sensitive, action }) => [name, { sensitive, action: word(action) }]),
      ),
    ),
  ]
}

/** What was done, and the outputs as they are recorded now. */
export function resultMessages(
  done: { readonly added: number; readonly changed: number; readonly destroyed: number },
  mode: PlanMode,
  outputs: ShownState['outputs'],
): readonly Message[] {
  const { added, changed, destroyed } = done
  const destroying = mode === 'destroy'
  const text = destroying
    ? `Destroy complete! Resources: ${destroyed} destroyed.`
    : `Apply complete! Resources: ${added} added, ${changed} changed, ${destroyed} destroyed.`
  const operation = destroying ? 'destroy' : 'apply'
  return [
    info('change_summary', text, {
      changes: { add: added, change: changed, import: 0, remove: destroyed, operation },
    }),
    ...outputsMessage(Object.keys(outputs).length, outputsJson(outputs)),
  ]
}

/** The whole plan, in a message of our own: the last one of a plan. */
export function documentMessage(document: object): Message {
  return info('hubform_plan', 'The plan as JSON', { hubform: { plan: document } })
}

/** How messages name an object. */
export function resourceJson(address: Address): object {
  return {
    addr: formatAddress(address),
    module: '',
    resource: formatAddress(address),
    implied_provider: address.type.split('_')[0],
    resource_type: address.type,
    resource_name: address.name,
    resource_key: address.key ?? null,
  }
}

function outputsMessage(count: number, outputs: object): readonly Message[] {
  return count === 0 ? [] : [info('outputs', `Outputs: ${count}`, { outputs })]
}

function plannedMessage({ address, action, reason, importing }: Change): Message {
  const why = reason === undefined ? undefined : reasons[reason]
  return info('planned_change', `${formatAddress(address)}: Plan to ${word(action)}`, {
    change: {
      resource: resourceJson(address),
      action: importing !== undefined && action === 'no-op' ? 'import' : word(action),
      ...(importing === undefined ? {} : { importing: { id: importing } }),
      ...(why === undefined ? {} : { reason: why }),
    },
  })
}

function moveMessage({ address }: Change, previous: string): Message {
  const old = findAddress(previous) ?? address
  return info('planned_change', `${formatAddress(address)}: Plan to move`, {
    change: {
      resource: resourceJson(address),
      previous_resource: resourceJson(old),
      action: 'move',
    },
  })
}

function driftMessage({ address, action }: Change): Message {
  return info('resource_drift', `${formatAddress(address)}: Drift detected (${word(action)})`, {
    change: { resource: resourceJson(address), action: word(action) },
  })
}

function word(action: Action | OutputChange['action']): string {
  if (action === 'no-op') return 'noop'
  return action === 'forget' ? 'remove' : action
}

/** Reasons in the words of messages; those that are ours alone have none. */
const reasons: { readonly [R in Reason]?: string } = {
  replace_because_cannot_update: 'cannot_update',
  replace_because_tainted: 'tainted',
  replace_by_request: 'requested',
  replace_by_triggers: 'replace_triggered_by',
  delete_because_no_resource_config: 'delete_because_no_resource_config',
  delete_because_no_move_target: 'delete_because_no_move_target',
  delete_because_wrong_repetition: 'delete_because_wrong_repetition',
  delete_because_count_index: 'delete_because_count_index',
  delete_because_each_key: 'delete_because_each_key',
  read_because_config_unknown: 'read_because_config_unknown',
  read_because_dependency_pending: 'read_because_dependency_pending',
  read_because_check_nested: 'read_because_check_nested',
}
