// `terraform.backend`: where state is kept. Settings are read before anything is evaluated.
import { didYouMean } from '../schema/suggest.ts'
import { isList, isObject, type Value } from '../schema/value.ts'
import { argumentsOf, blocksOf } from './block.ts'
import { type Draft, declare } from './draft.ts'
import { inner, type Problems, placeOf, type Site } from './site.ts'

const handled = ['local', 'http', 'pg', 's3']
/** Terraform's others. */
const foreign = ['azurerm', 'consul', 'cos', 'gcs', 'kubernetes', 'oss', 'remote']

/** Decodes the kind and the settings, which must be written out; what each means is the backend's affair. */
export function decodeBackend(value: Value, site: Site, draft: Draft): void {
  const { problems } = draft
  for (const { key, value: settings, site: at } of blocksOf(value, site, '"backend"', problems).flatMap(
    argumentsOf,
  )) {
    if (!declare(draft, 'terraform.backend', at, 'backend')) continue
    if (!handled.includes(key)) {
      refuse(key, at, problems)
      continue
    }
    const [block] = blocksOf(settings, at, `The "${key}" backend`, problems)
    const entries = block === undefined ? [] : argumentsOf(block)
    for (const entry of entries) checkLiteral(entry.value, entry.site, problems)
    draft.backend = {
      kind: key,
      settings: Object.fromEntries(entries.map((entry) => [entry.key, entry.value])),
      place: placeOf(at),
    }
  }
}

function refuse(kind: string, site: Site, problems: Problems): void {
  const ours = handled.map((name) => `"${name}"`).join(', ')
  if (foreign.includes(kind)) {
    const detail = `The backend "${kind}" is not handled by Hubform. Use one of ${ours}.`
    problems.add(site, 'Not handled yet', detail)
    return
  }
  const detail = `There is no backend "${kind}".${didYouMean(kind, handled)} Hubform knows ${ours}.`
  problems.add(site, 'Unknown backend', detail)
}

function checkLiteral(value: Value, site: Site, problems: Problems): void {
  if (typeof value === 'string' && /(?<!\$)\$\{|(?<!%)%\{/.test(value)) {
    const detail =
      'The settings of a backend are read before anything is evaluated, so they can hold no expressions. Write the value out, or leave the setting out and set its environment variable.'
    problems.add(site, 'Expression not allowed', detail)
  } else if (isList(value)) {
    value.forEach((one, i) => {
      checkLiteral(one, inner(site, i), problems)
    })
  } else if (isObject(value)) {
    for (const [key, one] of Object.entries(value)) checkLiteral(one, inner(site, key), problems)
  }
}
