// `variable` blocks.
import { references } from '../expression/references.ts'
import type { Type } from '../schema/attribute.ts'
import { field, type Value } from '../schema/value.ts'
import {
  type Block,
  blocksOf,
  checkKeys,
  type Entry,
  labelledBlocks,
  literalBool,
  literalText,
} from './block.ts'
import type { Variable } from './config.ts'
import { convert } from './convert.ts'
import { type Draft, declare } from './draft.ts'
import { notHandled } from './not-handled.ts'
import { inner, type Problems, placeOf, type Site } from './site.ts'
import { expressionOf } from './syntax.ts'
import { parseType } from './type-syntax.ts'

const known = ['type', 'default', 'description', 'sensitive', 'nullable', 'validation', 'ephemeral']
const reserved = ['source', 'version', 'providers', 'count', 'for_each', 'lifecycle', 'depends_on', 'locals']

/** Decodes `variable`. */
export function decodeVariables({ value, site }: Entry, draft: Draft): void {
  for (const { label, block } of labelledBlocks(value, site, 'a variable', draft.problems)) {
    const at: Site = { ...block.site, address: `var.${label}` }
    if (reserved.includes(label)) {
      const detail = `"${label}" cannot name a variable, as it has a meaning of its own. Choose another name.`
      draft.problems.add(at, 'Invalid name', detail)
    }
    if (declare(draft, `var.${label}`, at, 'variable'))
      draft.variables.set(label, decodeVariable(label, { ...block, site: at }, draft.problems))
  }
}

function decodeVariable(name: string, block: Block, problems: Problems): Variable {
  const { value, site } = block
  checkKeys(block, known, `The variable "${name}"`, problems)
  const ephemeral = `"ephemeral" in the variable "${name}"`
  notHandled('ephemeralVariable', value['ephemeral'], inner(site, 'ephemeral'), ephemeral, problems)
  const type = typeOf(block, problems)
  const nullable = literalBool(block, 'nullable', problems) ?? true
  return {
    name,
    type: type ?? { kind: 'dynamic' },
    parsing:
      type === undefined || ['string', 'number', 'bool'].includes(type.kind) ? 'literal' : 'expression',
    default: defaultOf(name, type ?? { kind: 'dynamic' }, nullable, block, problems),
    description: literalText(block, 'description', problems) ?? '',
    sensitive: literalBool(block, 'sensitive', problems) ?? false,
    nullable,
    validations: validationsOf(name, block, problems),
    place: placeOf(site),
  }
}

function typeOf(block: Block, problems: Problems): Type | undefined {
  const text = literalText(block, 'type', problems)
  if (text === undefined) return undefined
  const result = parseType(text)
  if ('type' in result) return result.type
  problems.add(inner(block.site, 'type'), 'Invalid variable type', result.mistake)
  return { kind: 'dynamic' }
}

/** Strings in a default are taken as they are, without templates, as Terraform does. */
function defaultOf(
  name: string,
  type: Type,
  nullable: boolean,
  { value, site }: Block,
  problems: Problems,
): Value | undefined {
  const written = field(value, 'default')
  if (written === undefined) return undefined
  const { value: converted, problems: mistakes } = convert(written, type)
  for (const mistake of mistakes) {
    const detail = `The default of the variable "${name}" ${mistake}.`
    problems.add(inner(site, 'default'), 'Invalid variable default', detail)
  }
  if (written === null && !nullable) {
    const detail = `The default of the variable "${name}" is null, but the variable has nullable = false. Remove the default.`
    problems.add(inner(site, 'default'), 'Invalid variable default', detail)
  }
  return mistakes.length > 0 ? null : converted
}

function validationsOf(name: string, { value, site }: Block, problems: Problems): Variable['validations'] {
  const what = `A validation of the variable "${name}"`
  const at = inner(site, 'validation')
  return blocksOf(field(value, 'validation') ?? null, at, what, problems).flatMap((block) => {
    checkKeys(block, ['condition', 'error_message'], what, problems)
    const { condition, error_message: message } = block.value
    if (condition === undefined || message === undefined) {
      problems.add(
        block.site,
        'Missing required argument',
        `${what} needs both "condition" and "error_message".`,
      )
      return []
    }
    const parsed = expressionOf(condition, inner(block.site, 'condition'), problems)
    if (!references(parsed).some((one) => one.root === 'variable' && one.name === name)) {
      const detail = `${what} does not refer to var.${name}, so it checks nothing.`
      problems.add(inner(block.site, 'condition'), 'Invalid validation condition', detail)
    }
    return [
      {
        condition: parsed,
        errorMessage: expressionOf(message, inner(block.site, 'error_message'), problems),
      },
    ]
  })
}
