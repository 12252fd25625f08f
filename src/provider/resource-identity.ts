// What tells one object of a kind from all others for as long as it exists: where it lives, and what names it there.
//
// Not the natural key, which an update may change: hosts take a changed identity for another object.
import type { Attribute, Attributes } from '../schema/attribute.ts'
import { conformToType } from '../schema/conform.ts'
import { field, isWhollyKnown, type ObjectValue, objectOf, type Value } from '../schema/value.ts'
import type { Resource } from './resource.ts'

/** Counts changes of what identities are made of. */
export const IDENTITY_VERSION = 0

type Identified = Pick<Resource, 'type' | 'schema' | 'collection'>

/** The attributes of a resource that make up its identity, in the order of its import id; undefined if it has none. */
export function identityAttributes(resource: Identified): Attributes | undefined {
  const { collection } = resource
  return collection && required(resource, [...collection.scope, ...collection.identity])
}

/** What has to be said to list objects: where they live. Undefined if they cannot be listed. */
export function listAttributes(resource: Identified): Attributes | undefined {
  return resource.collection && required(resource, resource.collection.scope)
}

/** The identity of an object; undefined when the resource has none, or part of it is null or unknown. */
export function identityValue(resource: Identified, object: ObjectValue): ObjectValue | undefined {
  const attributes = identityAttributes(resource)
  if (attributes === undefined) return undefined
  const parts = Object.keys(attributes).map((name): [string, Value] => [name, field(object, name) ?? null])
  return parts.every(([, value]) => value !== null && isWhollyKnown(value)) ? objectOf(parts) : undefined
}

/** The import id that names an object by its identity, which must conform to its attributes. */
export function importIdOf(resource: Identified, identity: ObjectValue): string {
  return Object.keys(identityAttributes(resource) ?? {})
    .map((name) => String(field(identity, name)))
    .join('/')
}

/** Reads an identity as somebody kept it. Undefined if it does not fit. */
export function readIdentity(resource: Identified, stored: Value): ObjectValue | undefined {
  const attributes = identityAttributes(resource)
  if (attributes === undefined) return undefined
  const { value, problems } = conformToType(stored, { kind: 'object', attributes }, resource.type)
  return problems.length === 0 ? identityValue(resource, value as ObjectValue) : undefined
}

function required({ schema }: Identified, names: readonly string[]): Attributes {
  return Object.fromEntries(
    [...new Set(names)].map((name) => {
      const { type, description, validators, evidence } = schema.attributes[name] as Attribute
      const marks = { ...(validators && { validators }), ...(evidence && { evidence }) }
      return [name, { type, mode: 'required', description, ...marks } as const]
    }),
  )
}
