// `check` blocks: what is to be looked at after everything else, and told without stopping anything.
import { checkKeys, type Entry, labelledBlocks } from './block.ts'
import { decodeConditions } from './decode-conditions.ts'
import { decodeScopedData } from './decode-resource.ts'
import { type Draft, declare } from './draft.ts'
import { placeOf, type Site } from './site.ts'

/** Decodes `check`. */
export function decodeChecks({ value, site }: Entry, draft: Draft): void {
  const { problems } = draft
  for (const { label: name, block } of labelledBlocks(value, site, 'a check', problems)) {
    const address = `check.${name}`
    const at: Site = { ...block.site, address }
    if (!declare(draft, address, at, 'check')) continue
    const here = { ...block, site: at }
    checkKeys(here, ['assert', 'data', 'depends_on'], `The check "${name}"`, problems)
    const asserts = decodeConditions(here, 'assert', `in the check "${name}"`, problems)
    if (asserts.length === 0) {
      const detail = `The check "${name}" has no "assert" block, so it checks nothing.`
      problems.add(at, 'Missing required argument', detail)
    }
    decodeScopedData(here, name, draft)
    draft.checks.set(name, { name, asserts, place: placeOf(at) })
  }
}
