// Lists of references, as `depends_on` and `replace_triggered_by` hold them.
import type { Reference } from '../expression/references.ts'
import { field, isList, type Value } from '../schema/value.ts'
import type { Block } from './block.ts'
import { inner, type Problems, type Site } from './site.ts'
import { referenceOf } from './syntax.ts'

const dependable: readonly Reference['root'][] = ['resource', 'local', 'variable', 'unsupported']

/** Decodes `depends_on`: whole resources and data sources, or local values and variables for what they depend on. */
export function decodeDependsOn(block: Block, problems: Problems): readonly Reference[] {
  return listed(block, 'depends_on', problems).flatMap(({ value, site }) => {
    const found = referenceOf(value, site, problems)
    if (found === undefined) return []
    const { reference, whole } = found
    if (whole && dependable.includes(reference.root)) return [reference]
    const detail = `${JSON.stringify(value)} cannot be depended on. Name a whole resource or data source, not an attribute of it.`
    problems.add(site, 'Invalid reference', detail)
    return []
  })
}

/** Decodes `replace_triggered_by`: managed resources, their instances and their attributes. */
export function decodeTriggers(block: Block, problems: Problems): readonly Reference[] {
  return listed(block, 'replace_triggered_by', problems).flatMap(({ value, site }) => {
    const reference = referenceOf(value, site, problems)?.reference
    if (reference === undefined) return []
    if (reference.root === 'resource' && reference.block.mode === 'managed') return [reference]
    const detail = `${JSON.stringify(value)} cannot trigger a replacement. Name a managed resource or one of its attributes.`
    problems.add(site, 'Invalid reference', detail)
    return []
  })
}

/** The elements of an argument that must be a list; null and absent are empty. */
export function listed(
  { value, site }: Block,
  key: string,
  problems: Problems,
): readonly { readonly value: Value; readonly site: Site }[] {
  const list = field(value, key) ?? null
  const at = inner(site, key)
  if (list === null) return []
  if (isList(list)) return list.map((one, i) => ({ value: one, site: inner(at, i) }))
  problems.add(at, 'Wrong argument type', `"${key}" must be a list, written out.`)
  return []
}
