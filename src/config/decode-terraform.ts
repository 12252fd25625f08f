// The `terraform` block: which providers, and where state is kept.
import { isList, isObject, type Value } from '../schema/value.ts'
import { argumentsOf, type Block, blocksOf, checkKeys, checkName, type Entry, literalText } from './block.ts'
import { decodeBackend } from './decode-backend.ts'
import { type Draft, declare } from './draft.ts'
import { notHandled } from './not-handled.ts'
import { inner, type Site } from './site.ts'

const known = [
  'required_providers',
  'backend',
  'required_version',
  'cloud',
  'provider_meta',
  'experiments',
] as const

/** Decodes `terraform`. `required_version` speaks of Terraform's own version and is not held against ours. */
export function decodeTerraform({ value, site }: Entry, draft: Draft): void {
  const { problems } = draft
  for (const block of blocksOf(value, site, 'A "terraform" block', problems)) {
    checkKeys(block, known, 'The "terraform" block', problems)
    for (const key of ['cloud', 'provider_meta', 'experiments'] as const) {
      notHandled(key, block.value[key], inner(block.site, key), `"terraform.${key}"`, problems)
    }
    decodeRequired(block.value['required_providers'] ?? null, inner(block.site, 'required_providers'), draft)
    decodeBackend(block.value['backend'] ?? null, inner(block.site, 'backend'), draft)
  }
}

function decodeRequired(value: Value, site: Site, draft: Draft): void {
  for (const { key, value: requirement, site: at } of blocksOf(
    value,
    site,
    '"required_providers"',
    draft.problems,
  ).flatMap(argumentsOf)) {
    if (!checkName(key, at, 'a provider', draft.problems)) continue
    if (!declare(draft, `required_providers.${key}`, at, 'required provider')) continue
    draft.requiredProviders.set(key, sourceOf(key, requirement, at, draft))
  }
}

/** A bare string is the old form: a version of a HashiCorp provider. */
function sourceOf(name: string, value: Value, site: Site, { problems, versionConstraints }: Draft): string {
  const usual = `hashicorp/${name}`
  if (typeof value === 'string' || value === null) return usual
  const requirement = isList(value) && value.length === 1 ? (value[0] as Value) : value
  if (!isObject(requirement)) {
    problems.add(site, 'Wrong argument type', `required_providers.${name} must be an object with a "source".`)
    return usual
  }
  const block: Block = { value: requirement, site }
  checkKeys(block, ['source', 'version', 'configuration_aliases'], `required_providers.${name}`, problems)
  const version = literalText(block, 'version', problems)
  if (version !== undefined) versionConstraints.set(name, version)
  const source = literalText(block, 'source', problems) ?? usual
  if (!/^([\w.:-]+\/)?([\w-]+\/)?[\w-]+$/.test(source)) {
    const detail = `${JSON.stringify(source)} is not a provider source. Write namespace/type, such as "hubform/tavio".`
    problems.add(inner(site, 'source'), 'Invalid provider source', detail)
  }
  return source
}
