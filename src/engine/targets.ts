// --target and --replace: parts of a configuration by address.
import { findAddress, formatAddress, formatBlock } from '../address.ts'
import type { Config } from '../config/config.ts'
import { type Diagnostic, problem } from '../diagnostics.ts'
import { didYouMean } from '../schema/suggest.ts'
import type { State } from '../state/state.ts'
import type { BlockGraph } from './graph.ts'
import type { PlanMode } from './plan.ts'

export interface Targets {
  /** True if the block has to be looked at. */
  block(block: string): boolean
  /** True if the instance may be changed, given that its block is looked at. */
  instance(address: string): boolean
  /** True if all instances of the block are taken in. */
  whole(block: string): boolean
}

export const everything: Targets = { block: () => true, instance: () => true, whole: () => true }

/**
 * What the targets take in: also everything they refer to, or, where all is destroyed, everything that refers to them.
 *
 * Unknown addresses are problems.
 */
export function makeTargets(
  targets: readonly string[],
  graph: BlockGraph,
  config: Config,
  state: State,
  mode: PlanMode,
): { readonly targets: Targets; readonly problems: readonly Diagnostic[] } {
  if (targets.length === 0) return { targets: everything, problems: [] }
  const problems = checkAddresses('--target', targets, config, state)
  const instances = new Set(targets.map(canonical))
  const named = targets.flatMap((text) => blockOf(text) ?? [])
  const dependents = mode === 'destroy' ? dependentsOf(graph, config, state) : undefined
  const next = (block: string) => dependents?.get(block) ?? (dependents ? [] : graph.dependencies(block))
  // A target is taken in as far as it was named; what it refers to, or what refers to it, as a whole.
  const wholes = new Set<string>()
  const pending = [
    ...named.filter((block) => instances.has(block)),
    ...named.flatMap((block) => [...next(block)]),
  ]
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    if (wholes.has(block)) continue
    wholes.add(block)
    pending.push(...next(block))
  }
  const blocks = new Set([...named, ...wholes])
  return {
    problems,
    targets: {
      block: (block) => blocks.has(block),
      instance: (address) => instances.has(address) || wholes.has(blockOf(address) ?? ''),
      whole: (block) => wholes.has(block),
    },
  }
}

function dependentsOf(
  graph: BlockGraph,
  config: Config,
  state: State,
): ReadonlyMap<string, ReadonlySet<string>> {
  const dependents = new Map<string, Set<string>>()
  const note = (block: string, on: string) => {
    const known = dependents.get(on)
    if (known) known.add(block)
    else dependents.set(on, new Set([block]))
  }
  for (const block of config.resources.keys()) for (const on of graph.dependencies(block)) note(block, on)
  for (const record of state.records.values())
    for (const on of record.dependencies) note(formatBlock(record.address), on)
  return dependents
}

/** Problems for addresses that are neither in configuration nor in state. */
export function checkAddresses(
  option: string,
  addresses: readonly string[],
  config: Config,
  state: State,
): Diagnostic[] {
  const recorded = new Set([...state.records.values()].map((record) => formatBlock(record.address)))
  return addresses.flatMap((text) => {
    const block = blockOf(text)
    if (block === undefined) {
      return [
        problem(
          'Invalid address',
          `${option} ${text} is not an address. Write it like tavio_user.ada or tavio_user.ada["key"].`,
        ),
      ]
    }
    if (config.resources.has(block) || recorded.has(block)) return []
    const known = [...config.resources.keys(), ...recorded]
    return [
      problem(
        'Unknown address',
        `${option} ${text}: there is no ${block} in configuration or state.${didYouMean(block, known)}`,
      ),
    ]
  })
}

/** Problems for addresses of what is only looked up. */
export function checkManaged(option: string, addresses: readonly string[]): Diagnostic[] {
  return addresses
    .filter((text) => findAddress(text)?.mode === 'data')
    .map((text) =>
      problem(
        'Invalid address',
        `${option} ${text}: a data source is looked up and has no object of its own that could be replaced. Name a resource.`,
      ),
    )
}

/** Problems for instances that turned out not to be there; `exists` says which are. */
export function checkInstances(
  option: string,
  addresses: readonly string[],
  exists: (address: string) => boolean,
): Diagnostic[] {
  return addresses
    .filter((text) => !exists(canonical(text)))
    .map((text) =>
      problem(
        'Unknown address',
        `${option} ${text}: its block has no such instance. The plan without ${option} lists the instances that there are.`,
      ),
    )
}

function blockOf(text: string): string | undefined {
  const address = findAddress(text)
  return address && formatBlock({ ...address })
}

/** `text` in the one spelling used as key. */
export function canonical(text: string): string {
  const address = findAddress(text)
  return address === undefined ? text : formatAddress(address)
}
