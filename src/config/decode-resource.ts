// `resource` and `data` blocks: meta-arguments taken apart, the rest kept as body.
import { formatBlock, type Mode } from '../address.ts'
import { field, isObject, type ObjectValue, type Value } from '../schema/value.ts'
import { type Block, type Entry, labelledBlocks, labels } from './block.ts'
import type { ResourceBlock } from './config.ts'
import { decodeLifecycle } from './decode-lifecycle.ts'
import { decodeDependsOn } from './decode-references.ts'
import { type Draft, declare } from './draft.ts'
import { notHandled } from './not-handled.ts'
import { inner, type Problems, placeOf, type Site } from './site.ts'
import { bodyOf, expressionOf, unwrapped, without } from './syntax.ts'

const meta = ['count', 'for_each', 'depends_on', 'provider', 'lifecycle']
const foreign = ['connection', 'provisioner', 'dynamic', '_'] as const
const notInBody = [...meta, ...foreign]

/** Makes the decoder of one mode. */
export function decodeResources(mode: Mode): (entry: Entry, draft: Draft) => void {
  const what = mode === 'data' ? 'a data source' : 'a resource'
  return ({ value, site }, draft) => {
    for (const type of labels(value, site, `${what} type`, draft.problems)) {
      for (const { label: name, block } of labelledBlocks(type.value, type.site, what, draft.problems)) {
        decodeResource({ mode, type: type.key, name }, block, draft)
      }
    }
  }
}

/** Decodes the data source of a check, of which there is at most one. */
export function decodeScopedData({ value, site }: Block, check: string, draft: Draft): void {
  const { problems } = draft
  const found = labels(
    field(value, 'data') ?? null,
    inner(site, 'data'),
    'a data source type',
    problems,
  ).flatMap((type) =>
    labelledBlocks(type.value, type.site, 'a data source', problems).map(({ label, block }) => ({
      address: { mode: 'data', type: type.key, name: label } as const,
      block,
    })),
  )
  for (const [i, { address, block }] of found.entries()) {
    if (i > 0) {
      const detail = `The check "${check}" has more than one data source. Write a check for each.`
      problems.add(block.site, 'Multiple data sources in check', detail)
    }
    for (const key of ['count', 'for_each', 'lifecycle'].filter((one) => Object.hasOwn(block.value, one))) {
      const detail = `The data source of the check "${check}" cannot have "${key}".`
      problems.add(inner(block.site, key), 'Unknown argument', detail)
    }
    decodeResource(address, block, draft, check)
  }
}

function decodeResource(address: ResourceBlock['address'], block: Block, draft: Draft, check?: string): void {
  const { problems } = draft
  const text = formatBlock(address)
  const site: Site = { ...block.site, address: text, construct: constructOf(block.value) }
  if (!declare(draft, text, site, address.mode === 'data' ? 'data source' : 'resource')) return
  const { value } = block
  for (const key of foreign) {
    if (Object.hasOwn(value, key))
      notHandled(key, value[key], inner(site, key), `A "${key}" block in ${text}`, problems)
  }
  const here = { value, site }
  const count = repetition(here, 'count', problems)
  const forEach = repetition(here, 'for_each', problems)
  if (count !== undefined && forEach !== undefined) {
    const detail = `${text} has both "count" and "for_each". Keep one of them.`
    problems.add(inner(site, 'for_each'), 'Both count and for_each', detail)
  }
  draft.resources.set(text, {
    address,
    body: bodyOf(without(value, notInBody), site, problems),
    count,
    forEach,
    countSource: count && field(value, 'count'),
    forEachSource: forEach && field(value, 'for_each'),
    dependsOn: decodeDependsOn(here, problems),
    provider: providerOf(address.type, here, problems),
    lifecycle: decodeLifecycle(here, address.mode, problems),
    ...(check !== undefined && { check }),
    place: placeOf(site),
  })
}

function repetition({ value, site }: Block, key: string, problems: Problems) {
  const written = field(value, key)
  if (written === undefined) return undefined
  if (written === null)
    problems.add(
      inner(site, key),
      'Invalid repetition',
      `"${key}" of ${site.address} is null. Leave it out instead.`,
    )
  return expressionOf(written, inner(site, key), problems)
}

/** The construct path that a synthesizing app leaves in the comment of a block. */
function constructOf(value: ObjectValue): string | undefined {
  const path = ['//', 'metadata', 'path'].reduce<Value | undefined>(
    (found, key) => (isObject(found) ? field(found, key) : undefined),
    value,
  )
  return typeof path === 'string' ? path : undefined
}

/** The provider configuration named, or the one that the type's prefix stands for. */
function providerOf(type: string, { value, site }: Block, problems: Problems): ResourceBlock['provider'] {
  const usual = { name: type.split('_')[0] ?? type }
  const written = field(value, 'provider') ?? null
  if (written === null) return usual
  const match =
    typeof written === 'string'
      ? /^([\p{L}_][\p{L}\p{N}_-]*)(?:\.([\p{L}_][\p{L}\p{N}_-]*))?$/u.exec(unwrapped(written))
      : null
  if (match?.[1] === undefined) {
    const detail = `"provider" must name a provider configuration, such as "${usual.name}" or "${usual.name}.other".`
    problems.add(inner(site, 'provider'), 'Invalid provider reference', detail)
    return usual
  }
  return match[2] === undefined ? { name: match[1] } : { name: match[1], alias: match[2] }
}
