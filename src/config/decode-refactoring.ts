// `moved`, `removed` and `import`: what becomes of objects whose blocks were renamed, taken out or added.
import { type Address, type BlockAddress, findAddress } from '../address.ts'
import { DiagnosticError } from '../diagnostics.ts'
import type { Expression } from '../expression/expression.ts'
import { parseExpression } from '../expression/parse.ts'
import { field, isList, type Value } from '../schema/value.ts'
import { type Block, blocksOf, checkKeys, type Entry, isEmpty, literalBool } from './block.ts'
import type { Draft } from './draft.ts'
import { notHandled } from './not-handled.ts'
import { inner, type Problems, placeOf, type Site } from './site.ts'
import { expressionOf } from './syntax.ts'

/** Decodes `moved`. */
export function decodeMoved({ value, site }: Entry, { moved, problems }: Draft): void {
  for (const block of blocksOf(value, site, 'A "moved" block', problems)) {
    checkKeys(block, ['from', 'to'], 'A "moved" block', problems)
    const from = addressOf(block, 'from', problems)
    const to = addressOf(block, 'to', problems)
    if (from === undefined || to === undefined) continue
    if (from.type !== to.type) {
      const detail = `A ${from.type} cannot become a ${to.type}. Give both the same type, or let go of one with "removed" and take the other in with "import".`
      problems.add(block.site, 'Resource types differ', detail)
      continue
    }
    moved.push({ from, to, place: placeOf(block.site) })
  }
}

/** Decodes `removed`. */
export function decodeRemoved({ value, site }: Entry, { removed, problems }: Draft): void {
  for (const block of blocksOf(value, site, 'A "removed" block', problems)) {
    checkKeys(block, ['from', 'lifecycle', 'provisioner', 'connection'], 'A "removed" block', problems)
    for (const key of ['provisioner', 'connection'] as const)
      notHandled(key, block.value[key], inner(block.site, key), `A "${key}" in a "removed" block`, problems)
    const from = addressOf(block, 'from', problems)
    const lifecycle = blocksOf(
      field(block.value, 'lifecycle') ?? null,
      inner(block.site, 'lifecycle'),
      'The lifecycle of a "removed" block',
      problems,
    )
    for (const one of lifecycle) checkKeys(one, ['destroy'], 'The lifecycle of a "removed" block', problems)
    const [first] = lifecycle
    const destroy = (first && literalBool(first, 'destroy', problems)) ?? true
    if (from === undefined) continue
    if (from.key !== undefined) {
      const detail = `"from" names one instance. Only whole blocks are taken out; write it without its key.`
      problems.add(inner(block.site, 'from'), 'Invalid address', detail)
      continue
    }
    removed.push({ from, destroy, place: placeOf(block.site) })
  }
}

/** Decodes `import`. */
export function decodeImports({ value, site }: Entry, { imports, problems }: Draft): void {
  for (const block of blocksOf(value, site, 'An "import" block', problems)) {
    checkKeys(block, ['to', 'id', 'for_each', 'provider'], 'An "import" block', problems)
    // Where the object is looked for is told by the block that it becomes part of.
    if (!isEmpty(block.value['provider'])) {
      const detail = `A "provider" in an "import" block is not handled by Hubform yet. Set it in the resource's block.`
      problems.add(inner(block.site, 'provider'), 'Not handled yet', detail)
    }
    const to = targetOf(block, problems)
    const id = field(block.value, 'id') ?? null
    if (id === null) missing(block, 'id', problems)
    if (to === undefined || id === null) continue
    const each = field(block.value, 'for_each') ?? null
    imports.push({
      ...to,
      id: expressionOf(id, inner(block.site, 'id'), problems),
      ...(each === null ? {} : { forEach: expressionOf(each, inner(block.site, 'for_each'), problems) }),
      place: placeOf(block.site),
    })
  }
}

function missing({ site }: Block, key: string, problems: Problems): void {
  problems.add(site, 'Missing required argument', `"${key}" is not set.`)
}

function textOf(block: Block, key: string, problems: Problems): { text: string; site: Site } | undefined {
  const site = inner(block.site, key)
  const written: Value = field(block.value, key) ?? null
  if (written === null) missing(block, key, problems)
  else if (typeof written === 'string') return { text: written.trim(), site }
  else {
    const what = isList(written) ? 'one address' : 'an address'
    problems.add(site, 'Invalid address', `"${key}" must be ${what}, such as "tavio_user.ada".`)
  }
  return undefined
}

function addressOf(block: Block, key: string, problems: Problems): Address | undefined {
  const written = textOf(block, key, problems)
  if (written === undefined) return undefined
  const address = findAddress(written.text)
  if (address?.mode === 'managed') return address
  report(written.text, written.site, problems)
  return undefined
}

/** `tavio_user.a`, `tavio_user.a["key"]`, `tavio_user.a[each.key]`. */
function targetOf(
  block: Block,
  problems: Problems,
): { readonly block: BlockAddress; readonly key: Expression | undefined } | undefined {
  const written = textOf(block, 'to', problems)
  if (written === undefined) return undefined
  const { text, site } = written
  const [, name, key] = /^([^[\]]+)(?:\[(.*)\])?$/s.exec(text) ?? []
  const address = findAddress(name ?? '')
  if (address?.mode !== 'managed') {
    report(text, site, problems)
    return undefined
  }
  try {
    const { mode, type, name } = address
    return { block: { mode, type, name }, key: key === undefined ? undefined : parseExpression(key) }
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error
    for (const { summary, detail } of error.diagnostics) problems.add(site, summary, detail)
    return undefined
  }
}

function report(text: string, site: Site, problems: Problems): void {
  if (/^(\$\{)?\s*module\./.test(text)) {
    const detail = `${text} is in a module, and modules are not handled by Hubform yet. Name a resource of this configuration.`
    problems.add(site, 'Not handled yet', detail)
    return
  }
  const what = text.startsWith('data.')
    ? 'is a data source, which is read anew each time'
    : 'is not the address of a resource'
  const detail = `${JSON.stringify(text)} ${what}. Write an address such as "tavio_user.ada" or "tavio_user.ada[\\"key\\"]", without "\${" and "}".`
  problems.add(site, 'Invalid address', detail)
}
