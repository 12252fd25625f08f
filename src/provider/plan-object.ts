// What one object will become: the part of planning that belongs to the resource, alike for every caller.
import { type Diagnostic, DiagnosticError, problem } from '../diagnostics.ts'
import { formatPath, type Path } from '../path.ts'
import { type Attribute, type Attributes, namesOf } from '../schema/attribute.ts'
import { conformToType } from '../schema/conform.ts'
import { typesAgree } from '../schema/kind.ts'
import { typeOfValue } from '../schema/type.ts'
import {
  equal,
  field,
  isWhollyKnown,
  mapObject,
  type ObjectValue,
  rebuild,
  UNKNOWN,
  type Value,
} from '../schema/value.ts'
import type { Call } from './call.ts'
import { turnNested } from './nested.ts'
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
  const answers = checkAnswers(resource, (answer.computed ?? {}) as ObjectValue)
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
  const isSpelled = attribute.equivalent !== undefined && prior !== undefined && isWhollyKnown(config)
  if (isSpelled && attribute.equivalent?.(config, prior) === true) return prior
  // Nested objects have computed and write-only fields of their own.
  return turnNested(attribute.type, config, prior, fillObject)
}

/** An update may change what the service assigns, unless the schema says that it never does. */
function forgetUnstable(
  attributes: Attributes,
  planned: ObjectValue,
  answered: readonly string[],
): ObjectValue {
  return mapObject(planned, (value, name) => {
    const attribute = attributes[name]
    if (attribute === undefined || answered.includes(name)) return value
    if (attribute.mode === 'computed') return attribute.stable === true ? value : UNKNOWN
    return turnNested(attribute.type, value, undefined, (inner, object) => forgetUnstable(inner, object, []))
  })
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

/** The values that a resource planned, made to fit; throws a diagnostic that blames it if they do not. */
function checkAnswers(resource: Resource, answers: ObjectValue): ObjectValue {
  return mapObject(answers, (value, name) => {
    const attribute = resource.schema.attributes[name]
    if (attribute?.mode !== 'computed' && attribute?.mode !== 'optionalComputed') {
      throw broken(
        `${resource.type} planned a value for ${formatPath([name])}, which is for the user to set.`,
      )
    }
    const { value: conformed, problems } = conformToType(value, attribute.type, resource.type)
    if (problems[0] === undefined) return conformed
    throw broken(
      `${resource.type} planned a value for ${formatPath([name])} that does not fit. ${problems[0].detail}`,
    )
  })
}

function broken(what: string): DiagnosticError {
  return new DiagnosticError(
    problem('Provider broke its contract', `${what} This is a fault in the provider.`),
  )
}
