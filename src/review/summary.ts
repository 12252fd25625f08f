// The one line that sums a run up.
import type { ApplyResult } from '../engine/api.ts'
import type { Change } from '../engine/change.ts'
import type { Plan } from '../engine/plan.ts'
import type { Palette } from './palette.ts'
import { plural } from './text.ts'

/** `Plan: 3 to add, 1 to change, 0 to destroy.`, or that there is nothing to do. */
export function summaryLine(plan: Plan, palette: Palette): string {
  const count = (...actions: Change['action'][]) =>
    plan.changes.filter(({ action, isBlocked }) => !isBlocked && actions.includes(action)).length
  const add = count('create', 'replace')
  const change = count('update')
  const destroy = count('delete', 'replace')
  const forget = count('forget')
  const held = plan.changes.filter(({ isBlocked }) => isBlocked).length
  const taken = plan.changes.filter(({ importing }) => importing !== undefined).length
  if (add + change + destroy + forget + taken + held > 0) {
    const letGo = forget > 0 ? `, ${forget} to let go` : ''
    const letIn = taken > 0 ? `${taken} to import, ` : ''
    const back = held > 0 ? `, ${held} held back` : ''
    return `${palette.strong('Plan:')} ${letIn}${add} to add, ${change} to change, ${destroy} to destroy${letGo}${back}.${targeted(plan)}`
  }
  return palette.strong(nothing(plan)) + targeted(plan)
}

function nothing(plan: Plan): string {
  const outputs = plan.outputs.some(({ action }) => action !== 'no-op')
  const recorded = Object.keys(plan.refreshed).length
  if (plan.mode === 'refresh-only') {
    if (recorded === 0 && !outputs) return 'No changes. What is recorded is what is there.'
    return `Applying this records what was found (${plural(recorded, 'object')}), and changes nothing in the service.`
  }
  if (outputs) return 'No objects change. Only outputs do.'
  if (plan.mode === 'destroy') return 'No changes. There is nothing to destroy.'
  return 'No changes. What is there matches the configuration.'
}

function targeted(plan: Plan): string {
  return plan.targeted ? ' Only a part of the configuration was looked at (--target).' : ''
}

/** What planning cost: `Read 12 objects with 5 calls.` Empty when nothing was asked. */
export function usageLine({ usage, changes, drift }: Plan): string {
  const calls = usage.reads + usage.lists
  if (calls === 0) return ''
  const seen = changes.filter(({ before, action }) => before !== null && action !== 'read').length
  const gone = drift.filter(({ after }) => after === null).length
  const retries = usage.retries === 0 ? '' : ` (${plural(usage.retries, 'retry', 'retries')})`
  const what = seen + gone === 0 ? 'Planning took' : `Read ${plural(seen + gone, 'object')} with`
  return `${what} ${plural(calls, 'call')}${retries}.`
}

/** The last line of an apply or a destroy. */
export function doneLine(result: ApplyResult, mode: Plan['mode'], palette: Palette): string {
  const { added, changed, destroyed } = result.done
  if (result.refused)
    return `${palette.strong('Refused:')} nothing was done, and nothing is lost. Make a new plan, and apply that.`
  const counts =
    mode === 'destroy'
      ? `${destroyed} destroyed`
      : `${added} added, ${changed} changed, ${destroyed} destroyed`
  if (result.interrupted)
    return `${palette.strong('Interrupted:')} ${counts}, ${result.skipped} not tried. State is saved; run again to go on.`
  if (result.diagnostics.some(({ severity }) => severity === 'error'))
    return `${palette.strong('Failed:')} ${counts}, ${result.skipped} not tried. State is saved; run again to go on.`
  return `${palette.strong(mode === 'destroy' ? 'Destroyed:' : 'Applied:')} ${counts}.`
}
