// Identities: what they are made of, and those that a host has kept or was given.
import { fail } from '../diagnostics.ts'
import type { Resource } from '../provider/resource.ts'
import { IDENTITY_VERSION, identityAttributes, readIdentity } from '../provider/resource-identity.ts'
import { parseJson } from '../schema/json.ts'
import type { ObjectValue, Value } from '../schema/value.ts'
import * as messages from './messages.ts'
import { getKind, method } from './method.ts'
import { describeIdentities } from './schema-answer.ts'
import { decodeObject, encodeObject } from './value-codec.ts'
import type { Decoded } from './wire.ts'

export const getResourceIdentitySchemas = method(messages.getResourceIdentitySchemas, {
  handle: (_request, { provider }) => describeIdentities(provider),
})

export const upgradeResourceIdentity = method(messages.upgradeResourceIdentity, {
  handle({ typeName, version, rawIdentity }, { provider }) {
    const resource = getKind(provider.resources, typeName, 'resource')
    if (version > IDENTITY_VERSION)
      fail(
        'State too new',
        `The identity of a ${typeName} has version ${version}; this provider knows ${IDENTITY_VERSION}. Install a newer one.`,
      )
    const stored = parseJson(Buffer.from(rawIdentity?.json ?? []).toString('utf8') || 'null')
    const identity = fitting(resource, stored)
    const msgpack = encodeObject(identityAttributes(resource) ?? {}, identity)
    return { upgradedIdentity: { data: { msgpack } } }
  },
})

/** Reads an identity that a user wrote. Throws a diagnostic if it is none. */
export function readSent(
  resource: Resource,
  { data }: NonNullable<Decoded<typeof messages.importResourceState.request>['identity']>,
): ObjectValue {
  const attributes = identityAttributes(resource)
  if (attributes === undefined || data === undefined || data.msgpack.length === 0) return refuse(resource)
  return fitting(resource, decodeObject(attributes, data.msgpack) ?? null)
}

function fitting(resource: Resource, stored: Value): ObjectValue {
  return readIdentity(resource, stored) ?? refuse(resource)
}

function refuse(resource: Resource): never {
  const names = Object.keys(identityAttributes(resource) ?? {})
  return fail(
    'Incomplete identity',
    names.length === 0
      ? `A ${resource.type} has no identity. Import it by its import id, ${resource.importId ?? 'its id'}.`
      : `The identity of a ${resource.type} is made of ${names.join(', ')}, all of which must be given and known.`,
  )
}
