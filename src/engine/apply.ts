// Carrying out a plan. Never looks at configuration, never decides.
import { formatAddress } from '../address.ts'
import { type Diagnostic, DiagnosticError, hasErrors, problem, warning } from '../diagnostics.ts'
import { evaluate } from '../expression/evaluate.ts'
import { parseBody } from '../expression/parse.ts'
import type { Scope } from '../expression/scope.ts'
import { unmark } from '../schema/marks.ts'
import { typeOfValue } from '../schema/type.ts'
import { field, type ObjectValue } from '../schema/value.ts'
import type { OutputValue, ResourceRecord, State } from '../state/state.ts'
import type { ApplyRequest, ApplyResult } from './api.ts'
import { makeApplyScope } from './apply-scope.ts'
import { applyStep, StepFailure } from './apply-step.ts'
import { makeCall, toDiagnostics } from './call.ts'
import { getDataSource, getProvider, getResource, makeConnections, providerReference } from './connect.ts'
import type { Join, Plan, Step } from './plan.ts'
import { walk } from './walk.ts'

type Node = { readonly id: string; readonly needs: readonly string[]; readonly step: Step | undefined }

/**
 * Applies a plan, and saves what came of it after every step.
 *
 * Refuses a plan that was made from another state than the recorder's. What users, services and providers do wrong is
 * in the diagnostics; throws only when state cannot be saved, with what could be saved already saved.
 */
export async function applyPlan(request: ApplyRequest): Promise<ApplyResult> {
  const { plan, recorder } = request
  const refusal = refuse(plan, recorder.state)
  if (refusal !== undefined) {
    return {
      state: recorder.state,
      diagnostics: [refusal],
      done: { added: 0, changed: 0, destroyed: 0 },
      skipped: 0,
      interrupted: false,
    }
  }
  const connections = makeConnections({ ...request, onEvent: (event) => onEvent(event) }, 'write')
  const { scope, values } = makeApplyScope(plan, request.world)
  const records = new Map(recorder.state.records)
  const keep = (changed: { readonly [key: string]: ResourceRecord | null }) => {
    for (const [key, record] of Object.entries(changed)) {
      if (record === null) records.delete(key)
      else records.set(key, record)
    }
  }
  const diagnostics: Diagnostic[] = []
  // What resources warn of is part of the result, so that it is not lost among the lines of progress.
  const onEvent: ApplyRequest['onEvent'] = (event) => {
    if (event.kind === 'warning') diagnostics.push(event.diagnostic)
    request.onEvent(event)
  }
  const done = { added: 0, changed: 0, destroyed: 0 }
  let skipped = 0

  const visit = async (step: Step): Promise<boolean> => {
    const start = request.world.clock.now()
    const elapsed = () => request.world.clock.now() - start
    const address = formatAddress(step.address)
    request.onEvent({ kind: 'started', step })
    try {
      const settled = plan.providers[step.provider]
      if (settled === undefined) throw new Error(`the plan has no provider ${step.provider}`)
      const provider = getProvider(request.providers, settled.source)
      const { type, mode } = step.address
      const result = await applyStep({
        step,
        kind:
          mode === 'data'
            ? { source: getDataSource(provider, type) }
            : { resource: getResource(provider, type) },
        client: connections.client(step.provider, settled),
        call: makeCall({ ...request, onEvent }, { address }),
        scope,
        provider: providerReference(settled.source, settled.alias),
        recorder,
        current: records.get(address),
      })
      await recorder.outcome(step.id, result.records)
      keep(result.records)
      if (result.value !== undefined) values.set(step.address, result.value)
      count(done, step)
      diagnostics.push(...result.diagnostics)
      if (hasErrors(result.diagnostics)) {
        request.onEvent({ kind: 'failed', step, elapsedMs: elapsed(), diagnostics: result.diagnostics })
        return false
      }
      request.onEvent({ kind: 'done', step, elapsedMs: elapsed(), id: idOf(records.get(address)) })
      return true
    } catch (error) {
      const found = await settleFailure(error, step, keep, request)
      diagnostics.push(...found)
      request.onEvent({ kind: 'failed', step, elapsedMs: elapsed(), diagnostics: found })
      return false
    }
  }

  await recorder.beginRun()
  try {
    keep(plan.refreshed)
    for (const step of plan.settled) await recorder.outcome(step, plan.refreshed)
    await walk<Node>({
      nodes: [...plan.steps.map(stepNode), ...plan.joins.map(joinNode)],
      parallelism: request.parallelism,
      stop: request.interrupt,
      visit: (node) => (node.step === undefined ? true : visit(node.step)),
      skip: (node, because) => {
        if (node.step === undefined) return
        skipped += 1
        request.onEvent({
          kind: 'skipped',
          step: node.step,
          because: because?.step?.id ?? because?.id ?? 'the run was interrupted',
        })
      },
    })
  } finally {
    await connections.close()
  }
  const outputs = finalOutputs(plan, scope, recorder.state, hasErrors(diagnostics) || skipped > 0)
  const state = await recorder.save({ ...recorder.state, records, outputs })
  const interrupted = request.interrupt.aborted
  if (interrupted && skipped > 0) {
    diagnostics.push(
      problem(
        'Interrupted',
        `The run was stopped. ${skipped} ${skipped === 1 ? 'step was' : 'steps were'} not started. Everything that was done is recorded; run again to go on.`,
      ),
    )
  }
  return { state, diagnostics, done, skipped, interrupted }
}

function refuse(plan: Plan, state: State): Diagnostic | undefined {
  if (plan.lineage !== state.lineage) {
    return problem(
      'Plan is for another state',
      `The plan was made from the state ${plan.lineage || 'that did not exist yet'}, and this is ${state.lineage || 'empty'}. Run plan again here.`,
    )
  }
  if (plan.serial === state.serial) return undefined
  return problem(
    'Plan is stale',
    `The state has changed since the plan was made: it was at serial ${plan.serial} and is now at ${state.serial}. A plan is applied once. Run plan again.`,
  )
}

const stepNode = (step: Step): Node => ({ id: step.id, needs: step.needs, step })
const joinNode = (join: Join): Node => ({ id: join.id, needs: join.needs, step: undefined })

function count(done: { added: number; changed: number; destroyed: number }, step: Step): void {
  if (step.action === 'create') done.added += 1
  if (step.action === 'update') done.changed += 1
  if (step.action === 'delete') done.destroyed += 1
}

function idOf(record: ResourceRecord | undefined): string | undefined {
  const id = record && field(record.attributes as ObjectValue, 'id')
  return typeof id === 'string' ? id : undefined
}

/** Saves what a failed step left behind, and says what went wrong. */
async function settleFailure(
  error: unknown,
  step: Step,
  keep: (records: StepFailure['records']) => void,
  request: ApplyRequest,
): Promise<Diagnostic[]> {
  const where = { address: formatAddress(step.address) }
  if (!(error instanceof StepFailure)) {
    // The intent is settled, and so not looked into by the next run, unless nobody knows whether it took effect.
    if (!isUnknownOutcome(error)) await request.recorder.outcome(step.id, {})
    return toDiagnostics(error, where)
  }
  keep(error.records)
  await request.recorder.outcome(step.id, error.records)
  const kept = warning(
    'Object made in part',
    `${where.address} was created, but did not become what was planned. It is recorded; the next run goes on from there.`,
    where,
  )
  return [...toDiagnostics(error.cause, where), ...(step.action === 'create' ? [kept] : [])]
}

function isUnknownOutcome(error: unknown): boolean {
  return (
    error instanceof DiagnosticError &&
    error.diagnostics.some((d) => d.summary === 'Outcome of create unknown')
  )
}

/** Outputs after the run. After a failure, those that can be told are, and the others stay as they were. */
function finalOutputs(plan: Plan, scope: Scope, state: State, failed: boolean): State['outputs'] {
  if (plan.mode === 'destroy') return failed ? state.outputs : {}
  const entries = Object.entries(plan.scope.outputs).flatMap(([name, output]): [string, OutputValue][] => {
    const before = state.outputs[name]
    const planned = plan.outputs.some((change) => change.name === name)
    try {
      if (!planned) return before === undefined ? [] : [[name, before]]
      const { value } = unmark(evaluate(parseBody(output.body), scope))
      return value === null || typeof value === 'symbol'
        ? []
        : [[name, { value, type: typeOfValue(value), sensitive: output.sensitive }]]
    } catch (error) {
      if (!failed) throw error
      return before === undefined ? [] : [[name, before]]
    }
  })
  return Object.fromEntries(entries)
}
