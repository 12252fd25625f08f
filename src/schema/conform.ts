// Making a value fit a schema, or saying everything that is wrong with it.
import { type Diagnostic, problem } from '../diagnostics.ts'
import { formatPath, type PathStep } from '../path.ts'
import { type Attribute, type Attributes, namesOf, type Type } from './attribute.ts'
import { convertPrimitive } from './convert.ts'
import { rememberedType } from './kind.ts'
import { didYouMean } from './suggest.ts'
import { describeKind, describeType } from './type.ts'
import {
  field,
  isList,
  isObject,
  mapList,
  mapObject,
  type ObjectValue,
  objectOf,
  rebuild,
  SetValue,
  setOf,
  UNKNOWN,
  type Value,
} from './value.ts'

export interface Conformed {
  /**
   * Every attribute of the schema, in its order, and no other. Unset ones are null. Usable only without problems. What
   * fits as it is comes out as it is, the whole object included.
   */
  readonly value: ObjectValue
  readonly problems: readonly Diagnostic[]
}

/**
 * Checks what a user wrote against a schema and converts it, as Terraform does.
 *
 * Reports every problem, each with its path. `subject` names the whole object in messages, such as its address.
 * Marks must have been taken off. Defaults are not filled in: a plan does that. Values never appear in messages.
 */
export function conform(value: ObjectValue, attributes: Attributes, subject: string): Conformed {
  const problems: Diagnostic[] = []
  return { value: conformObject(value, attributes, { subject, problems, path: [] }), problems }
}

/**
 * Reads a value of a type, as from state or a service, without regard to who may set what.
 *
 * Absent attributes become null and unknown ones are dropped, so that data written by another version can be read.
 */
export function conformToType(
  value: Value,
  type: Type,
  subject: string,
): { value: Value; problems: readonly Diagnostic[] } {
  const problems: Diagnostic[] = []
  return { value: conformType(value, type, { subject, problems, path: [], lenient: true }), problems }
}

interface Site {
  readonly subject: string
  readonly problems: Diagnostic[]
  /** Where the walk is: one array for all of it, so that what fits allocates nothing. Copied into problems. */
  readonly path: PathStep[]
  readonly lenient?: boolean
}

function conformObject(value: ObjectValue, attributes: Attributes, site: Site): ObjectValue {
  if (!site.lenient) {
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(attributes, name)) reportUnknown(name, attributes, site)
    }
  }
  const names = namesOf(attributes)
  const conformed = names.map((name) => {
    site.path.push(name)
    const result = conformAttribute(field(value, name) ?? null, attributes[name] as Attribute, site)
    site.path.pop()
    return result
  })
  return rebuild(value, names, conformed)
}

function conformAttribute(value: Value, attribute: Attribute, site: Site): Value {
  if (!site.lenient) {
    if (value === null && attribute.mode === 'required') {
      report(site, 'Missing required attribute', 'must be set, and is not.')
      return null
    }
    if (value !== null && attribute.mode === 'computed') {
      report(site, 'Computed attribute set', 'is assigned by the service and cannot be set. Remove it.')
      return null
    }
  }
  const before = site.problems.length
  const conformed = conformType(value, attribute.type, site)
  if (site.problems.length === before && !site.lenient) validate(conformed, attribute, site)
  return conformed
}

function validate(value: Value, attribute: Attribute, site: Site): void {
  if (value === null || value === UNKNOWN) return
  for (const validator of attribute.validators ?? []) {
    const complaint = validator(value)
    if (complaint !== undefined) report(site, 'Invalid attribute value', `is not valid. ${complaint}`)
  }
}

function conformType(value: Value, type: Type, site: Site): Value {
  if (value === null || value === UNKNOWN) return value
  switch (type.kind) {
    case 'dynamic':
      return value
    case 'string':
    case 'number':
    case 'bool': {
      const converted = convertPrimitive(value, type.kind)
      return converted === undefined ? mismatch(value, type, site) : converted
    }
    case 'list':
    case 'set': {
      const elements = value instanceof SetValue ? value.elements : isList(value) ? value : undefined
      if (elements === undefined) return mismatch(value, type, site)
      const conformed = mapList(elements, (element, i) => conformInner(element, type.element, site, i))
      return type.kind === 'set' ? setOf(conformed) : untyped(conformed)
    }
    case 'tuple': {
      if (!isList(value) || value.length !== type.elements.length) return mismatch(value, type, site)
      return mapList(value, (element, i) => conformInner(element, type.elements[i] as Type, site, i))
    }
    case 'map': {
      if (!isObject(value)) return mismatch(value, type, site)
      return untyped(mapObject(value, (inner, key) => conformInner(inner, type.element, site, key)))
    }
    case 'object':
      return isObject(value) ? conformObject(value, type.attributes, site) : mismatch(value, type, site)
  }
}

/** What a schema types need not remember its type, and must not: plans would carry it, and patches tell of it. */
function untyped(value: readonly Value[] | ObjectValue): Value {
  if (rememberedType(value) === undefined) return value
  return isList(value) ? [...value] : objectOf(Object.entries(value as ObjectValue))
}

function mismatch(value: Value, type: Type, site: Site): null {
  report(
    site,
    'Wrong attribute type',
    `must be ${type.kind === 'object' ? 'an' : 'a'} ${describeType(type)}, but is ${describeKind(value)}.`,
  )
  return null
}

function conformInner(value: Value, type: Type, site: Site, step: PathStep): Value {
  site.path.push(step)
  const conformed = conformType(value, type, site)
  site.path.pop()
  return conformed
}

function report(site: Site, summary: string, rest: string): void {
  const name = site.path.length === 0 ? site.subject : `${site.subject}: ${formatPath(site.path)}`
  site.problems.push(problem(summary, `${name} ${rest}`, { path: [...site.path] }))
}

function reportUnknown(name: string, attributes: Attributes, site: Site): void {
  const parent = site.path.length === 0 ? '' : ` in ${formatPath(site.path)}`
  const detail = `${site.subject} has no attribute "${name}"${parent}.${didYouMean(name, Object.keys(attributes))}`
  site.problems.push(problem('Unknown attribute', detail, { path: [...site.path, name] }))
}
