// The state verbs, as functions from state to state.
import { type Address, findAddress, formatAddress, formatBlock } from '../address.ts'
import { fail } from '../diagnostics.ts'
import { didYouMean } from '../schema/suggest.ts'
import { isEmpty, sameContent } from './content.ts'
import { type ResourceRecord, recordKey, type State, sortedRecords } from './state.ts'

/** Keys in the order of the file. Patterns are addresses of blocks or instances; none means everything. */
export function listRecords(state: State, patterns: readonly string[] = []): string[] {
  const records =
    patterns.length === 0 ? sortedRecords(state) : patterns.flatMap((text) => getRecords(state, text))
  return [...new Set(records.map(recordKey))]
}

/** The current and deposed records of a block or an instance. Throws a diagnostic if there is none. */
export function getRecords(state: State, text: string): ResourceRecord[] {
  const wanted = readAddress(text)
  const found = sortedRecords(state).filter((record) => matches(record.address, wanted, text))
  return found.length > 0 ? found : unknownAddress(state, text)
}

/** The current record of exactly one instance. Throws a diagnostic if there is none, or the address names several. */
export function getRecord(state: State, text: string): ResourceRecord {
  const exact = state.records.get(formatAddress(readAddress(text)))
  if (exact !== undefined) return exact
  const found = getRecords(state, text)
  const [only] = found
  if (found.length === 1 && only !== undefined) return only
  return fail(
    'Address names several objects',
    `${text} stands for ${found.length} objects: ${found.slice(0, 10).map(recordKey).join(', ')}${found.length > 10 ? ` and ${found.length - 10} more` : ''}. Name one of them.`,
    { address: text },
  )
}

/** Forgets objects without destroying them. Returns the keys that are gone. */
export function removeRecords(state: State, texts: readonly string[]): { state: State; removed: string[] } {
  const removed = [...new Set(texts.flatMap((text) => getRecords(state, text).map(recordKey)))]
  const records = new Map(state.records)
  for (const key of removed) records.delete(key)
  return { state: { ...state, records }, removed }
}

/**
 * Gives an instance, or a block with all its instances, another name. The type must stay.
 *
 * Returns what moved where. Dependencies of other records follow when a whole block moves.
 */
export function moveRecords(
  state: State,
  from: string,
  to: string,
): { state: State; moved: { from: string; to: string }[] } {
  const source = readAddress(from)
  const target = readAddress(to)
  const records = getRecords(state, from)
  checkMove(source, target, from, to)
  const rename = moveOf(state, records, source, target, from, to)
  const moved = new Map(
    records.map((record) => [recordKey(record), { ...record, address: rename(record.address) }]),
  )
  checkFree(state, moved)
  const next = new Map<string, ResourceRecord>()
  for (const [key, record] of state.records) {
    const other = moved.get(key) ?? record
    next.set(recordKey(other), other)
  }
  const emptied = ![...next.values()].some((record) => formatBlock(record.address) === formatBlock(source))
  return {
    state: {
      ...state,
      records: emptied ? renameDependencies(next, formatBlock(source), formatBlock(target)) : next,
    },
    moved: [...moved].map(([key, record]) => ({ from: key, to: recordKey(record) })),
  }
}

/** Why one state must not take the place of another, by Terraform's rules; undefined if it may. */
export function conflictOf(
  current: State,
  incoming: State,
): 'other lineage' | 'older' | 'same serial' | undefined {
  const areNamed = current.lineage !== '' && incoming.lineage !== ''
  if (areNamed && current.lineage !== incoming.lineage) return 'other lineage'
  if (incoming.serial < current.serial) return 'older'
  return incoming.serial === current.serial && !sameContent(incoming, current) ? 'same serial' : undefined
}

/**
 * Throws a diagnostic if putting `incoming` in the place of `current` could lose something; `force` lets all pass.
 *
 * `kept` is the name of the file if a run that could not save left it: then nobody has edited it.
 */
export function checkPush(current: State, incoming: State, force: boolean, kept?: string): void {
  if (force || (isEmpty(current) && current.lineage === '')) return
  const conflict = conflictOf(current, incoming)
  const advice = 'If you are sure that it is to replace the recorded one, push again with --force.'
  if (conflict === 'other lineage')
    fail(
      'Different state lineage',
      `The state to push belongs to another configuration: its lineage is ${incoming.lineage}, and the recorded one is ${current.lineage}. ${advice}`,
    )
  if (conflict === 'older')
    fail(
      'State to push is older',
      `The state to push has serial ${incoming.serial}, and the recorded one has ${current.serial}, so changes made since would be lost. ${kept === undefined ? 'Pull the recorded state and apply your edit to that.' : overtaken(kept)} ${advice}`,
    )
  if (conflict === 'same serial')
    fail(
      'Same serial, different content',
      `The state to push and the recorded one both have serial ${current.serial} and differ. ${kept === undefined ? `If you edited a pulled state, raise its serial to ${current.serial + 1} and push again.` : overtaken(kept)} ${advice}`,
    )
}

function overtaken(kept: string): string {
  return `A run that could not save left ${kept}, and the state has been written since, as a rule by the next run, which takes over what the journal held. Run "hubform plan": if it finds nothing missing, remove ${kept}.`
}

function readAddress(text: string): Address {
  const address = findAddress(text.trim())
  if (address !== undefined) return address
  const modules = /^module\./.test(text) ? ' Modules are not handled yet.' : ''
  return fail(
    'Invalid resource address',
    `"${text}" is not the address of an object.${modules} Addresses look like tavio_user.ada, tavio_user.ada[0], tavio_user.ada["key"] or data.tavio_user.ada; quote them for your shell.`,
  )
}

function matches(address: Address, wanted: Address, text: string): boolean {
  if (formatBlock(address) !== formatBlock(wanted)) return false
  // A text without a key stands for the whole block.
  return wanted.key === undefined ? !text.trim().endsWith(']') : address.key === wanted.key
}

function unknownAddress(state: State, text: string): never {
  const known = sortedRecords(state).flatMap(({ address }) => [formatBlock(address), formatAddress(address)])
  const hint = didYouMean(text, new Set(known))
  const see = hint === '' ? ' List what is recorded with "hubform state list".' : hint
  return fail('Not in the state', `There is no ${text} in the state.${see}`, { address: text })
}

function checkMove(source: Address, target: Address, from: string, to: string): void {
  if (source.mode !== 'managed' || target.mode !== 'managed')
    fail(
      'Data cannot be moved',
      `Only resources can be moved; ${from} or ${to} is a data source, which is read anew.`,
    )
  if (source.type !== target.type)
    fail(
      'Resource types differ',
      `${from} is a ${source.type} and cannot become a ${target.type}. Give the target the same type.`,
      { address: from },
    )
}

function moveOf(
  state: State,
  records: readonly ResourceRecord[],
  source: Address,
  target: Address,
  from: string,
  to: string,
): (address: Address) => Address {
  const single = source.key !== undefined || target.key !== undefined
  if (!single) return (address) => ({ ...address, name: target.name })
  const keys = new Set(records.map((record) => formatAddress(record.address)))
  if (keys.size > 1 || (source.key === undefined && !state.records.has(formatAddress(source))))
    fail(
      'Address names several objects',
      `${from} stands for ${keys.size === 1 ? [...keys].join() : `${keys.size} objects`}, and ${to} for one. Name the one to move.`,
      { address: from },
    )
  return () => target
}

function checkFree(state: State, moved: ReadonlyMap<string, ResourceRecord>): void {
  for (const record of moved.values()) {
    const key = recordKey(record)
    if (state.records.has(key))
      fail(
        'Target address is taken',
        `There already is ${key} in the state. Remove it first with "hubform state rm", or choose another address.`,
        { address: key },
      )
  }
}

function renameDependencies(
  records: ReadonlyMap<string, ResourceRecord>,
  from: string,
  to: string,
): ReadonlyMap<string, ResourceRecord> {
  return new Map(
    [...records].map(([key, record]) => [
      key,
      record.dependencies.includes(from)
        ? { ...record, dependencies: record.dependencies.map((name) => (name === from ? to : name)) }
        : record,
    ]),
  )
}
