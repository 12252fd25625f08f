// Planning one instance: read, evaluate, plan, guard, decide.
import { type Address, formatAddress } from '../address.ts'
import type { ResourceBlock } from '../config/config.ts'
import { type Diagnostic, DiagnosticError, hasErrors, located, type Place, problem } from '../diagnostics.ts'
import { evaluate } from '../expression/evaluate.ts'
import type { Scope } from '../expression/scope.ts'
import { formatPath, type Path, startsWith } from '../path.ts'
import { readData, validateObject } from '../provider/lifecycle.ts'
import { planObject } from '../provider/plan-object.ts'
import type { DataSource } from '../provider/resource.ts'
import { unmark } from '../schema/marks.ts'
import {
  field,
  isObject,
  isWhollyKnown,
  type ObjectValue,
  objectOf,
  UNKNOWN,
  type Value,
} from '../schema/value.ts'
import type { ResourceRecord } from '../state/state.ts'
import { toDiagnostics } from './call.ts'
import type { Reason } from './change.ts'
import { decide } from './compare.ts'
import { findExisting } from './existing.ts'
import { guardPlan } from './guard.ts'
import { ignoreChanges } from './ignore.ts'
import type { PlannedInstance } from './instance.ts'
import type { Limit } from './limit.ts'
import type { Live, Source } from './live.ts'
import { fromRecord, schemaSensitive } from './recorded.ts'
import type { Repetition } from './repetition.ts'

export interface InstanceRequest {
  readonly address: Address
  readonly block: ResourceBlock
  readonly repetition: Repetition
  readonly record: ResourceRecord | undefined
  readonly scope: Scope
  readonly place: Place
  /** `-replace` was given for it. */
  readonly requested: boolean
  /** Something named in `replace_triggered_by` changes. */
  readonly triggered: boolean
  /** Something it refers to is about to be created, so its own collection may not exist yet. */
  readonly dependsOnNew: () => boolean
  readonly refresh: boolean
  readonly warn: (diagnostic: Diagnostic) => void
  /** Addresses of recorded objects by identity, to tell ours from others. */
  readonly owner: (identity: string) => string | undefined
  /** Why no object may be made here. */
  readonly blocked?: string | undefined
}

/** Plans one managed instance. Throws diagnostics. */
export async function planManaged(
  request: InstanceRequest,
  source: Source,
  live: Live,
): Promise<PlannedInstance> {
  const { address, block, record, place } = request
  const { resource } = source
  const recorded = record === undefined ? undefined : fromRecord(record, resource)
  const prior = recorded === undefined || !request.refresh ? recorded : await live.read(source, recorded)
  const evaluated = evaluateBody(request)
  const followed =
    prior === undefined
      ? evaluated.config
      : ignoreChanges(block.lifecycle.ignoreChanges, resource.schema.attributes, evaluated.config, prior)
  const conformed = (value: ObjectValue) => {
    const checked = validateObject(resource, value, formatAddress(address))
    check(checked.diagnostics, request)
    return checked.config
  }
  const kept = conformed(followed)
  const plan = (before: ObjectValue | undefined, config: ObjectValue) =>
    planObject({ ...source.call, resource, client: source.client, prior: before, config })
  const first = await plan(prior, kept)
  check(first.diagnostics, request)
  const decision = decide({
    recorded,
    prior,
    planned: first.planned,
    replacePaths: first.replace,
    tainted: record?.tainted === true,
    requested: request.requested,
    triggered: request.triggered,
  })
  const replaced = decision.action === 'replace'
  // A new object has nothing to keep, so that what was ignored is followed again.
  const config = replaced && followed !== evaluated.config ? conformed(evaluated.config) : kept
  const final = replaced ? await plan(undefined, config) : first
  if (replaced) check(final.diagnostics, request)
  const { planned } = final
  const fresh = decision.action === 'create' || decision.action === 'replace'
  check(guardPlan(resource, formatAddress(address), config, fresh ? undefined : prior, planned), request)
  if (replaced) refuseToDestroy(block, place)
  return {
    address,
    block,
    record,
    providerKey: source.providerKey,
    schema: resource.schema,
    recorded,
    prior,
    config,
    planned,
    ...decision,
    // What is tainted is replaced whatever has changed.
    replacePaths: replaced && record?.tainted !== true ? first.replace : [],
    answered: final.answered,
    sensitive: sensitivePaths(
      fresh ? evaluated.sensitive : marksKept(request, evaluated.sensitive),
      source,
      planned,
    ),
    repetition: request.repetition,
    // What is there is what blocks it.
    existing:
      fresh && request.blocked === undefined
        ? await findExisting(request, source, live, planned, prior ?? recorded)
        : [],
    blocked: fresh ? request.blocked : undefined,
  }
}

/** What is ignored stays as it is recorded, and so does what is secret in it. */
function marksKept({ block, record }: InstanceRequest, evaluated: readonly Path[]): readonly Path[] {
  const { ignoreChanges: ignored } = block.lifecycle
  const isIgnored = (path: Path) =>
    ignored === 'all' || ignored.some((one) => startsWith(path, one) || startsWith(one, path))
  if (ignored !== 'all' && ignored.length === 0) return evaluated
  return [...evaluated, ...(record?.sensitive ?? []).filter(isIgnored)]
}

/** Plans one data instance: reads it now, or leaves that to apply when its arguments are not known yet. */
export async function planData(
  request: InstanceRequest & {
    readonly pending: boolean
    /** Told what went wrong with a data source of a check. */
    readonly unreadable: (diagnostics: readonly Diagnostic[]) => void
  },
  source: Omit<Source, 'resource'> & { readonly source: DataSource },
  limit: Limit,
): Promise<PlannedInstance> {
  const { config, sensitive } = evaluateBody(request)
  const checked = validateObject(source.source, config, formatAddress(request.address))
  check(checked.diagnostics, request)
  const known = isWhollyKnown(checked.config)
  const wait = !known || request.pending
  const { schema } = source.source
  const { check: inCheck } = request.block
  const pending = pendingData(schema.attributes, checked.config)
  const read = () =>
    limit(() =>
      readData({ ...source.call, source: source.source, client: source.client, config: checked.config }),
    ).catch((error: unknown) => {
      // In a check, what cannot be read is something to tell, and is tried again after everything else.
      if (inCheck === undefined) throw error
      request.unreadable(toDiagnostics(error, request.place))
      return pending
    })
  const planned = wait ? pending : await read()
  return {
    address: request.address,
    block: request.block,
    record: request.record,
    providerKey: source.providerKey,
    schema,
    recorded: undefined,
    prior: undefined,
    config: checked.config,
    planned,
    action: wait || inCheck !== undefined ? 'read' : 'no-op',
    reason: readReason(known, wait, inCheck !== undefined),
    replacePaths: [],
    answered: [],
    sensitive: [...sensitive, ...schemaSensitive(schema, planned)],
    repetition: request.repetition,
    existing: [],
  }
}

function readReason(known: boolean, wait: boolean, inCheck: boolean): Reason | undefined {
  if (!known) return 'read_because_config_unknown'
  if (wait) return 'read_because_dependency_pending'
  return inCheck ? 'read_because_check_nested' : undefined
}

/** Throws if `prevent_destroy` is set. */
export function refuseToDestroy(block: ResourceBlock | undefined, place: Place): void {
  if (block?.lifecycle.preventDestroy !== true) return
  throw new DiagnosticError(
    problem(
      'Object must not be destroyed',
      `${place.address} has prevent_destroy set, and this plan would destroy it. Take the change back that needs it, or remove prevent_destroy.`,
      place,
    ),
  )
}

function evaluateBody(request: InstanceRequest): { config: ObjectValue; sensitive: readonly Path[] } {
  const { value, sensitive } = unmark(evaluate(request.block.body.expression, request.scope))
  if (!isObject(value)) throw new Error('the body of a block is an object')
  return { config: value, sensitive }
}

function check(diagnostics: readonly Diagnostic[], request: Pick<InstanceRequest, 'place' | 'warn'>): void {
  if (diagnostics.length === 0) return
  const placed = located(diagnostics, request.place)
  if (hasErrors(placed)) throw new DiagnosticError(placed)
  for (const diagnostic of placed) request.warn(diagnostic)
}

function sensitivePaths(marked: readonly Path[], source: Source, planned: ObjectValue): Path[] {
  const bySchema = schemaSensitive(source.resource.schema, planned)
  if (marked.length === 0) return bySchema
  const has = new Set(bySchema.map(formatPath))
  return [
    ...bySchema,
    ...marked.filter((path) => !has.has(formatPath(path)) && !has.has(formatPath(path.slice(0, 1)))),
  ]
}

function pendingData(
  attributes: Source['resource']['schema']['attributes'],
  config: ObjectValue,
): ObjectValue {
  return objectOf(
    Object.keys(attributes).map((name): [string, Value] => {
      const value = field(config, name) ?? null
      return [name, value === null && attributes[name]?.mode !== 'optional' ? UNKNOWN : value]
    }),
  )
}
