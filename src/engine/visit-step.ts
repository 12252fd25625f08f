// One step as part of a run: told to whoever watches, recorded whatever comes of it.
import { formatAddress } from '../address.ts'
import { type Diagnostic, hasErrors, warning } from '../diagnostics.ts'
import type { Scope } from '../expression/scope.ts'
import { field } from '../schema/value.ts'
import type { ApplyRequest } from './api.ts'
import type { AppliedConditions } from './apply-conditions.ts'
import { applyStep, StepFailure } from './apply-step.ts'
import { makeCall, toDiagnostics } from './call.ts'
import { type Connections, getDataSource, getProvider, getResource, providerReference } from './connect.ts'
import { type Ledger, NotRecorded } from './ledger.ts'
import type { Step } from './plan.ts'
import { stepKey } from './step-record.ts'
import type { Values } from './values.ts'

export interface StepVisit {
  readonly request: ApplyRequest
  readonly connections: Connections
  readonly scope: Scope
  readonly values: Values
  readonly ledger: Ledger
  readonly conditions: AppliedConditions
}

export interface Visited {
  readonly isDone: boolean
  /** The call took effect, even if not as planned. */
  readonly hasEffect: boolean
  readonly diagnostics: readonly Diagnostic[]
}

/** Does a step and records its outcome. What goes wrong is in the diagnostics. */
export async function visitStep(step: Step, visit: StepVisit): Promise<Visited> {
  const { request, ledger, values, conditions } = visit
  const { clock } = request.world
  const start = clock.now()
  request.onEvent({ kind: 'started', step })
  const failed = (diagnostics: readonly Diagnostic[], hasEffect: boolean): Visited => {
    request.onEvent({ kind: 'failed', step, elapsedMs: clock.now() - start, diagnostics })
    return { isDone: false, hasEffect, diagnostics }
  }
  const address = formatAddress(step.address)
  const isMade = step.action !== 'delete' && step.action !== 'forget'
  const before = isMade ? conditions.look(address, 'precondition') : []
  if (hasErrors(before)) return failed(before, false)
  try {
    const { value, records, diagnostics } = await applyStep(stepRequest(step, visit))
    await ledger.outcome(step.id, records)
    if (value !== undefined) values.set(step.address, value)
    if (hasErrors(diagnostics)) return failed([...before, ...diagnostics], true)
    const after = isMade ? conditions.look(address, 'postcondition') : []
    const all = [...before, ...diagnostics, ...after]
    if (hasErrors(after)) return failed(all, true)
    request.onEvent({ kind: 'done', step, elapsedMs: clock.now() - start, id: idOf(step, ledger) })
    return { isDone: true, hasEffect: true, diagnostics: all }
  } catch (error) {
    if (error instanceof StepFailure) {
      await ledger.outcome(error.isSettled ? step.id : undefined, error.records)
    }
    const found = explain(step, error)
    if (step.check === undefined) return failed(found, false)
    // What cannot be read for a check is told as part of it.
    await ledger.outcome(step.id, { [stepKey(step)]: null })
    conditions.report(step.check, found)
    request.onEvent({ kind: 'done', step, elapsedMs: clock.now() - start, id: undefined })
    const diagnostics = found.map((one): Diagnostic => ({ ...one, severity: 'warning' }))
    return { isDone: true, hasEffect: false, diagnostics }
  }
}

function stepRequest(step: Step, { request, connections, scope, ledger }: StepVisit) {
  const settled = request.plan.providers[step.provider]
  if (settled === undefined) throw new Error(`the plan has no provider ${step.provider}`)
  const provider = getProvider(request.providers, settled.source)
  const { type, mode } = step.address
  return {
    step,
    kind:
      mode === 'data' ? { source: getDataSource(provider, type) } : { resource: getResource(provider, type) },
    client: connections.client(step.provider, settled),
    call: makeCall(request, { address: formatAddress(step.address) }),
    scope,
    provider: providerReference(settled.source, settled.alias),
    ledger,
  }
}

function explain(step: Step, error: unknown): Diagnostic[] {
  const where = { address: formatAddress(step.address) }
  const cause = error instanceof StepFailure ? error.cause : error
  // Why it could not be recorded is told once for the whole run.
  if (cause instanceof NotRecorded) return []
  const found = toDiagnostics(cause, where)
  if (!(error instanceof StepFailure) || step.action !== 'create') return found
  const told = found.some(({ summary }) => summary === 'Outcome of create unknown')
  if (!error.isSettled && !told) found.push(unknownOutcome(where.address))
  if (error.isMade) found.push(madeInPart(where.address))
  return found
}

function unknownOutcome(address: string): Diagnostic {
  return warning(
    'Outcome of create unknown',
    `${address} may have been created all the same. The next plan looks for it, and takes it over if it is there.`,
    { address },
  )
}

function madeInPart(address: string): Diagnostic {
  return warning(
    'Object made in part',
    `${address} was created, but did not become what was planned. It is recorded; the next run goes on from there.`,
    { address },
  )
}

function idOf(step: Step, ledger: Ledger): string | undefined {
  const record = ledger.records.get(stepKey(step))
  const id = record && field(record.attributes, 'id')
  return typeof id === 'string' ? id : undefined
}
