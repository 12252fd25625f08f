// Conditions that have to hold: `precondition`, `postcondition`, `assert`.
import { references } from '../expression/references.ts'
import { field } from '../schema/value.ts'
import { type Block, blocksOf, checkKeys } from './block.ts'
import type { Condition } from './config.ts'
import { inner, type Problems, placeOf } from './site.ts'
import { bodyOf } from './syntax.ts'

/** Decodes all blocks under `key`. `owner` names what they belong to: `of terraform_data.a`. */
export function decodeConditions(
  { value, site }: Block,
  key: 'precondition' | 'postcondition' | 'assert',
  owner: string,
  problems: Problems,
): readonly Condition[] {
  const what = `${key === 'assert' ? 'An' : 'A'} ${key} ${owner}`
  const blocks = blocksOf(field(value, key) ?? null, inner(site, key), what, problems)
  return blocks.flatMap((block) => {
    checkKeys(block, ['condition', 'error_message'], what, problems)
    const { condition, error_message: message } = block.value
    if (condition === undefined || message === undefined) {
      const detail = `${what} needs both "condition" and "error_message".`
      problems.add(block.site, 'Missing required argument', detail)
      return []
    }
    const parsed = bodyOf(condition, inner(block.site, 'condition'), problems)
    if (references(parsed.expression).length === 0) {
      const detail = `${what} refers to nothing, so it checks nothing.`
      problems.add(inner(block.site, 'condition'), `Invalid ${key} condition`, detail)
    }
    const errorMessage = bodyOf(message, inner(block.site, 'error_message'), problems)
    return [{ condition: parsed, errorMessage, place: placeOf(site) }]
  })
}
