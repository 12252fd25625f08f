// State → the text of a state file, version 4.
import { formatBlock } from '../address.ts'
import { compareText } from '../schema/value.ts'
import { keepOrder, type Printable, printEach, printJson } from './print.ts'
import { encodePaths } from './sensitive-path.ts'
import { type OutputValue, type ResourceRecord, type State, sortedRecords } from './state.ts'

/**
 * Named in files as the program that wrote them: the release whose format this is.
 *
 * Terraform refuses a file from a release newer than itself, and every release of 1.x reads what this one wrote.
 */
export const TERRAFORM_VERSION = '1.11.4'

/**
 * The file's text: what Terraform would write for the same content, byte by byte.
 *
 * `content` may be given by who has called `encodeContent` already; for a large state that is most of the work.
 */
export function encodeState(
  state: State,
  writer: { readonly terraformVersion: string } = { terraformVersion: TERRAFORM_VERSION },
  content: string = encodeContent(state),
): string {
  const head = [
    '"version": 4',
    `"terraform_version": ${printJson(writer.terraformVersion)}`,
    `"serial": ${state.serial}`,
    `"lineage": ${printJson(state.lineage)}`,
  ]
  return `{\n${head.map((line) => `  ${line},\n`).join('')}${content}\n}\n`
}

/** The part of the text that is neither lineage nor serial nor the writer's name. */
export function encodeContent(state: State): string {
  const parts = [
    `"outputs": ${printJson(encodeOutputs(state.outputs), '  ')}`,
    `"resources": ${printEach(blocksOf(state), encodeBlock, '  ')}`,
    `"check_results": ${printJson(keepOrder(state.foreign.checkResults), '  ')}`,
  ]
  for (const [key, value] of Object.entries(state.foreign.others ?? {}))
    parts.push(`${printJson(key)}: ${printJson(keepOrder(value), '  ')}`)
  return parts.map((part) => `  ${part}`).join(',\n')
}

function encodeOutputs(outputs: State['outputs']): Printable {
  const names = Object.keys(outputs).sort(compareText)
  return new Map(names.map((name) => [name, encodeOutput(outputs[name] as OutputValue)]))
}

function encodeOutput({ value, type, sensitive }: OutputValue): Printable {
  return new Map<string, Printable | undefined>([
    ['value', value],
    // A type in JSON notation is JSON, which TypeJson does not say of its inner parts.
    ['type', type as Printable],
    ['sensitive', sensitive || undefined],
  ])
}

function blocksOf(state: State): (readonly ResourceRecord[])[] {
  // One entry per block. Instances under different providers cannot share one, and Terraform reads two as well.
  const blocks = new Map<string, ResourceRecord[]>()
  for (const record of sortedRecords(state)) {
    const key = `${formatBlock(record.address)} ${record.provider}`
    const block = blocks.get(key)
    if (block) block.push(record)
    else blocks.set(key, [record])
  }
  return [...blocks.values()]
}

function encodeBlock(records: readonly ResourceRecord[]): Printable {
  const first = records[0]
  return new Map<string, Printable | undefined>([
    ['mode', first?.address.mode],
    ['type', first?.address.type],
    ['name', first?.address.name],
    ['provider', first?.provider],
    ['instances', records.map(encodeInstance)],
  ])
}

/** A text that is equal for two records exactly if a file would hold the same for both. */
export function encodeRecord(record: ResourceRecord): string {
  return printJson(encodeBlock([record]))
}

function encodeInstance(record: ResourceRecord): Printable {
  const dependencies = [...new Set(record.dependencies)].sort()
  const { identity_schema_version, identity, ...others } = record.foreign ?? {}
  return new Map<string, Printable | undefined>([
    ['index_key', record.address.key],
    ['status', record.tainted ? 'tainted' : undefined],
    ['deposed', record.deposed],
    ['schema_version', record.schemaVersion],
    ['attributes', record.attributes],
    ['sensitive_attributes', encodePaths(record.sensitive)],
    ['identity_schema_version', identity_schema_version],
    ['identity', identity],
    ['private', record.private],
    ['dependencies', dependencies.length === 0 ? undefined : dependencies],
    ['create_before_destroy', record.createBeforeDestroy || undefined],
    ...Object.entries(others).map(([key, value]): [string, Printable] => [key, keepOrder(value)]),
  ])
}
