// What came of one step in one engine, in a form that can be compared.
import { formatAddress } from '../../src/address.ts'
import type { Path } from '../../src/path.ts'
import { parseJson } from '../../src/schema/json.ts'
import { equal, isList, isObject, objectOf, SetValue, UNKNOWN, type Value } from '../../src/schema/value.ts'
import { decodeState } from '../../src/state/file.ts'

export interface Outcome {
  /** Where it failed; undefined when it did not. */
  readonly failed: 'plan' | 'apply' | undefined
  /** For people only. */
  readonly message: string
  /** By address, `address (deposed key)` for a deposed object. */
  readonly changes: ReadonlyMap<string, Value>
  readonly outputs: ReadonlyMap<string, Value>
  /** By address of the block, as plan JSON has them. */
  readonly checks: ReadonlyMap<string, Value>
  /** Text of the state file afterwards. */
  readonly state: string
  /** Events of apply: `delete terraform_data.a`, in the order in which they began. */
  readonly sequence: readonly string[]
}

/** A change as a value, so that one comparison serves for all of it. */
export function changeValue(parts: {
  readonly actions: readonly string[]
  readonly reason: string | undefined
  readonly before: Value
  readonly after: Value
  readonly beforeSensitive: readonly Path[]
  readonly afterSensitive: readonly Path[]
  readonly replacePaths: readonly Path[]
}): Value {
  const before = plain(parts.before)
  const after = plain(parts.after)
  const actions = parts.actions.join(',')
  return {
    // Where nothing but a mark changes, Terraform speaks of an update, and calls no provider for it either.
    actions: actions === 'update' && equal(before, after) ? 'no-op' : actions,
    // An object that is new has nothing that could be replaced.
    reason: actions === 'create' ? null : (parts.reason ?? null),
    before,
    after,
    beforeSensitive: sortedPaths(parts.beforeSensitive),
    afterSensitive: sortedPaths(parts.afterSensitive),
    replacePaths: sortedPaths(parts.replacePaths),
  }
}

/** Paths in one order, without those that lie within another. */
export function sortedPaths(paths: readonly Path[]): Value {
  const texts = [...new Set(paths.map((path) => JSON.stringify(path)))].sort()
  return texts.filter((text) => !texts.some((other) => other !== text && within(text, other)))
}

function within(text: string, other: string): boolean {
  return other === '[]' || text.startsWith(`${other.slice(0, -1)},`)
}

/** Sets as lists, as JSON shows them. */
export function plain(value: Value): Value {
  if (value instanceof SetValue) return value.elements.map(plain)
  if (isList(value)) return value.map(plain)
  return isObject(value) ? objectOf(Object.entries(value).map(([k, inner]) => [k, plain(inner)])) : value
}

/** What is in a state file, without what differs by nature: lineage, serial, dependencies. */
export function stateValue(text: string): ReadonlyMap<string, Value> {
  if (text === '') return new Map()
  const { records, outputs } = decodeState(text, { file: 'state' })
  const found = new Map<string, Value>()
  const deposed = new Map<string, number>()
  for (const [key, record] of records) {
    // The key of a deposed object is made up; how many there are is not.
    const address = formatAddress(record.address)
    const nth = (deposed.get(address) ?? 0) + 1
    if (record.deposed !== undefined) deposed.set(address, nth)
    found.set(record.deposed === undefined ? key : `${address} (deposed, no. ${nth})`, {
      address,
      provider: record.provider,
      tainted: record.tainted,
      schemaVersion: record.schemaVersion,
      attributes: record.attributes,
      sensitive: sortedPaths(record.sensitive),
      createBeforeDestroy: record.createBeforeDestroy,
    })
  }
  for (const [name, { value, type, sensitive }] of Object.entries(outputs)) {
    found.set(`output.${name}`, { value, type: parseJson(JSON.stringify(type)), sensitive })
  }
  return found
}

/** Entries of `checks` in plan JSON, by address. */
export function checksByAddress(checks: readonly object[]): ReadonlyMap<string, Value> {
  const entries = inOneOrder(checks) as readonly { address: { to_display: string } }[]
  return new Map(entries.map((entry) => [entry.address.to_display, parseJson(JSON.stringify(entry))]))
}

/** Check results in a state file, by address. */
export function checkResultsIn(text: string): ReadonlyMap<string, Value> {
  if (text === '') return new Map()
  const { check_results: all } = JSON.parse(text) as { check_results: readonly object[] | null }
  const entries = inOneOrder(all ?? []) as readonly { config_addr: string }[]
  return new Map(entries.map((entry) => [entry.config_addr, parseJson(JSON.stringify(entry))]))
}

/** Objects and messages have no order there. */
function inOneOrder(value: unknown): unknown {
  if (Array.isArray(value)) {
    const texts = value.map((element) => JSON.stringify(inOneOrder(element))).sort()
    return texts.map((element) => JSON.parse(element) as unknown)
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inOneOrder(inner) ?? []]))
}

/** Which blocks and instances a state file lists, in its order. */
export function stateOrder(text: string): Value {
  if (text === '') return []
  const { resources } = JSON.parse(text) as {
    resources: readonly {
      type: string
      name: string
      instances: readonly { index_key?: string | number }[]
    }[]
  }
  return resources.flatMap(({ type, name, instances }) =>
    instances.map((instance) => `${type}.${name} ${JSON.stringify(instance.index_key ?? null)}`),
  )
}

/** Joins `after` and `after_unknown` of plan JSON into one value. */
export function withUnknowns(after: Value, unknown: Value): Value {
  if (unknown === true) return UNKNOWN
  if (isList(unknown)) {
    const elements = isList(after) ? after : []
    return Array.from({ length: Math.max(elements.length, unknown.length) }, (_, i) =>
      withUnknowns(elements[i] ?? null, unknown[i] ?? false),
    )
  }
  if (isObject(unknown) && (isObject(after) || Object.keys(unknown).length > 0)) {
    const fields = isObject(after) ? after : {}
    const names = [...new Set([...Object.keys(fields), ...Object.keys(unknown)])]
    return objectOf(names.map((name) => [name, withUnknowns(fields[name] ?? null, unknown[name] ?? false)]))
  }
  return after
}

/** Where a structure of plan JSON says true. */
export function truePaths(map: Value, path: Path = []): Path[] {
  if (map === true) return [path]
  if (isList(map)) return map.flatMap((inner, i) => truePaths(inner, [...path, i]))
  if (isObject(map)) return Object.entries(map).flatMap(([key, inner]) => truePaths(inner, [...path, key]))
  return []
}
