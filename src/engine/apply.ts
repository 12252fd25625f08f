// Carrying out a plan. Never looks at configuration, never decides.
import { type Diagnostic, DiagnosticError, hasErrors, problem } from '../diagnostics.ts'
import type { State } from '../state/state.ts'
import { announce } from './announce.ts'
import type { ApplyRequest, ApplyResult } from './api.ts'
import { type AppliedConditions, makeAppliedConditions } from './apply-conditions.ts'
import { makeApplyScope } from './apply-scope.ts'
import { toDiagnostics } from './call.ts'
import { checkResults } from './checks.ts'
import { makeConnections } from './connect.ts'
import { finalOutputs } from './final-outputs.ts'
import { planId } from './fingerprint.ts'
import { makeLedger } from './ledger.ts'
import type { Join, Step } from './plan.ts'
import { refusePlan } from './refuse.ts'
import { visitStep } from './visit-step.ts'
import { walk } from './walk.ts'

interface Node {
  readonly id: string
  readonly needs: readonly string[]
  readonly step: Step | undefined
  readonly object?: string | undefined
}

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
    const { state } = recorder
    return { state, diagnostics: [refusal], done, skipped: 0, interrupted: false, refused: true }
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
  const conditions = makeAppliedConditions(plan, scope, values)
  const mark = { id: planId(plan), createdAt: plan.createdAt }
  await recorder.beginRun(mark, announce(plan, request.providers))
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
      async visit({ step, object }) {
        if (step === undefined) {
          const found = object === undefined ? [] : lookAt(object, conditions)
          diagnostics.push(...found)
          return !hasErrors(found)
        }
        const visited = await visitStep(step, { request, connections, scope, values, ledger, conditions })
        if (visited.hasEffect) count(done, step)
        diagnostics.push(...visited.diagnostics)
        return visited.isDone
      },
      skip({ step }, because) {
        if (step === undefined) return
        skipped += 1
        const stopped = ledger.lost.aborted ? 'what could not be recorded' : 'the interruption'
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
  const { state, problems } = await saveAll({ request, ledger, scope, conditions, diagnostics, skipped })
  return { state, diagnostics: [...diagnostics, ...problems], done, skipped, interrupted: isCut }
}

function lookAt(object: string, conditions: AppliedConditions): readonly Diagnostic[] {
  const before = conditions.look(object, 'precondition')
  return hasErrors(before) ? before : [...before, ...conditions.look(object, 'postcondition')]
}

async function saveAll(run: {
  readonly request: ApplyRequest
  readonly ledger: ReturnType<typeof makeLedger>
  readonly scope: ReturnType<typeof makeApplyScope>['scope']
  readonly conditions: AppliedConditions
  readonly diagnostics: readonly Diagnostic[]
  readonly skipped: number
}): Promise<{ readonly state: State; readonly problems: readonly Diagnostic[] }> {
  const { ledger, scope, conditions, diagnostics, skipped } = run
  const { plan, recorder } = run.request
  const { state } = recorder
  const failed = hasErrors(diagnostics) || skipped > 0
  const final = finalOutputs({ plan, scope, recorded: state.outputs, failed, conditions })
  const checked = plan.checks
    .filter(({ kind }) => kind === 'check')
    .flatMap(({ address }) => conditions.look(address, 'assert'))
  const problems = [...final.diagnostics, ...checked]
  const foreign: State['foreign'] = { ...state.foreign, checkResults: checkResults(conditions.checks()) }
  try {
    const saved = await recorder.save({ ...state, records: ledger.records, outputs: final.outputs, foreign })
    return { state: saved, problems }
  } catch (error) {
    // What went wrong before must not be forgotten over this.
    const all = [...diagnostics, ...problems, ...toDiagnostics(error, {})]
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
const joinNode = (join: Join): Node => ({ ...join, step: undefined })

function count(done: { added: number; changed: number; destroyed: number }, step: Step): void {
  if (step.action === 'create') done.added += 1
  if (step.action === 'update') done.changed += 1
  if (step.action === 'delete') done.destroyed += 1
}
