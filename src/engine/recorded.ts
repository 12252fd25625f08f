// Records of state as objects of a resource, and back.

import { type Address, formatAddress } from '../address.ts'
import { fail } from '../diagnostics.ts'
import type { Path } from '../path.ts'
import { holdsObjects } from '../provider/nested.ts'
import type { Resource } from '../provider/resource.ts'
import { upgradeStored } from '../provider/upgrade.ts'
import type { Attributes, Schema, Type } from '../schema/attribute.ts'
import { conformToType } from '../schema/conform.ts'
import { equal, field, isList, isObject, type ObjectValue, SetValue, type Value } from '../schema/value.ts'
import type { ResourceRecord } from '../state/state.ts'
import { fromStateForm, toStateForm } from './state-form.ts'

type Recorded = Pick<Resource, 'type' | 'schema' | 'upgrades'>

/** The attributes of a record as the current version of the schema would have recorded them. */
export function currentForm(record: ResourceRecord, resource: Recorded): ObjectValue {
  return record.schemaVersion < resource.schema.version
    ? upgradeStored(resource, record.schemaVersion, record.attributes)
    : record.attributes
}

/**
 * Reads a record by the resource's schema, bringing it forward from an older version. Throws a diagnostic when it was
 * written by a newer one, or cannot be read.
 */
export function fromRecord(record: ResourceRecord, resource: Recorded): ObjectValue {
  const where = { address: formatAddress(record.address) }
  if (record.schemaVersion > resource.schema.version) {
    fail(
      'State from newer version',
      `The record of ${where.address} was written with version ${record.schemaVersion} of ${resource.type}; this Hubform knows version ${resource.schema.version}. Use a newer Hubform.`,
      where,
    )
  }
  const type = { kind: 'object', attributes: resource.schema.attributes } as const
  const { value, problems } = conformToType(
    fromStateForm(currentForm(record, resource), resource.schema.attributes),
    type,
    where.address,
  )
  const first = problems[0]
  if (first !== undefined) {
    fail(
      'Unreadable record in state',
      `${first.detail} The state was changed by hand or by another program; restore its backup.`,
      where,
    )
  }
  return value as ObjectValue
}

/** Paths that the schema itself calls sensitive, whether there is a value or none, as Terraform marks them. */
export function schemaSensitive(schema: Schema, object: ObjectValue): Path[] {
  return sensitiveIn(schema.attributes, object, [])
}

function sensitiveIn(attributes: Attributes, object: ObjectValue, prefix: Path): Path[] {
  return secretNames(attributes).flatMap((name) => {
    const attribute = attributes[name]
    const value = field(object, name) ?? null
    if (attribute === undefined) return []
    const path = [...prefix, name]
    return attribute.sensitive ? [path] : sensitiveWithin(attribute.type, value, path)
  })
}

function sensitiveWithin(type: Type, value: Value, path: Path): Path[] {
  switch (type.kind) {
    case 'object':
      return isObject(value) ? sensitiveIn(type.attributes, value, path) : []
    case 'list':
      if (!isList(value)) return []
      return value.flatMap((element, i) => sensitiveWithin(type.element, element, [...path, i]))
    case 'map':
      if (!isObject(value)) return []
      return Object.entries(value).flatMap(([key, element]) =>
        sensitiveWithin(type.element, element, [...path, key]),
      )
    case 'set':
      // Elements of a set have no address, so that the whole set is hidden with one of them.
      return value instanceof SetValue &&
        value.elements.some((e) => sensitiveWithin(type.element, e, []).length > 0)
        ? [path]
        : []
    default:
      return []
  }
}

const known = new WeakMap<Attributes, readonly string[]>()

/** Attributes that are sensitive or may hold something that is: few, of many that are asked about. */
function secretNames(attributes: Attributes): readonly string[] {
  const remembered = known.get(attributes)
  if (remembered !== undefined) return remembered
  const names = Object.entries(attributes).flatMap(([name, { sensitive, type }]) =>
    sensitive || holdsObjects(type) ? [name] : [],
  )
  known.set(attributes, names)
  return names
}

/** Makes the record of an object. Paths and dependencies come out sorted, so that equal content gives equal files. */
export function toRecord(parts: {
  readonly address: Address
  readonly deposed?: string | undefined
  readonly provider: string
  readonly tainted: boolean
  readonly schema: Schema
  readonly object: ObjectValue
  readonly sensitive: readonly Path[]
  readonly dependencies: readonly string[]
  readonly createBeforeDestroy: boolean
  readonly private?: string | undefined
  readonly foreign?: ObjectValue | undefined
}): ResourceRecord {
  const { address, deposed, provider, tainted, schema, object, createBeforeDestroy } = parts
  return {
    address,
    deposed,
    provider,
    tainted,
    schemaVersion: schema.version,
    attributes: toStateForm(object, schema.attributes),
    sensitive: distinctPaths(parts.sensitive),
    dependencies: [...parts.dependencies].sort(),
    createBeforeDestroy,
    private: parts.private,
    ...(parts.foreign !== undefined && { foreign: parts.foreign }),
  }
}

/** True if both would be written alike. */
export function sameRecord(a: ResourceRecord, b: ResourceRecord): boolean {
  return (
    a.tainted === b.tainted &&
    a.schemaVersion === b.schemaVersion &&
    a.createBeforeDestroy === b.createBeforeDestroy &&
    a.provider === b.provider &&
    equal(a.dependencies, b.dependencies) &&
    equal(distinctPaths(a.sensitive), distinctPaths(b.sensitive)) &&
    equal(a.attributes, b.attributes)
  )
}

function distinctPaths(paths: readonly Path[]): readonly Path[] {
  if (paths.length < 2) return paths
  const byText = new Map(paths.map((path) => [JSON.stringify(path), path]))
  return [...byText.keys()].sort().map((text) => byText.get(text) as Path)
}
