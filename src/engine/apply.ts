// Carrying out a plan. Never looks at configuration, never decides.
import { type Diagnostic, DiagnosticError, hasErrors, problem } from '../diagnostics.ts'
import type { State } from '../state/state.ts'
import type { ApplyRequest, ApplyResult } from './api.ts'
import { makeApplyScope } from './apply-scope.ts'
import { toDiagnostics } from './call.ts'
import { makeConnections } from './connect.ts'
import { finalOutputs } from './final-outputs.ts'
import { planId } from './fingerprint.ts'
import { makeLedger } from './ledger.ts'
import type { Join, Step } from './plan.ts'
import { refusePlan } from './refuse.ts'
import { visitStep } from './visit-step.ts'
import { walk } from './walk.ts'

type Node = { readonly id: string; readonly needs: readonly string[]; readonly step: Step | undefined }

/**
 * Applies a plan, and saves what came of it after every step.
 *
 * Refuses a plan that was made from another state than the recorder's. What users, services and providers do wrong is
 * in the diagnostics; throws only when state cannot be saved, and then the diagnostics say where everything is.
 */
export async function applyPlan(original: ApplyRequest): Promise<ApplyResult> {
  const { plan, recorder, interrupt } = original
  const done = { added: 0, changed: 0, destroyed: 0 }
  const refusal = refusePlan(plan, recorder)
  if (refusal !== undefined) {
    return { state: recorder.state, diagnostics: [refusal], done, skipped: 0, interrupted: false }
  }
  const diagnostics: Diagnostic[] = []
  // What resources warn of is part of the result, so that it is not lost among the lines of progress.
  const request: ApplyRequest = {
    ...original,
    onEvent(event) {
      if (event.kind === 'warning') diagnostics.push(event.diagnostic)
      original.onEvent(event)
    },
  }
  const { scope, values } = makeApplyScope(plan, request)
  await recorder.beginRun({ id: planId(plan), createdAt: plan.createdAt })
  const ledger = makeLedger(recorder)
  const connections = makeConnections(request, 'write')
  let skipped = 0
  try {
    // First what is, then what becomes of it: a record of an object that is gone must not stand for one that is made.
    if (Object.keys(plan.refreshed).length > 0) await ledger.outcome(undefined, plan.refreshed)
    for (const step of plan.settled) await ledger.outcome(step, {})
    await walk<Node>({
      nodes: [...plan.steps.map(stepNode), ...plan.joins.map(joinNode)],
      parallelism: request.parallelism,
      stop: AbortSignal.any([interrupt, ledger.lost]),
      async visit({ step }) {
        if (step === undefined) return true
        const visited = await visitStep(step, { request, connections, scope, values, ledger })
        if (visited.hasEffect) count(done, step)
        diagnostics.push(...visited.diagnostics)
        return visited.isDone
      },
      skip({ step }, because) {
        if (step === undefined) return
        skipped += 1
        const stopped = ledger.lost.aborted ? 'the run could not be recorded' : 'the run was interrupted'
        request.onEvent({ kind: 'skipped', step, because: because?.step?.id ?? because?.id ?? stopped })
      },
    })
  } catch (error) {
    // Steps do not throw, so this is a fault of ours; what was done has to be saved all the same.
    diagnostics.push(...toDiagnostics(error, {}))
  } finally {
    await connections.close()
  }
  diagnostics.push(...ledger.problems)
  const isCut = interrupt.aborted && (skipped > 0 || hasErrors(diagnostics))
  if (interrupt.aborted && skipped > 0) diagnostics.push(stopped(skipped))
  const { state, problems } = await saveAll(request, ledger, scope, diagnostics, skipped)
  return { state, diagnostics: [...diagnostics, ...problems], done, skipped, interrupted: isCut }
}

async function saveAll(
  { plan, recorder }: ApplyRequest,
  ledger: ReturnType<typeof makeLedger>,
  scope: ReturnType<typeof makeApplyScope>['scope'],
  diagnostics: readonly Diagnostic[],
  skipped: number,
): Promise<{ readonly state: State; readonly problems: readonly Diagnostic[] }> {
  const { state } = recorder
  const failed = hasErrors(diagnostics) || skipped > 0
  const final = finalOutputs(plan, scope, state.outputs, failed)
  try {
    const saved = await recorder.save({ ...state, records: ledger.records, outputs: final.outputs })
    return { state: saved, problems: final.diagnostics }
  } catch (error) {
    // What went wrong before must not be forgotten over this.
    const all = [...diagnostics, ...final.diagnostics, ...toDiagnostics(error, {})]
    throw new DiagnosticError(all, { cause: error })
  }
}

function stopped(skipped: number): Diagnostic {
  return problem(
    'Interrupted',
    `The run was stopped. ${skipped} ${skipped === 1 ? 'step was' : 'steps were'} not started. Everything that was done is recorded; run again to go on.`,
  )
}

const stepNode = (step: Step): Node => ({ id: step.id, needs: step.needs, step })
const joinNode = (join: Join): Node => ({ id: join.id, needs: join.needs, step: undefined })

function count(done: { added: number; changed: number; destroyed: number }, step: Step): void {
  if (step.action === 'create') done.added += 1
  if (step.action === 'update') done.changed += 1
  if (step.action === 'delete') done.destroyed += 1
}
