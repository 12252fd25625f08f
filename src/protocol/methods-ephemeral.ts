// Objects that are opened, renewed and closed within a run.
import type { Lease } from '../provider/ephemeral.ts'
import { normalize } from '../provider/normalize.ts'
import type { Json } from '../schema/json.ts'
import * as messages from './messages.ts'
import { attributesOf, getKind, method, readWhole, writeValue } from './method.ts'

const word = 'ephemeral resource'

export const openEphemeralResource = method(messages.openEphemeralResource, {
  attributes: (provider, { typeName }) => attributesOf(provider.ephemeralResources, typeName),
  async handle({ typeName, config }, { provider, session, reading }) {
    const kind = getKind(provider.ephemeralResources, typeName, word)
    const given = readWhole(kind.schema, config)
    const { result, lease } = await kind.open({ ...reading, client: session.client('read'), config: given })
    const whole = normalize(kind.type, kind.schema, result, given)
    return { result: writeValue(kind.schema, whole), ...leaseToWire(lease) }
  },
})

export const renewEphemeralResource = method(messages.renewEphemeralResource, {
  async handle({ typeName, private: kept }, { provider, session, reading }) {
    const kind = getKind(provider.ephemeralResources, typeName, word)
    const client = session.client('read')
    return leaseToWire(await kind.renew?.({ ...reading, client, kept: keptFromWire(kept) }))
  },
})

export const closeEphemeralResource = method(messages.closeEphemeralResource, {
  async handle({ typeName, private: kept }, { provider, session, writing }) {
    const kind = getKind(provider.ephemeralResources, typeName, word)
    await kind.close?.({ ...writing, client: session.client('read'), kept: keptFromWire(kept) })
    return {}
  },
})

function leaseToWire(lease: Lease | undefined) {
  const renewAt = lease?.renewAt?.getTime()
  return {
    ...(renewAt === undefined
      ? {}
      : { renewAt: { seconds: Math.floor(renewAt / 1000), nanos: (renewAt % 1000) * 1_000_000 } }),
    ...(lease?.kept === undefined ? {} : { private: Buffer.from(JSON.stringify(lease.kept)) }),
  }
}

function keptFromWire(kept: Uint8Array): Json {
  // It is what we wrote ourselves.
  return kept.length === 0 ? null : (JSON.parse(Buffer.from(kept).toString('utf8')) as Json)
}
