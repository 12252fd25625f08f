// One step of a plan: check that it still holds, save the intent, call, check.
import { formatAddress } from '../address.ts'
import { type Diagnostic, DiagnosticError, fail, hasErrors } from '../diagnostics.ts'
import type { Scope } from '../expression/scope.ts'
import type { Call, WritingCall } from '../provider/call.ts'
import {
  createObject,
  deleteObject,
  readData,
  readObject,
  updateObject,
  validateObject,
} from '../provider/lifecycle.ts'
import { completePartial } from '../provider/partial.ts'
import type { DataSource, Resource } from '../provider/resource.ts'
import { UnknownOutcome } from '../provider/uncertain.ts'
import { mark } from '../schema/marks.ts'
import { equal, type ObjectValue, type Value } from '../schema/value.ts'
import { type ResourceRecord, recordKey } from '../state/state.ts'
import { fingerprint } from './fingerprint.ts'
import { guardResult } from './guard.ts'
import { type Ledger, NotRecorded, type Records } from './ledger.ts'
import type { Step } from './plan.ts'
import { replan, resolveConfig } from './replan.ts'
import { stepIntent, stepKey, stepRecord } from './step-record.ts'

export interface StepRequest {
  readonly step: Step
  readonly kind: { readonly resource: Resource } | { readonly source: DataSource }
  readonly client: unknown
  readonly call: Call
  readonly scope: Scope
  /** Provider reference for records. */
  readonly provider: string
  readonly ledger: Ledger
}

export interface StepResult {
  /** For expressions; undefined when there is no object any more. */
  readonly value: Value | undefined
  /** To be recorded as the outcome of the step. */
  readonly records: Records
  /** The object did not become what was planned; it is recorded all the same. */
  readonly diagnostics: readonly Diagnostic[]
}

/** A call went wrong after its intent was recorded. */
export class StepFailure extends Error {
  /** To be recorded. */
  readonly records: Records
  /** False: nobody knows what came of it, so its intent has to stay open. */
  readonly isSettled: boolean
  /** There is an object, and something of it is recorded. */
  readonly isMade: boolean

  constructor(parts: Pick<StepFailure, 'records' | 'isSettled' | 'isMade'>, cause: unknown) {
    super('a step failed', { cause })
    this.name = 'StepFailure'
    this.records = parts.records
    this.isSettled = parts.isSettled
    this.isMade = parts.isMade
  }
}

/** Does one step. Throws StepFailure once its intent is recorded, and before that what went wrong. */
export async function applyStep(request: StepRequest): Promise<StepResult> {
  const { step, kind } = request
  if (step.blocked !== undefined)
    fail('Different object found', step.blocked, { address: formatAddress(step.address) })
  if ('source' in kind) return applyRead(request, kind.source)
  switch (step.action) {
    case 'create':
      return applyCreate(request, kind.resource)
    case 'update':
      return applyUpdate(request, kind.resource)
    case 'delete':
      return applyDelete(request, kind.resource)
    default:
      return { value: undefined, records: { [recordKey(step)]: null }, diagnostics: [] }
  }
}

async function applyRead(request: StepRequest, source: DataSource): Promise<StepResult> {
  const { step, client, call } = request
  const resolved = resolveConfig(step, request.scope)
  const { config, diagnostics } = validateObject(source, resolved.config, formatAddress(step.address))
  if (hasErrors(diagnostics)) throw new DiagnosticError(diagnostics)
  const object = await readData({ ...call, source, client, config })
  return finished(request, source, object, resolved.sensitive, [])
}

async function applyCreate(request: StepRequest, resource: Resource): Promise<StepResult> {
  const { step, ledger, client, provider } = request
  const { config, planned, sensitive } = await replan({ ...request, resource, prior: undefined })
  const aside = setAside(step, ledger.records.get(stepKey(step)))
  await ledger.intend(stepIntent(step, provider, resource, 'create', planned, sensitive))
  const { call, saved } = writing(request, resource, undefined, sensitive)
  try {
    if (aside !== undefined) {
      await ledger.outcome(undefined, aside.done)
      ledger.check()
    }
    const { existing } = step
    const result = await createObject({ ...call, resource, client, config, planned, existing })
    const broken = guardResult(formatAddress(step.address), planned, result)
    return finished(request, resource, result, sensitive, broken)
  } catch (error) {
    const isMade = Object.keys(saved).length > 0
    const isRefused = refusesForCertain(error)
    const records = isMade ? saved : isRefused ? (aside?.undone ?? {}) : {}
    throw new StepFailure({ records, isMade, isSettled: isMade || isRefused }, error)
  }
}

async function applyUpdate(request: StepRequest, resource: Resource): Promise<StepResult> {
  const { step, ledger, client, provider } = request
  const prior = await unchangedSincePlan(request, resource)
  if (prior === undefined) {
    fail(
      'Object changed since plan',
      `${formatAddress(step.address)} is gone. Nothing was done. Run plan again.`,
    )
  }
  const { config, planned, sensitive } = await replan({ ...request, resource, prior })
  // What was not known when it was planned has come out as it is already.
  if (equal(planned, prior)) return finished(request, resource, prior, sensitive, [])
  await ledger.intend(stepIntent(step, provider, resource, 'update', planned))
  const { call, saved } = writing(request, resource, prior, sensitive)
  try {
    const result = await updateObject({ ...call, resource, client, config, prior, planned })
    const broken = guardResult(formatAddress(step.address), planned, result)
    return finished(request, resource, result, sensitive, broken)
  } catch (error) {
    throw new StepFailure({ records: saved, isMade: true, isSettled: true }, error)
  }
}

async function applyDelete(request: StepRequest, resource: Resource): Promise<StepResult> {
  const { step, ledger, client, provider } = request
  const prior = await unchangedSincePlan(request, resource)
  const gone: StepResult = { value: undefined, records: { [stepKey(step)]: null }, diagnostics: [] }
  if (prior === undefined) return gone
  await ledger.intend(stepIntent(step, provider, resource, 'delete', prior))
  const { call, saved } = writing(request, resource, prior, step.sensitive)
  try {
    await deleteObject({ ...call, resource, client, prior })
    return gone
  } catch (error) {
    throw new StepFailure({ records: saved, isMade: true, isSettled: true }, error)
  }
}

/**
 * With create_before_destroy the object that is there has to wait, under a name of its own, to be destroyed; it comes
 * back if no other takes its place.
 */
function setAside(
  step: Step,
  current: ResourceRecord | undefined,
): { readonly done: Records; readonly undone: Records } | undefined {
  if (step.deposed === undefined || current === undefined) return undefined
  const waiting = recordKey(step)
  return {
    done: { [waiting]: { ...current, deposed: step.deposed }, [stepKey(step)]: null },
    undone: { [waiting]: null, [stepKey(step)]: current },
  }
}

/** What a service refuses it says in a diagnostic; after anything else the object may exist. */
function refusesForCertain(error: unknown): boolean {
  if (error instanceof NotRecorded) return true
  return error instanceof DiagnosticError && !(error instanceof UnknownOutcome)
}

/** The object as it is now, which must be as the plan saw it. Undefined if it is gone. */
async function unchangedSincePlan(
  request: StepRequest,
  resource: Resource,
): Promise<ObjectValue | undefined> {
  const { step } = request
  if (step.prior === null) return undefined
  const now = await readObject({ ...request.call, resource, client: request.client, prior: step.prior })
  if (now === undefined || step.fingerprint === undefined) return now
  if (fingerprint(now, resource.schema) === step.fingerprint) return now
  const names = Object.keys(now).filter(
    (name) => guardResult('', step.prior?.[name] ?? null, now[name] ?? null).length > 0,
  )
  return fail(
    'Object changed since plan',
    `${formatAddress(step.address)} is not as it was when the plan was made: ${names.join(', ')} changed meanwhile. Nothing was done to it. Run plan again.`,
  )
}

/** The call of a resource that may save what it has so far; `saved` holds what it did. */
function writing(
  request: StepRequest,
  resource: Resource,
  prior: ObjectValue | undefined,
  sensitive: Step['sensitive'],
): { readonly call: WritingCall<ObjectValue>; readonly saved: Records } {
  const { step, provider, ledger } = request
  const saved: { [key: string]: ResourceRecord } = {}
  const checkpoint = async (part: Partial<ObjectValue>) => {
    const object = completePartial(resource.schema, part, prior)
    if (object === undefined) return
    saved[stepKey(step)] = stepRecord(step, provider, resource, object, sensitive, foreignOf(request))
    await ledger.outcome(undefined, saved)
  }
  return { call: { ...request.call, checkpoint }, saved }
}

/** What others have recorded of the object, as long as it stays the same one. */
function foreignOf({ step, ledger }: StepRequest): ResourceRecord['foreign'] {
  return step.action === 'create' ? undefined : ledger.records.get(stepKey(step))?.foreign
}

function finished(
  request: StepRequest,
  kind: Resource | DataSource,
  object: ObjectValue,
  sensitive: Step['sensitive'],
  diagnostics: readonly Diagnostic[],
): StepResult {
  const record = stepRecord(request.step, request.provider, kind, object, sensitive, foreignOf(request))
  return { value: mark(object, record.sensitive), records: { [stepKey(request.step)]: record }, diagnostics }
}
