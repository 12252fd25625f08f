// Lists of references, as `depends_on` and `replace_triggered_by` hold them.
import { parseExpression } from '../expression/parse.ts'
import { type Reference, references } from '../expression/references.ts'
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
    const reference = ownInstance(value) ?? referenceOf(value, site, problems)?.reference
    if (reference === undefined) return []
    if (reference.root === 'resource' && reference.block.mode === 'managed') return [reference]
    const detail = `${JSON.stringify(value)} cannot trigger a replacement. Name a managed resource or one of its attributes.`
    problems.add(site, 'Invalid reference', detail)
    return []
  })
}

/** `terraform_data.a[count.index]`, `terraform_data.a[each.key].input`: the only keys that need not be written out. */
function ownInstance(value: Value): Reference | undefined {
  const match =
    typeof value === 'string' ? /^([^[\]]+)\[\s*(?:count\.index|each\.key)\s*\](.*)$/.exec(value) : null
  if (match === null) return undefined
  try {
    const [reference] = references(parseExpression(`${match[1]}[0]${match[2]}`))
    return reference && { ...reference, path: [undefined, ...reference.path.slice(1)] }
  } catch {
    // Said of the text as it is written, by whoever looks at it next.
    return undefined
  }
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
