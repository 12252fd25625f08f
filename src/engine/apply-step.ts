// One step of a plan: check that it still holds, save the intent, call, check, save the outcome.
import { formatAddress } from '../address.ts'
import { type Diagnostic, DiagnosticError, fail, hasErrors } from '../diagnostics.ts'
import { evaluate } from '../expression/evaluate.ts'
import { parseBody } from '../expression/parse.ts'
import type { Scope } from '../expression/scope.ts'
import type { WritingCall } from '../provider/call.ts'
import {
  createObject,
  deleteObject,
  readData,
  readObject,
  updateObject,
  validateObject,
} from '../provider/lifecycle.ts'
import { planObject } from '../provider/plan-object.ts'
import type { DataSource, Resource } from '../provider/resource.ts'
import { mark, unmark } from '../schema/marks.ts'
import { isObject, isWhollyKnown, type ObjectValue, objectOf, type Value } from '../schema/value.ts'
import type { Intent } from '../state/journal.ts'
import { type ResourceRecord, recordKey } from '../state/state.ts'
import type { Recorder } from './api.ts'
import type { makeCall } from './call.ts'
import { fingerprint } from './fingerprint.ts'
import { guardReplan, guardResult } from './guard.ts'
import type { Step } from './plan.ts'
import { schemaSensitive, toRecord } from './recorded.ts'
import { instanceScope } from './scope.ts'

export interface StepRequest {
  readonly step: Step
  readonly kind: { readonly resource: Resource } | { readonly source: DataSource }
  readonly client: unknown
  readonly call: ReturnType<typeof makeCall>
  readonly scope: Scope
  /** Provider reference for records. */
  readonly provider: string
  readonly recorder: Recorder
  /** The current record at the step's address. */
  readonly current: ResourceRecord | undefined
}

export interface StepResult {
  /** For expressions; undefined when there is no object any more. */
  readonly value: Value | undefined
  readonly records: { readonly [recordKey: string]: ResourceRecord | null }
  /** The object did not become what was planned; it is recorded all the same. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Carries what was saved before a step failed. */
export class StepFailure extends Error {
  readonly records: StepResult['records']

  constructor(records: StepResult['records'], cause: unknown) {
    super('a step failed', { cause })
    this.name = 'StepFailure'
    this.records = records
  }
}

/** Does one step. Throws StepFailure if anything was recorded before it went wrong, and otherwise what went wrong. */
export async function applyStep(request: StepRequest): Promise<StepResult> {
  const { step, kind } = request
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
  const { step } = request
  const { config, sensitive } = resolveConfig(request)
  const checked = validateObject(source, config, formatAddress(step.address))
  if (hasErrors(checked.diagnostics)) throw new DiagnosticError(checked.diagnostics)
  const object = await readData({ ...request.call, source, client: request.client, config: checked.config })
  return finished(request, source, object, sensitive, [])
}

async function applyCreate(request: StepRequest, resource: Resource): Promise<StepResult> {
  const { step, recorder, current } = request
  const { config, planned, sensitive } = await replan(request, resource, undefined)
  // With create_before_destroy the object that is there now has to wait, under its own name, to be destroyed.
  const deposed = step.deposed
  const moved: { [key: string]: ResourceRecord } =
    deposed === undefined || current === undefined
      ? {}
      : { [recordKey({ address: step.address, deposed })]: { ...current, deposed } }
  const saved = { ...moved }
  await recorder.intend(intentOf(request, resource, 'create', planned))
  if (deposed !== undefined)
    await recorder.outcome(undefined, { ...moved, [formatAddress(step.address)]: null })
  const call = writing(request, resource, saved, sensitive)
  try {
    const result = await createObject({
      ...call,
      resource,
      client: request.client,
      config,
      planned,
      existing: step.existing,
    })
    return finished(
      request,
      resource,
      result,
      sensitive,
      guardResult(formatAddress(step.address), planned, result),
      saved,
    )
  } catch (error) {
    throw Object.keys(saved).length > 0 ? new StepFailure(saved, error) : error
  }
}

async function applyUpdate(request: StepRequest, resource: Resource): Promise<StepResult> {
  const { step, recorder } = request
  const prior = await unchangedSincePlan(request, resource)
  if (prior === undefined) {
    fail(
      'Object changed since plan',
      `${formatAddress(step.address)} is gone. Nothing was done. Run plan again.`,
    )
  }
  const { config, planned, sensitive } = await replan(request, resource, prior)
  await recorder.intend(intentOf(request, resource, 'update', planned))
  const saved: { [key: string]: ResourceRecord } = {}
  const call = writing(request, resource, saved, sensitive)
  try {
    const result = await updateObject({ ...call, resource, client: request.client, config, prior, planned })
    return finished(
      request,
      resource,
      result,
      sensitive,
      guardResult(formatAddress(step.address), planned, result),
    )
  } catch (error) {
    throw Object.keys(saved).length > 0 ? new StepFailure(saved, error) : error
  }
}

async function applyDelete(request: StepRequest, resource: Resource): Promise<StepResult> {
  const { step, recorder } = request
  const prior = await unchangedSincePlan(request, resource)
  const records = { [recordKey(step)]: null }
  if (prior === undefined) return { value: undefined, records, diagnostics: [] }
  await recorder.intend(intentOf(request, resource, 'delete', prior))
  await deleteObject({ ...writing(request, resource, {}, []), resource, client: request.client, prior })
  return { value: undefined, records, diagnostics: [] }
}

/** The object as it is now, which must be as the plan saw it. Undefined if it is gone. */
async function unchangedSincePlan(
  request: StepRequest,
  resource: Resource,
): Promise<ObjectValue | undefined> {
  const { step } = request
  if (step.prior === null) return undefined
  const now = await readObject({ ...request.call, resource, client: request.client, prior: step.prior })
  if (now === undefined || step.fingerprint === undefined || fingerprint(now) === step.fingerprint) return now
  const names = Object.keys(now).filter(
    (name) => guardResult('', step.prior?.[name] ?? null, now[name] ?? null).length > 0,
  )
  return fail(
    'Object changed since plan',
    `${formatAddress(step.address)} is not as it was when the plan was made: ${names.join(', ')} changed meanwhile. Nothing was done to it. Run plan again.`,
  )
}

/** Plans the object once more with everything known; it must come out as it was reviewed. */
async function replan(request: StepRequest, resource: Resource, prior: ObjectValue | undefined) {
  const { step } = request
  const address = formatAddress(step.address)
  const resolved = resolveConfig(request)
  const { config, diagnostics } = validateObject(resource, resolved.config, address)
  if (hasErrors(diagnostics)) throw new DiagnosticError(diagnostics)
  const final = await planObject({ ...request.call, resource, client: request.client, prior, config })
  const changed = [...final.diagnostics, ...guardReplan(address, step.planned, final.planned)]
  if (hasErrors(changed)) throw new DiagnosticError(changed)
  return { config, planned: final.planned, sensitive: resolved.sensitive }
}

function resolveConfig(request: StepRequest): { config: ObjectValue; sensitive: Step['sensitive'] } {
  const { step, scope } = request
  if (step.body === undefined) return { config: step.config ?? {}, sensitive: step.sensitive }
  const { value, sensitive } = unmark(evaluate(parseBody(step.body), instanceScope(scope, step.repetition)))
  if (!isObject(value)) throw new Error('the body of a block is an object')
  return { config: value, sensitive: [...step.sensitive, ...sensitive] }
}

function writing(
  request: StepRequest,
  resource: Resource,
  saved: { [key: string]: ResourceRecord },
  sensitive: Step['sensitive'],
): WritingCall<ObjectValue> {
  return {
    ...request.call,
    checkpoint: async (state) => {
      const key = formatAddress(request.step.address)
      const whole = Object.fromEntries(
        Object.keys(resource.schema.attributes).map((name) => [name, state[name] ?? null]),
      ) as ObjectValue
      const record = makeRecord(request, resource, whole, sensitive)
      saved[key] = record
      await request.recorder.outcome(undefined, { [key]: record })
    },
  }
}

function finished(
  request: StepRequest,
  kind: Resource | DataSource,
  object: ObjectValue,
  sensitive: Step['sensitive'],
  diagnostics: readonly Diagnostic[],
  besides: StepResult['records'] = {},
): StepResult {
  const record = makeRecord(request, kind, object, sensitive)
  return {
    value: mark(object, record.sensitive),
    records: { ...besides, [formatAddress(request.step.address)]: record },
    diagnostics,
  }
}

function makeRecord(
  request: StepRequest,
  kind: Resource | DataSource,
  object: ObjectValue,
  sensitive: Step['sensitive'],
): ResourceRecord {
  const { step, provider } = request
  const { attributes } = kind.schema
  return toRecord({
    address: step.address,
    provider,
    tainted: false,
    schema: kind.schema,
    object,
    sensitive: [
      ...sensitive.filter(([name]) => attributes[String(name)]?.writeOnly !== true),
      ...schemaSensitive(kind.schema, object),
    ],
    dependencies: step.dependencies,
    createBeforeDestroy: step.createBeforeDestroy,
    private: step.private,
  })
}

function intentOf(
  request: StepRequest,
  resource: Resource,
  action: Intent['action'],
  planned: ObjectValue,
): Intent {
  const { step } = request
  const names = [...(resource.collection?.scope ?? []), ...(resource.collection?.key ?? [])]
  // What only the service knows, such as a key it derives, cannot be looked for by the next run.
  const known = (value: Value) => (isWhollyKnown(value) ? value : null)
  const identity = objectOf(names.map((name) => [name, known(planned[name] ?? null)]))
  const record = makeRecord(request, resource, {}, [])
  return {
    step: step.id,
    action,
    key: recordKey(action === 'delete' ? step : { address: step.address }),
    record,
    identity: action === 'create' && names.length > 0 ? identity : undefined,
    existing: step.existing,
  }
}
