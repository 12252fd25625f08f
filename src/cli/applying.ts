// Carrying out a plan that has been shown: approval, progress, result.
import { findAddress, formatAddress, formatBlock } from '../address.ts'
import type { Config } from '../config/config.ts'
import { type Diagnostic, fail, hasErrors, located } from '../diagnostics.ts'
import type { ApplyResult } from '../engine/api.ts'
import { applyPlan } from '../engine/apply.ts'
import { hasChanges, type Plan } from '../engine/plan.ts'
import { resultMessages } from '../review/messages.ts'
import { outputsText } from '../review/state.ts'
import { doneLine } from '../review/summary.ts'
import { usualLimits } from '../review/view.ts'
import type { Session } from '../state/session.ts'
import { engineOptions } from './planning.ts'
import { makeProgress } from './progress.ts'
import type { Shell } from './shell.ts'

/** What came of it; undefined when there was nothing to do, or approval was not given. */
export interface Applied {
  readonly approved: boolean
  readonly result: ApplyResult | undefined
}

export interface ApplyWork {
  readonly plan: Plan
  readonly session: Session
  readonly parallelism: number
  /** True when the user has said beforehand that no question is needed. */
  readonly approved: boolean
  readonly stack: string | undefined
  /** The configuration that the plan was made from, to say where things are written; a plan file has none. */
  readonly config?: Config | undefined
}

/** Asks if need be, applies, and says what came of it. */
export async function applyOnce(shell: Shell, work: ApplyWork): Promise<Applied> {
  const { plan, session } = work
  if (!hasChanges(plan)) {
    // What refresh found, what became of an earlier run's calls, and what only its journal holds is recorded without asking:
    // nothing is changed. Terraform and an older Hubform read the state alone.
    const toRecord =
      session.recovered !== undefined ||
      Object.keys(plan.refreshed).length + plan.settled.length + plan.steps.length > 0
    const result = toRecord ? await carryOut(shell, work) : undefined
    sayResult(shell, work, result)
    return { approved: true, result }
  }
  if (!work.approved && !(await approve(shell, work))) return { approved: false, result: undefined }
  const result = await carryOut(shell, work)
  sayResult(shell, work, result)
  const { say, palette } = shell.terminal
  say(`\n${doneLine(result, plan.mode, palette)}`)
  if (result.refused) return { approved: true, result }
  const outputs = outputsText(result.state.outputs, palette, usualLimits)
  if (outputs !== '') say(`\n${palette.strong('Outputs:')}\n\n${outputs}`)
  return { approved: true, result }
}

function sayResult({ stream }: Shell, { plan, session }: ApplyWork, result: ApplyResult | undefined): void {
  // Terraform sums up what has succeeded only.
  if (result !== undefined && (hasErrors(result.diagnostics) || result.interrupted)) return
  const done = result?.done ?? { added: 0, changed: 0, destroyed: 0 }
  const { outputs } = result?.state ?? session.state
  stream?.say(resultMessages(done, plan.mode, outputs))
}

/** True if all went well. */
export function succeeded({ approved, result }: Applied): boolean {
  return approved && (result === undefined || (!hasErrors(result.diagnostics) && !result.interrupted))
}

/** Refuses to begin when approval will be needed and nobody can give it. */
export function checkApprovable(shell: Shell, approved: boolean, verb: string): void {
  if (approved || shell.terminal.isInteractive) return
  fail(
    'Approval needed',
    `There is no terminal to ask for approval at. Either save a plan, have it reviewed and apply it: "hubform plan --out FILE", then "hubform apply FILE"; or run "hubform ${verb} --auto-approve".`,
  )
}

async function carryOut(
  shell: Shell,
  { plan, session, parallelism, config }: ApplyWork,
): Promise<ApplyResult> {
  if (plan.steps.length > 0) shell.terminal.say('')
  const progress = makeProgress(shell.terminal, plan.steps.length, () => performance.now())
  shell.stops.watch(progress.running)
  try {
    const result = await applyPlan({
      ...engineOptions(shell, parallelism, progress),
      plan,
      recorder: session,
    })
    progress.end()
    await shell.report(result.diagnostics.map((diagnostic) => placed(diagnostic, plan, config)))
    return result
  } finally {
    progress.end()
    shell.stops.watch(() => [])
  }
}

async function approve(shell: Shell, { plan, stack }: ApplyWork): Promise<boolean> {
  const { terminal, stops } = shell
  const what = plan.mode === 'destroy' ? 'Destroy all of this' : 'Do this'
  const where = stack === undefined ? '' : ` in ${stack}`
  const answer = await terminal.ask(`\n${what}${where}? Only "yes" is taken for a yes: `, stops.interrupt)
  if (answer?.trim() === 'yes') return true
  terminal.say('Nothing was changed.')
  return false
}

/** Adds where the object is written. The engine does not know: it never sees configuration while it applies. */
function placed(diagnostic: Diagnostic, plan: Plan, config: Config | undefined): Diagnostic {
  const address = findAddress(diagnostic.where?.address ?? '')
  if (address === undefined) return diagnostic
  const text = formatAddress(address)
  const block = config?.resources.get(formatBlock(address))
  const construct = plan.changes.find((change) => formatAddress(change.address) === text)?.construct
  return (
    located([diagnostic], { ...block?.place, construct: construct ?? block?.place.construct })[0] ??
    diagnostic
  )
}
