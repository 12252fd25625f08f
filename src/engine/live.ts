// Reading what is, with one list instead of many reads where that is cheaper.
import type { Call } from '../provider/call.ts'
import { identityOf, type Listed, naturalKey, scopeOf } from '../provider/collection.ts'
import { readObject } from '../provider/lifecycle.ts'
import { normalize } from '../provider/normalize.ts'
import type { Resource } from '../provider/resource.ts'
import type { Attributes } from '../schema/attribute.ts'
import type { ObjectValue } from '../schema/value.ts'
import type { Limit } from './limit.ts'

/** One provider configuration's view of one kind of object. */
export interface Source {
  readonly resource: Resource
  readonly providerKey: string
  readonly client: unknown
  /** Makes the client ask anew for what it remembers. */
  readonly forget: () => void
  readonly call: Call
}

export interface Live {
  /** The object as it is now; undefined when it is gone. Throws what the resource throws. */
  read(source: Source, prior: ObjectValue): Promise<ObjectValue | undefined>
  /** Objects of the collection with the natural key of `planned`; undefined when that cannot be told. Never throws. */
  sameKey(source: Source, planned: ObjectValue): Promise<readonly ObjectValue[] | undefined>
  /** The same for what an earlier run may have made: undefined only if the service never tells. Throws what it throws. */
  findMade(source: Source, identity: ObjectValue): Promise<readonly ObjectValue[] | undefined>
  /** The same once more, with a list that is asked for now. */
  findAgain(source: Source, identity: ObjectValue): Promise<readonly ObjectValue[] | undefined>
}

interface Listing {
  readonly byIdentity: ReadonlyMap<string, AnyListed>
  readonly byKey: ReadonlyMap<string, readonly ObjectValue[]>
  readonly partial: boolean
}

type AnyListed = Listed<Attributes, ObjectValue>

/** Fewer recorded objects than this in a collection are read one by one. */
const LIST_FROM = 2

/** Makes the reader of one run. `population` says how many recorded objects share a scope (see `scopeId`). */
export function makeLive(limit: Limit, population: ReadonlyMap<string, number>): Live {
  const listings = new Map<string, Promise<Listing | undefined>>()
  // Lists that tell only part of each object cost a call and save none. The first list of a kind says whether they do,
  // so all others wait for it.
  const partial = new Map<string, Promise<boolean>>()

  const listing = (source: Source, value: ObjectValue): Promise<Listing | undefined> => {
    const id = scopeId(source.resource, source.providerKey, value)
    if (id === undefined) return Promise.resolve(undefined)
    const known = listings.get(id)
    if (known !== undefined) return known
    const made = limit(() => list(source, value))
    listings.set(id, made)
    return made
  }

  const findListing = (source: Source, value: ObjectValue) => listing(source, value).catch(() => undefined)

  const tellsPart = (source: Source, prior: ObjectValue): Promise<boolean> => {
    const kind = `${source.providerKey} ${source.resource.type}`
    const known = partial.get(kind)
    if (known !== undefined) return known
    const asked = findListing(source, prior).then((listed) => listed?.partial === true)
    partial.set(kind, asked)
    return asked
  }

  return {
    async read(source, prior) {
      const id = scopeId(source.resource, source.providerKey, prior)
      if (id !== undefined && (population.get(id) ?? 0) >= LIST_FROM) {
        const needless = (await tellsPart(source, prior)) && !listings.has(id)
        const listed = needless ? undefined : await findListing(source, prior)
        const entry = listed?.byIdentity.get(identity(source.resource, prior) ?? '')
        // An object that the list lacks may only lag behind, so its absence has to be read too.
        if (entry?.whole === true) return fromList(source.resource, entry.value, prior)
      }
      return readUntilSure(limit, source, prior)
    },
    sameKey: (source, planned) => withKey(source, planned, findListing),
    findMade: (source, identity) => withKey(source, identity, listing),
    findAgain: (source, identity) => {
      source.forget()
      // Whoever reads from the list afterwards must see what was found.
      listings.delete(scopeId(source.resource, source.providerKey, identity) ?? '')
      return withKey(source, identity, listing)
    },
  }
}

/** Looks at a recorded object before it is believed to be gone. */
const LOOKS = 3

/** A service that lags behind its own writes does not show what a run made a moment ago, so one look is no proof. */
async function readUntilSure(
  limit: Limit,
  source: Source,
  prior: ObjectValue,
): Promise<ObjectValue | undefined> {
  const { resource, client, call } = source
  let looks = 0
  return call.poll({
    what: `${resource.type} to be shown`,
    probe: async () => {
      if (looks > 0) source.forget()
      looks += 1
      return limit(() => readObject({ ...call, resource, client, prior }))
    },
    until: (found) => found !== undefined || looks >= LOOKS,
    timeoutMs: 60_000,
  })
}

async function withKey(
  source: Source,
  value: ObjectValue,
  listing: (source: Source, value: ObjectValue) => Promise<Listing | undefined>,
): Promise<readonly ObjectValue[] | undefined> {
  const { collection } = source.resource
  const key = collection && naturalKey(collection, value)
  if (key === undefined) return undefined
  const listed = await listing(source, value)
  return listed === undefined ? undefined : (listed.byKey.get(key) ?? [])
}

/** Names the collection that an object is in, within a run; undefined when it is in none or that is not known. */
export function scopeId(resource: Resource, providerKey: string, value: ObjectValue): string | undefined {
  const scope = resource.collection && scopeOf(resource.collection, value)
  return scope === undefined ? undefined : `${providerKey} ${scope}`
}

function identity(resource: Resource, value: ObjectValue): string | undefined {
  return resource.collection && identityOf(resource.collection, value)
}

function fromList(resource: Resource, value: Partial<ObjectValue>, prior: ObjectValue): ObjectValue {
  return normalize(resource.type, resource.schema, value, prior)
}

async function list(source: Source, scope: ObjectValue): Promise<Listing | undefined> {
  const { collection } = source.resource
  const entries = await collection?.list({ ...source.call, client: source.client, scope })
  if (collection === undefined || entries === undefined) return undefined
  const byIdentity = new Map<string, AnyListed>()
  const byKey = new Map<string, ObjectValue[]>()
  for (const entry of entries) {
    const value = entry.value as ObjectValue
    const id = identityOf(collection, value)
    if (id !== undefined) byIdentity.set(id, entry)
    const key = naturalKey(collection, value)
    if (key === undefined) continue
    const same = byKey.get(key)
    if (same) same.push(value)
    else byKey.set(key, [value])
  }
  return { byIdentity, byKey, partial: entries.some((entry) => !entry.whole) }
}
