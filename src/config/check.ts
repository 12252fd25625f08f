// Whether everything that is referred to is there, and nothing needs itself.
import { formatBlock } from '../address.ts'
import { type Diagnostic, type Place, problem } from '../diagnostics.ts'
import { didYouMean } from '../schema/suggest.ts'
import { checkRefactoring } from './check-refactoring.ts'
import { checkReference, formatReference } from './check-reference.ts'
import type { Config } from './config.ts'
import { findCycles, type Needs } from './cycle.ts'
import { pathOfReference } from './trace.ts'
import { providerAddress, type Use, usesOf } from './uses.ts'

/**
 * Checks every reference of a configuration and that there is no cycle. Reports all problems.
 *
 * Knows no schemas: whether an attribute exists is seen when it is evaluated. Places have no lines; see `Locate`.
 */
export function checkReferences(config: Config): readonly Diagnostic[] {
  const uses = usesOf(config)
  const found: Diagnostic[] = []
  for (const use of uses) found.push(...checkUse(use, config, found.length < HINTS))
  return [...found, ...checkProviders(config), ...checkRefactoring(config), ...checkCycles(uses, config)]
}

/** After this many mistakes no more names are suggested: each suggestion looks at all names there are. */
const HINTS = 10

function checkUse(use: Use, config: Config, hints: boolean): readonly Diagnostic[] {
  const told = new Set<string>()
  return use.references.flatMap((reference) => {
    const name = formatReference(reference)
    const mistake = checkReference(reference, use, config, hints)
    if (mistake === undefined || told.has(name)) return []
    told.add(name)
    const path = [...use.path, ...pathOfReference(use.source, name)]
    return [problem(mistake.summary, mistake.detail, { ...use.place, path })]
  })
}

function checkProviders(config: Config): readonly Diagnostic[] {
  const known = new Set(config.providers.map(providerAddress))
  return [...config.resources.values()].flatMap(({ address, provider, place }) => {
    // A configuration without alias need not be written: it is then empty.
    if (provider.alias === undefined || known.has(providerAddress(provider))) return []
    const name = `${provider.name}.${provider.alias}`
    const names = [...known].map((one) => one.slice('provider.'.length))
    const detail = `${formatBlock(address)} uses the provider configuration ${name}, which is not declared.${didYouMean(name, names)}`
    return [problem('Undeclared provider configuration', detail, { ...place, path: ['provider'] })]
  })
}

/** What each block needs, from its references and its provider configuration. */
function needsOf(uses: readonly Use[], config: Config): Needs {
  const needs = new Map<string, string[]>()
  for (const name of [
    ...config.resources.keys(),
    ...config.providers.map(providerAddress),
    ...[...config.locals.keys()].map((name) => `local.${name}`),
    ...[...config.outputs.keys()].map((name) => `output.${name}`),
  ])
    needs.set(name, [])
  for (const { address, provider } of config.resources.values())
    needs.get(formatBlock(address))?.push(providerAddress(provider))
  for (const use of uses) {
    for (const reference of use.references) {
      if (reference.root === 'resource' || reference.root === 'local')
        needs.get(use.owner)?.push(formatReference(reference))
    }
  }
  return needs
}

/** More names than this are cut out of the middle of a cycle. */
const SHOWN = 20

function checkCycles(uses: readonly Use[], config: Config): readonly Diagnostic[] {
  return findCycles(needsOf(uses, config)).map((cycle) => {
    const half = SHOWN / 2
    const names =
      cycle.length <= SHOWN
        ? cycle
        : [...cycle.slice(0, half), `(${cycle.length - SHOWN} more)`, ...cycle.slice(-half)]
    if (cycle.length === 2) {
      const detail = `${names.join(' -> ')}: it refers to itself. Remove the reference, or use a local value for what both need.`
      return problem('Dependency cycle', detail, placeOf(config, cycle[0] as string))
    }
    const detail = `${names.join(' -> ')}. Each of these needs the next one first, so none can be first. Remove one of the references.`
    return problem('Dependency cycle', detail, placeOf(config, cycle[0] as string))
  })
}

function placeOf(config: Config, address: string): Place | undefined {
  const resource = config.resources.get(address)
  if (resource !== undefined) return resource.place
  const declared = [...config.locals.values(), ...config.outputs.values(), ...config.providers]
  return declared.find(({ place }) => place.address === address)?.place
}
