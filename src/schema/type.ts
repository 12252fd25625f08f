// Types in words and in Terraform's JSON notation.
import { fail } from '../diagnostics.ts'
import type { Attributes, Type } from './attribute.ts'
import { rememberedType, type TypeJson, withType } from './kind.ts'
import { isNumber } from './number.ts'
import { isList, isObject, mapObject, objectOf, Sensitive, SetValue, UNKNOWN, type Value } from './value.ts'

/** For messages: `list of string`, `object`. */
export function describeType(type: Type): string {
  switch (type.kind) {
    case 'list':
    case 'set':
    case 'map':
      return `${type.kind} of ${describeType(type.element)}`
    default:
      return type.kind
  }
}

/** For messages: the kind of a value, never its content. */
export function describeKind(value: Value): string {
  if (value instanceof Sensitive) return describeKind(value.value)
  if (value === null) return 'null'
  if (value === UNKNOWN) return 'unknown'
  if (isNumber(value)) return 'a number'
  if (typeof value === 'string') return 'a string'
  if (typeof value === 'boolean') return 'a bool'
  if (value instanceof SetValue) return 'a set'
  return isList(value) ? 'a list' : 'an object'
}

/** Terraform's JSON notation: `"string"`, `["list","string"]`, `["object",{…}]`. */
export function typeToJson(type: Type): TypeJson {
  switch (type.kind) {
    case 'list':
    case 'set':
    case 'map':
      return [type.kind, typeToJson(type.element)]
    case 'tuple':
      return ['tuple', type.elements.map(typeToJson)]
    case 'object':
      return ['object', mapAttributes(type.attributes)]
    default:
      return type.kind
  }
}

function mapAttributes(attributes: Attributes): { [name: string]: TypeJson } {
  return Object.fromEntries(
    Object.keys(attributes)
      .sort()
      .map((name) => [name, typeToJson((attributes[name] as Attributes[string]).type)]),
  )
}

/** What a known value is, as far as it was remembered; otherwise the narrowest type that says it: tuples and objects. */
export function typeOfValue(value: Value): TypeJson {
  if (value instanceof Sensitive) return typeOfValue(value.value)
  if (value === null || value === UNKNOWN) return 'dynamic'
  if (isNumber(value)) return 'number'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  const remembered = rememberedType(value)
  if (remembered !== undefined) return remembered
  if (value instanceof SetValue)
    return ['set', value.elements[0] === undefined ? 'dynamic' : typeOfValue(value.elements[0])]
  if (isList(value)) return ['tuple', value.map(typeOfValue)]
  return [
    'object',
    Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, typeOfValue(inner)])),
  ]
}

/** Reads Terraform's JSON notation. Throws a diagnostic on anything else. */
export function typeFromJson(json: unknown): Type {
  if (json === 'string' || json === 'number' || json === 'bool' || json === 'dynamic') return { kind: json }
  if (Array.isArray(json)) {
    const [kind, inner] = json as [unknown, unknown]
    if (kind === 'list' || kind === 'set' || kind === 'map') return { kind, element: typeFromJson(inner) }
    if (kind === 'tuple' && Array.isArray(inner)) return { kind, elements: inner.map(typeFromJson) }
    if (kind === 'object' && typeof inner === 'object' && inner !== null) return objectType(inner, json[2])
  }
  return fail('Unreadable type', `${JSON.stringify(json)} is not a type that Hubform knows.`)
}

function objectType(fields: object, optional: unknown): Type {
  const names: readonly unknown[] = Array.isArray(optional) ? optional : []
  const attributes = Object.entries(fields).map(([name, type]) => [
    name,
    {
      type: typeFromJson(type),
      mode: names.includes(name) ? 'optional' : 'required',
      description: '',
    } as const,
  ])
  return { kind: 'object', attributes: Object.fromEntries(attributes) as Attributes }
}

const staticTypes = new WeakMap<Type, { readonly json: TypeJson | undefined }>()

/** The notation of a type, made once; undefined if only a value could tell all of it. */
function staticType(type: Type): TypeJson | undefined {
  const found = staticTypes.get(type)
  if (found !== undefined) return found.json
  const json = typeToJson(type)
  const made = { json: JSON.stringify(json).includes('"dynamic"') ? undefined : json }
  staticTypes.set(type, made)
  return made.json
}

/**
 * The value with the types of all lists, sets and maps in it remembered. They are copies: what the value shares with
 * others stays what it is there. A value without any comes out as it is.
 */
export function typedCopy(value: Value, type: Type): Value {
  if (value instanceof Sensitive) {
    const inner = typedCopy(value.value, type)
    return inner === value.value ? value : new Sensitive(inner)
  }
  const told = 'element' in type ? staticType(type) : undefined
  if (type.kind === 'object' && isObject(value)) {
    return mapObject(value, (inner, name) => {
      const attribute = type.attributes[name]
      return attribute === undefined ? inner : typedCopy(inner, attribute.type)
    })
  }
  if (told === undefined || !('element' in type)) return value
  const { element } = type
  if (value instanceof SetValue)
    return withType(new SetValue(value.elements.map((one) => typedCopy(one, element))), told)
  if (isList(value))
    return withType(
      value.map((one) => typedCopy(one, element)),
      told,
    )
  if (!isObject(value)) return value
  return withType(objectOf(Object.entries(value).map(([key, one]) => [key, typedCopy(one, element)])), told)
}

/** Remembers the type of a value that fits it, and of everything in it. Returns the value. */
export function rememberType(value: Value, type: Type): Value {
  if (value === null || value === UNKNOWN || typeof value !== 'object') return value
  if (value instanceof Sensitive) {
    rememberType(value.value, type)
    return value
  }
  switch (type.kind) {
    case 'list':
    case 'set':
      for (const element of value instanceof SetValue ? value.elements : isList(value) ? value : [])
        rememberType(element, type.element)
      break
    case 'tuple':
      if (isList(value))
        for (const [i, element] of value.entries())
          rememberType(element, type.elements[i] ?? { kind: 'dynamic' })
      break
    case 'map':
      if (isObject(value)) for (const inner of Object.values(value)) rememberType(inner, type.element)
      break
    case 'object':
      if (isObject(value))
        for (const [name, inner] of Object.entries(value))
          rememberType(inner, type.attributes[name]?.type ?? { kind: 'dynamic' })
      break
    default:
      return value
  }
  return withType(value, heldType(value, type))
}

/** Elements of any type are of one type all the same: that of those that are there. */
function heldType(value: Value, type: Type): TypeJson {
  if (!('element' in type) || type.element.kind !== 'dynamic') return typeToJson(type)
  const elements = value instanceof SetValue ? value.elements : Object.values(value ?? {})
  const told = elements.map(typeOfValue).find((one) => one !== 'dynamic')
  return [type.kind, told ?? 'dynamic']
}
