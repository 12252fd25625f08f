// Objects under other addresses than they were recorded with: what `moved` blocks say, and what follows from `count`.
import { type Address, formatAddress, formatBlock } from '../address.ts'
import type { Config, Moved } from '../config/config.ts'
import { type Diagnostic, problem, warning } from '../diagnostics.ts'
import { type ResourceRecord, recordKey, type State } from '../state/state.ts'
import { blockKind } from './expand.ts'
import type { Move } from './plan.ts'

export interface Moves {
  readonly state: State
  readonly moves: readonly Move[]
  /** What could not be moved, since there is an object already. */
  readonly warnings: readonly Diagnostic[]
}

/**
 * The state with its objects, deposed ones included, under the addresses that the configuration gives them.
 *
 * Nothing is moved where an object is recorded already. Where no `moved` block speaks of a block, a single object and
 * the first of a count are the same.
 */
export function moveToNewKeys(config: Config, state: State): Moves {
  const moved = config.moved ?? []
  const spoken = new Set(moved.flatMap(({ from, to }) => [formatBlock(from), formatBlock(to)]))
  const warnings: Diagnostic[] = []
  // By the keys that they are recorded under.
  const records = new Map(state.records)
  for (const one of moved) move(one, records, warnings)
  const taken = addressesOf(records)
  for (const [key, record] of records) {
    if (spoken.has(formatBlock(record.address))) continue
    const address = newAddress(config, record.address)
    if (address !== undefined && !taken.has(formatAddress(address))) records.set(key, { ...record, address })
  }
  const moves = [...records].flatMap(([from, record]) => {
    const to = recordKey(record)
    return from === to ? [] : [{ from, to }]
  })
  if (moves.length === 0) return { state, moves, warnings }
  const named = followBlocks(moved, [...records.values()])
  return { state: { ...state, records: new Map(named.map((one) => [recordKey(one), one])) }, moves, warnings }
}

/** Problems for moves of instances that their block still wants. */
export function checkMovedInstances(config: Config, wanted: ReadonlySet<string>): readonly Diagnostic[] {
  return (config.moved ?? [])
    .filter(({ from }) => from.key !== undefined && wanted.has(formatAddress(from)))
    .map(({ from, place }) =>
      problem(
        'Moved object still exists',
        `A "moved" block says that ${formatAddress(from)} has another address now, but its block still has that instance. Remove the "moved" block, or change the block.`,
        place,
      ),
    )
}

/** A problem when the targets leave out a part of what moves: it would be at neither address. */
export function checkMovedTargets(moves: readonly Move[], targets: readonly string[]): readonly Diagnostic[] {
  if (targets.length === 0) return []
  const isNamed = (key: string) => {
    const address = key.replace(/ \(deposed .*\)$/, '')
    return targets.some((target) => target === address || address.startsWith(`${target}[`))
  }
  const left = [...new Set(moves.flatMap(({ from, to }) => [from, to]).filter((key) => !isNamed(key)))]
  if (left.length === 0) return []
  const detail = `Objects have other addresses than they were recorded with, and the targets leave out ${left.join(', ')}. Plan without targets, or give these as targets too.`
  return [problem('Moved objects not targeted', detail)]
}

/** Targets without those that name only where objects were. */
export function targetsAfter(
  moves: readonly Move[],
  targets: readonly string[],
  config: Config,
): readonly string[] {
  if (moves.length === 0) return targets
  const left = new Set(moves.map(({ from }) => from))
  const isLeft = (text: string) => left.has(text) || [...left].some((key) => key.startsWith(`${text}[`))
  return targets.filter((text) => config.resources.has(text.replace(/\[.*$/s, '')) || !isLeft(text))
}

function move(one: Moved, records: Map<string, ResourceRecord>, warnings: Diagnostic[]): void {
  const { from, to } = one
  const whole = isWhole(one)
  const leaving = [...records].filter(
    ([, { address }]) => formatBlock(address) === formatBlock(from) && (whole || address.key === from.key),
  )
  if (leaving.length === 0) return
  const rival = [...records.values()].find(
    ({ address }) => formatBlock(address) === formatBlock(to) && (whole || address.key === to.key),
  )
  if (rival !== undefined) {
    const detail = `${formatAddress(from)} is to become ${formatAddress(to)}, but ${recordKey(rival)} is recorded already, so it stays where it is. Move or remove one of them with "hubform state mv" or "hubform state rm".`
    warnings.push(warning('Object not moved', detail, one.place))
    return
  }
  for (const [key, record] of leaving) {
    const address: Address = whole ? { ...to, key: record.address.key } : to
    records.set(key, { ...record, address })
  }
}

/** What stands on a block that has another name stands on it by that name. */
function followBlocks(
  moved: readonly Moved[],
  records: readonly ResourceRecord[],
): readonly ResourceRecord[] {
  const renamed = moved.filter(({ from, to }) => formatBlock(from) !== formatBlock(to))
  if (renamed.length === 0) return records
  const left = new Set(records.map(({ address }) => formatBlock(address)))
  const follow = (block: string) =>
    renamed.reduce(
      (name, { from, to }) =>
        name === formatBlock(from) && !left.has(name) && left.has(formatBlock(to)) ? formatBlock(to) : name,
      block,
    )
  return records.map((record) => ({ ...record, dependencies: record.dependencies.map(follow) }))
}

/** Without a key on either side, all of a block is meant. */
function isWhole({ from, to }: Moved): boolean {
  return from.key === undefined && to.key === undefined
}

function addressesOf(records: ReadonlyMap<string, ResourceRecord>): ReadonlySet<string> {
  return new Set([...records.values()].filter((one) => one.deposed === undefined).map(recordKey))
}

function newAddress(config: Config, address: Address): Address | undefined {
  if (address.mode !== 'managed' || (address.key !== undefined && address.key !== 0)) return undefined
  const block = config.resources.get(formatAddress({ ...address, key: undefined }))
  const kind = block && blockKind(block)
  if (address.key === undefined && kind === 'count') return { ...address, key: 0 }
  return address.key === 0 && kind === 'single' ? { ...address, key: undefined } : undefined
}
