// What one object will become: the part of planning that belongs to the resource, alike for every caller.
import { type Diagnostic, DiagnosticError, problem } from '../diagnostics.ts'
import { formatPath, type Path } from '../path.ts'
import { type Attribute, type Attributes, namesOf } from '../schema/attribute.ts'
import { typesAgree } from '../schema/kind.ts'
import { typeOfValue } from '../schema/type.ts'
import {
  equal,
  field,
  isList,
  isObject,
  type ObjectValue,
  objectOf,
  rebuild,
  UNKNOWN,
  type Value,
} from '../schema/value.ts'
import type { Call } from './call.ts'
import type { Resource } from './resource.ts'

export interface PlannedObject {
  /** Conforms to the schema; write-only attributes null; what only the service knows UNKNOWN. The prior object itself if nothing changes. */
  readonly planned: ObjectValue
  /** Differing paths that need a new object. Empty without a prior object. */
  readonly replace: readonly Path[]
  /** Top-level attributes whose planned value the resource itself gave. */
  readonly answered: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Plans one object. `prior` is absent for a new one.
 *
 * `config` must conform to the schema and may hold unknowns. The result follows Terraform's rules for planned values:
 * what is configured is kept as configured, or as it already is where both spell the same.
 */
export async function planObject(
  args: Call & {
    readonly resource: Resource
    readonly client: unknown
    readonly prior: ObjectValue | undefined
    readonly config: ObjectValue
  },
): Promise<PlannedObject> {
  const { resource, prior, config } = args
  const attributes = resource.schema.attributes
  const base = fillObject(attributes, config, prior)
  // Spread keeps signal, warn and poll; the resource ignores the rest.
  const answer = (await resource.plan?.({ ...args, prior, config, planned: base })) ?? {}
  const answers = (answer.computed ?? {}) as ObjectValue
  refuseForeignAnswers(resource, answers)
  const answered = Object.keys(answers)
  const decided = answered.length === 0 ? base : { ...base, ...answers }
  const diagnostics = answer.diagnostics ?? []
  if (prior === undefined) return { planned: decided, replace: [], answered, diagnostics }
  if (equal(decided, prior)) return { planned: prior, replace: [], answered, diagnostics }
  const planned = forgetUnstable(attributes, decided, answered)
  return {
    planned,
    replace: replacePaths(resource, prior, planned, answer.replace ?? []),
    answered,
    diagnostics,
  }
}

function fillObject(
  attributes: Attributes,
  config: ObjectValue,
  prior: ObjectValue | undefined,
): ObjectValue {
  const names = namesOf(attributes)
  const filled = names.map((name) => {
    const before = prior === undefined ? undefined : (field(prior, name) ?? null)
    return fillAttribute(attributes[name] as Attribute, field(config, name) ?? null, before)
  })
  return rebuild(config, names, filled)
}

function fillAttribute(attribute: Attribute, config: Value, prior: Value | undefined): Value {
  if (attribute.writeOnly) return null
  if (config === null) {
    if (attribute.mode === 'computed' || attribute.mode === 'optionalComputed')
      return prior === undefined ? UNKNOWN : prior
    return attribute.default ?? null
  }
  if (prior !== undefined && config !== UNKNOWN && attribute.equivalent?.(config, prior) === true)
    return prior
  return fillNested(attribute, config, prior)
}

/** Nested objects have computed and write-only fields of their own. */
function fillNested(attribute: Attribute, config: Value, prior: Value | undefined): Value {
  const { type } = attribute
  if (type.kind === 'object' && isObject(config)) {
    return fillObject(type.attributes, config, isObject(prior) ? prior : undefined)
  }
  if (type.kind === 'list' && type.element.kind === 'object' && isList(config)) {
    const { attributes } = type.element
    return config.map((element, i) =>
      fillElement(attributes, element, isList(prior ?? null) ? (prior as readonly Value[])[i] : undefined),
    )
  }
  if (type.kind === 'map' && type.element.kind === 'object' && isObject(config)) {
    const { attributes } = type.element
    const before = isObject(prior) ? prior : {}
    return objectOf(
      Object.keys(config).map((key) => [
        key,
        fillElement(attributes, config[key] as Value, field(before, key)),
      ]),
    )
  }
  return config
}

function fillElement(attributes: Attributes, config: Value, prior: Value | undefined): Value {
  return isObject(config) ? fillObject(attributes, config, isObject(prior) ? prior : undefined) : config
}

/** An update may change what the service assigns, unless the schema says that it never does. */
function forgetUnstable(
  attributes: Attributes,
  planned: ObjectValue,
  answered: readonly string[],
): ObjectValue {
  return objectOf(
    Object.keys(planned).map((name) => {
      const attribute = attributes[name]
      const forget = attribute?.mode === 'computed' && attribute.stable !== true && !answered.includes(name)
      return [name, forget ? UNKNOWN : (planned[name] as Value)]
    }),
  )
}

function replacePaths(
  resource: Resource,
  prior: ObjectValue,
  planned: ObjectValue,
  asked: readonly Path[],
): Path[] {
  const differing = Object.keys(planned).filter((name) => {
    const before = field(prior, name) ?? null
    const after = planned[name] as Value
    if (!equal(after, before)) return true
    const isDynamic = resource.schema.attributes[name]?.type.kind === 'dynamic'
    return isDynamic && !typesAgree(typeOfValue(after), typeOfValue(before))
  })
  const marked = differing.filter((name) => {
    const attribute = resource.schema.attributes[name]
    return attribute?.replace === true || (resource.update === undefined && attribute?.mode !== 'computed')
  })
  const extra = asked.filter(
    (path) => differing.includes(String(path[0])) && !marked.includes(String(path[0])),
  )
  return [...marked.map((name) => [name]), ...extra]
}

function refuseForeignAnswers(resource: Resource, answers: ObjectValue): void {
  for (const name of Object.keys(answers)) {
    const mode = resource.schema.attributes[name]?.mode
    if (mode === 'computed' || mode === 'optionalComputed') continue
    throw new DiagnosticError(
      problem(
        'Provider broke its contract',
        `${resource.type} planned a value for ${formatPath([name])}, which is for the user to set. This is a fault in the provider.`,
      ),
    )
  }
}
