// Blocks that hold values: `locals`, `output`, `provider`.
import { field, type Value } from '../schema/value.ts'
import {
  argumentsOf,
  type Block,
  blocksOf,
  checkKeys,
  checkName,
  type Entry,
  isName,
  labelledBlocks,
  literalBool,
  literalText,
} from './block.ts'
import { decodeConditions } from './decode-conditions.ts'
import { decodeDependsOn } from './decode-references.ts'
import { type Draft, declare } from './draft.ts'
import { notHandled } from './not-handled.ts'
import { inner, placeOf, type Site } from './site.ts'
import { bodyOf, without } from './syntax.ts'

/** Decodes `locals`, as often as it appears. */
export function decodeLocals({ value, site }: Entry, draft: Draft): void {
  for (const entry of blocksOf(value, site, '"locals"', draft.problems).flatMap(argumentsOf)) {
    const address = `local.${entry.key}`
    const at: Site = { ...entry.site, address }
    if (!checkName(entry.key, at, 'a local value', draft.problems)) continue
    if (!declare(draft, address, at, 'local value')) continue
    draft.locals.set(entry.key, {
      name: entry.key,
      body: bodyOf(entry.value, at, draft.problems),
      place: placeOf(at),
    })
  }
}

/** Decodes `output`. */
export function decodeOutputs({ value, site }: Entry, draft: Draft): void {
  for (const { label, block } of labelledBlocks(value, site, 'an output', draft.problems)) {
    const address = `output.${label}`
    const at: Site = { ...block.site, address }
    if (declare(draft, address, at, 'output')) decodeOutput(label, { ...block, site: at }, draft)
  }
}

const outputKeys = [
  'value',
  'description',
  'sensitive',
  'depends_on',
  'precondition',
  'ephemeral',
  'deprecated',
]

function decodeOutput(name: string, block: Block, draft: Draft): void {
  const { problems } = draft
  const { value, site } = block
  checkKeys(block, outputKeys, `The output "${name}"`, problems)
  const what = `in the output "${name}"`
  notHandled('ephemeralOutput', value['ephemeral'], inner(site, 'ephemeral'), `"ephemeral" ${what}`, problems)
  const written = field(value, 'value')
  if (written === undefined) {
    problems.add(
      site,
      'Missing required argument',
      `The output "${name}" has no "value". Say what it is to show.`,
    )
  }
  draft.outputs.set(name, {
    name,
    body: bodyOf(written ?? null, inner(site, 'value'), problems),
    description: literalText(block, 'description', problems) ?? '',
    sensitive: literalBool(block, 'sensitive', problems) ?? false,
    dependsOn: decodeDependsOn(block, problems),
    preconditions: decodeConditions(block, 'precondition', what, problems),
    place: placeOf(site),
  })
}

/** Decodes `provider`, one configuration or an array of them per name. */
export function decodeProviders({ value, site }: Entry, draft: Draft): void {
  for (const { label, block } of labelledBlocks(value, site, 'a provider', draft.problems)) {
    decodeProvider(label, block, draft)
  }
}

function decodeProvider(name: string, block: Block, draft: Draft): void {
  const { problems } = draft
  const alias = literalText(block, 'alias', problems)
  const address = alias === undefined ? `provider.${name}` : `provider.${name}.${alias}`
  const site: Site = { ...block.site, address }
  if (alias !== undefined && !isName(alias))
    checkName(alias, inner(site, 'alias'), 'a provider configuration', problems)
  if (!declare(draft, address, site, 'provider configuration')) return
  warnVersion(name, field(block.value, 'version'), site, draft)
  draft.providers.push({
    name,
    alias,
    body: bodyOf(without(block.value, ['alias', 'version']), site, problems),
    place: placeOf(site),
  })
}

function warnVersion(name: string, version: Value | undefined, site: Site, { problems }: Draft): void {
  if (version === undefined || version === null) return
  const detail = `The version of ${name} given here is ignored, as it is deprecated. Put it in terraform.required_providers.`
  problems.warn(inner(site, 'version'), 'Deprecated provider version', detail)
}
