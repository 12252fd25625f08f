// A state file, version 4, in both directions.
import { type Address, formatAddress } from '../address.ts'
import { DiagnosticError, fail } from '../diagnostics.ts'
import { parseJson } from '../schema/json.ts'
import type { TypeJson } from '../schema/kind.ts'
import { typeFromJson } from '../schema/type.ts'
import { field, isObject, type ObjectValue, objectOf, type Value } from '../schema/value.ts'
import {
  asList,
  asObject,
  asTexts,
  findFlag,
  findText,
  getText,
  getWhole,
  UnreadableError,
  unreadable,
} from './fields.ts'
import { findJsonFault } from './json-fault.ts'
import { decodePaths } from './sensitive-path.ts'
import { type OutputValue, type ResourceRecord, recordKey, type State } from './state.ts'

export { encodeState } from './encode.ts'

/** For messages: where a text came from. */
export interface StateSource {
  /** A path, or the address of a place without credentials. */
  readonly file: string
  /** Where the content before the last write is kept, if anywhere. */
  readonly backup?: string | undefined
}

/** Reads a state file. Throws a diagnostic that says what is wrong, where, and what to do; it shows no content. */
export function decodeState(text: string, where: StateSource): State {
  const file = parse(text, where)
  checkVersion(file, where)
  try {
    return {
      lineage: getText(file, 'lineage', 'state'),
      serial: getWhole(file, 'serial', 'state'),
      outputs: decodeOutputs(field(file, 'outputs')),
      records: decodeResources(field(file, 'resources'), where),
      foreign: {
        checkResults: field(file, 'check_results') ?? null,
        ...unknownParts(file, fileParts, 'others'),
      },
    }
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error
    return damaged(`The state in ${where.file} cannot be used: ${error.message}`, where, {}, error)
  }
}

function damaged(
  what: string,
  where: StateSource,
  place: { line?: number; column?: number },
  cause?: unknown,
): never {
  const backup = where.backup === undefined ? 'a backup' : `its backup ${where.backup}`
  return fail(
    'State is damaged',
    `${what} Nothing was changed. Restore it from ${backup} or from version control, and run plan before anything else.`,
    { file: where.file, ...place },
    cause,
  )
}

function parse(text: string, where: StateSource): ObjectValue {
  let value: Value
  try {
    value = parseJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  } catch {
    // The engine's own message quotes the text, which may hold secrets; so it is not even kept as the cause.
    const fault = findJsonFault(text) ?? { line: 1, column: 1, truncated: false }
    const what = fault.truncated
      ? `The state in ${where.file} is cut off: it ends in line ${fault.line} before it is complete.`
      : `The state in ${where.file} is not JSON: line ${fault.line}, column ${fault.column} is not what it must be.`
    return damaged(what, where, { line: fault.line, column: fault.column })
  }
  if (!isObject(value)) return damaged(`The content of ${where.file} is not a state.`, where, {})
  return value
}

function checkVersion(file: ObjectValue, where: StateSource): void {
  const version = field(file, 'version')
  if (version === 4) return
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1)
    damaged(`The state in ${where.file} does not say its format: version must be 4.`, where, {})
  const place = { file: where.file }
  if (version > 4)
    fail(
      'State format too new',
      `The state in ${where.file} has format version ${version}, and this Hubform reads version 4. It was written by a newer version of Hubform or Terraform. Use that version, or a newer Hubform.`,
      place,
    )
  fail(
    'State format too old',
    `The state in ${where.file} has format version ${version}, and Hubform reads version 4. Run "terraform apply -refresh-only" once with Terraform 1.x to upgrade it.`,
    place,
  )
}

function decodeOutputs(value: Value | undefined): State['outputs'] {
  if (value === undefined || value === null) return {}
  const outputs = Object.entries(asObject(value, 'outputs'))
  return Object.fromEntries(outputs.map(([name, output]) => [name, decodeOutput(output, `outputs.${name}`)]))
}

/** Reads one output value, of a file or a journal. Throws UnreadableError. */
export function decodeOutput(encoded: Value, at: string): OutputValue {
  const output = asObject(encoded, at)
  const value = field(output, 'value')
  if (value === undefined) return unreadable(`${at}.value`, 'a value')
  const type = field(output, 'type')
  try {
    typeFromJson(type)
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error
    throw new UnreadableError(`${at}.type must be a type, and it is not.`, { cause: error })
  }
  // Checked by typeFromJson just above.
  return { value, type: type as TypeJson, sensitive: findFlag(output, 'sensitive', at) }
}

function decodeResources(value: Value | undefined, where: StateSource): ReadonlyMap<string, ResourceRecord> {
  const records = new Map<string, ResourceRecord>()
  for (const [i, element] of asList(value, 'resources').entries()) {
    const at = `resources[${i}]`
    const resource = asObject(element, at)
    refuseModule(resource, at, where)
    const block = decodeBlock(resource, at)
    for (const [j, instance] of asList(field(resource, 'instances'), `${at}.instances`).entries()) {
      const record = decodeInstance(instance, block, `${at}.instances[${j}]`)
      const key = recordKey(record)
      if (records.has(key)) throw new UnreadableError(`${key} is recorded twice.`)
      records.set(key, record)
    }
  }
  return records
}

function refuseModule(resource: ObjectValue, at: string, where: StateSource): void {
  const module = findText(resource, 'module', at)
  if (module === undefined) return
  fail(
    'Modules not handled yet',
    `The state in ${where.file} records objects in ${module}. Hubform does not handle modules yet, and leaves the state as it is. Keep managing it with Terraform, or move its objects to the root module first.`,
    { file: where.file },
  )
}

type Block = Pick<ResourceRecord, 'provider'> & Pick<Address, 'mode' | 'type' | 'name'>

function decodeBlock(resource: ObjectValue, at: string): Block {
  const mode = getText(resource, 'mode', at)
  if (mode !== 'managed' && mode !== 'data')
    throw new UnreadableError(`${at}.mode must be "managed" or "data", and it is not.`)
  const provider = getText(resource, 'provider', at)
  if (!/^provider\["[^"]+"\](\.[\p{L}_][\p{L}\p{N}_-]*)?$/u.test(provider))
    throw new UnreadableError(`${at}.provider must be a reference such as provider["host/name/type"].`)
  return { mode, type: getName(resource, 'type', at), name: getName(resource, 'name', at), provider }
}

function getName(resource: ObjectValue, key: string, at: string): string {
  const name = getText(resource, key, at)
  if (!/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name))
    throw new UnreadableError(`${at}.${key} must be an identifier, and it is not.`)
  return name
}

function decodeInstance(value: Value, { provider, ...block }: Block, at: string): ResourceRecord {
  const instance = asObject(value, at)
  const address: Address = { ...block, key: decodeKey(instance, at) }
  return decodeRecord(instance, address, provider, `${at} (${formatAddress(address)})`)
}

function decodeKey(instance: ObjectValue, at: string): number | string | undefined {
  const key = field(instance, 'index_key')
  if (key === undefined || key === null) return undefined
  return typeof key === 'string' ? key : getWhole(instance, 'index_key', at)
}

function decodeRecord(instance: ObjectValue, address: Address, provider: string, at: string): ResourceRecord {
  const status = findText(instance, 'status', at)
  if (status !== undefined && status !== 'tainted')
    throw new UnreadableError(`${at}.status must be "tainted" or absent, and it is neither.`)
  const deposed = findText(instance, 'deposed', at)
  if (deposed !== undefined && !/^[0-9a-f]{8}$/.test(deposed))
    throw new UnreadableError(`${at}.deposed must be eight hex digits, and it is not.`)
  if (field(instance, 'attributes') === undefined && field(instance, 'attributes_flat') !== undefined)
    throw new UnreadableError(
      `${at} is in the form of Terraform 0.11; run "terraform apply -refresh-only" once to renew it.`,
    )
  const key = findText(instance, 'private', at)
  return {
    address,
    ...(deposed !== undefined && { deposed }),
    provider,
    tainted: status === 'tainted',
    schemaVersion: getWhole(instance, 'schema_version', at),
    attributes: asObject(field(instance, 'attributes'), `${at}.attributes`),
    sensitive: decodePaths(field(instance, 'sensitive_attributes'), `${at}.sensitive_attributes`),
    ...(key !== undefined && { private: key }),
    dependencies: asTexts(field(instance, 'dependencies'), `${at}.dependencies`),
    createBeforeDestroy: findFlag(instance, 'create_before_destroy', at),
    ...unknownParts(instance, instanceParts, 'foreign'),
  }
}

const fileParts = new Set([
  'version',
  'terraform_version',
  'serial',
  'lineage',
  'outputs',
  'resources',
  'check_results',
])
const instanceParts = new Set([
  'index_key',
  'status',
  'deposed',
  'schema_version',
  'attributes',
  'attributes_flat',
  'sensitive_attributes',
  'private',
  'dependencies',
  'create_before_destroy',
])

/** What newer programs write besides, to be kept; nothing if there is nothing. */
function unknownParts<K extends string>(
  object: ObjectValue,
  known: ReadonlySet<string>,
  under: K,
): { readonly [key in K]?: ObjectValue } {
  const rest = Object.entries(object).filter(([key]) => !known.has(key))
  if (rest.length === 0) return {}
  // The key is the one that was asked for.
  return { [under]: objectOf(rest) } as { readonly [key in K]?: ObjectValue }
}
