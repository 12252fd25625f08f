// Every expression of a configuration, with who uses it and what may stand in it.
import { formatBlock } from '../address.ts'
import type { Place } from '../diagnostics.ts'
import { type Reference, references } from '../expression/references.ts'
import type { Path } from '../path.ts'
import type { Value } from '../schema/value.ts'
import type { Body, CheckBlock, Condition, Config, Import, ProviderBlock, ResourceBlock } from './config.ts'

/** Where references are made. */
export interface Use {
  /** Address of the block they are in. */
  readonly owner: string
  readonly references: readonly Reference[]
  readonly place: Place
  /** Where in the block; for a body, where the body starts. */
  readonly path: Path
  /** The JSON of a body, to find which attribute a reference is in. */
  readonly source?: Value | undefined
  /** Which of `each.` and `count.` have a meaning here. */
  readonly repetition: 'each' | 'count' | 'none'
  /** The condition or message of a variable's validation. */
  readonly validation?: boolean | undefined
  /** In a postcondition, where `self` has a meaning. */
  readonly self?: boolean | undefined
  /** The check that it is in, whose data source can be named. */
  readonly check?: string | undefined
}

/** All uses, block by block. */
export function usesOf(config: Config): readonly Use[] {
  return [
    ...[...config.resources.values()].flatMap(usesOfResource),
    ...(config.imports ?? []).flatMap(usesOfImport),
    ...config.providers.map((block) => bodyUse(providerAddress(block), block.place, block.body)),
    ...[...config.locals.values()].map(({ name, place, body }) => bodyUse(`local.${name}`, place, body)),
    ...[...config.outputs.values()].flatMap(({ name, place, body, dependsOn }) => [
      bodyUse(`output.${name}`, place, body),
      listUse(`output.${name}`, place, [], dependsOn),
    ]),
    ...[...config.outputs.values()].flatMap(({ name, preconditions }) =>
      conditionUses(`output.${name}`, preconditions, ['precondition']),
    ),
    ...[...(config.checks ?? new Map<string, CheckBlock>()).values()].flatMap(({ name, asserts }) =>
      conditionUses(`check.${name}`, asserts, ['assert']).map((use) => ({ ...use, check: name })),
    ),
    ...[...config.variables.values()].flatMap(({ name, place, validations }) =>
      validations.flatMap(({ condition, errorMessage }) =>
        [condition, errorMessage].map((expression) => ({
          ...listUse(`var.${name}`, place, ['validation'], references(expression)),
          validation: true,
        })),
      ),
    ),
  ].filter((use) => use.references.length > 0)
}

/** `provider.tavio`, `provider.tavio.other`. */
export function providerAddress({ name, alias }: Pick<ProviderBlock, 'name' | 'alias'>): string {
  return alias === undefined ? `provider.${name}` : `provider.${name}.${alias}`
}

function usesOfResource(block: ResourceBlock): readonly Use[] {
  const owner = formatBlock(block.address)
  const { place, count, forEach } = block
  const repetition = forEach !== undefined ? 'each' : count !== undefined ? 'count' : 'none'
  const uses: Use[] = [{ ...bodyUse(owner, place, block.body), repetition }]
  const { preconditions, postconditions } = block.lifecycle
  for (const use of conditionUses(owner, preconditions, ['lifecycle', 'precondition']))
    uses.push({ ...use, repetition })
  for (const use of conditionUses(owner, postconditions, ['lifecycle', 'postcondition']))
    uses.push({ ...use, repetition, self: true })
  if (count !== undefined) uses.push(listUse(owner, place, ['count'], references(count)))
  if (forEach !== undefined) uses.push(listUse(owner, place, ['for_each'], references(forEach)))
  const { dependsOn, lifecycle } = block
  if (dependsOn.length > 0) uses.push(listUse(owner, place, ['depends_on'], dependsOn))
  if (lifecycle.replaceTriggeredBy.length > 0)
    uses.push(listUse(owner, place, ['lifecycle', 'replace_triggered_by'], lifecycle.replaceTriggeredBy))
  return uses
}

function conditionUses(owner: string, conditions: readonly Condition[] = [], path: Path): readonly Use[] {
  return conditions.flatMap(({ condition, errorMessage, place }) =>
    [condition, errorMessage].map(({ expression }) => listUse(owner, place, path, references(expression))),
  )
}

/** What an import refers to, its block has to wait for. */
function usesOfImport({ block, key, id, forEach, place }: Import): readonly Use[] {
  const owner = formatBlock(block)
  const repetition = forEach === undefined ? 'none' : 'each'
  return [
    ...[key, id].flatMap((one) =>
      one === undefined ? [] : [{ ...listUse(owner, place, [], references(one)), repetition } as const],
    ),
    ...(forEach === undefined ? [] : [listUse(owner, place, ['for_each'], references(forEach))]),
  ]
}

function bodyUse(owner: string, place: Place, { source, expression }: Body): Use {
  return { owner, references: references(expression), place, path: [], source, repetition: 'none' }
}

function listUse(owner: string, place: Place, path: Path, list: readonly Reference[]): Use {
  return { owner, references: list, place, path, repetition: 'none' }
}
