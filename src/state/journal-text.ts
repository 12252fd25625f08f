// Journal entries to and from lines of JSON.
import type { Address } from '../address.ts'
import { fail } from '../diagnostics.ts'
import type { PathStep } from '../path.ts'
import { formatJson, parseJson } from '../schema/json.ts'
import { field, type ObjectValue, type Value } from '../schema/value.ts'
import {
  asList,
  asObject,
  asTexts,
  findFlag,
  findText,
  getText,
  getWhole,
  UnreadableError,
  unreadable,
} from './fields.ts'
import { decodeOutput } from './file.ts'
import type { Announced, Intent, JournalEntry, PlanMark } from './journal.ts'
import type { ResourceRecord } from './state.ts'

/** Written with every run. A version that does not know it must not guess what the lines after it mean. 2: `announced`. */
const FORMAT = 2

/** One line, without a line break. Attributes and identities must be wholly known and without marks. */
export function encodeEntry(entry: JournalEntry): string {
  // Entries are plain data all the way down; interfaces merely lack the index signature of an object value, and what is
  // undefined in them is left out by JSON.
  return formatJson(asText(entry) as unknown as Value)
}

function asText(entry: JournalEntry): object {
  if (entry.kind === 'run') return { format: FORMAT, ...entry }
  if (entry.kind === 'announced') return { ...entry, steps: entry.steps.map(withoutName) }
  return entry
}

/** Of so many steps each word counts, and most are called by what they do to what. */
function withoutName({ step, ...rest }: Announced): object {
  return step === nameOf(rest) ? rest : { step, ...rest }
}

function nameOf({ action, key }: Omit<Announced, 'step'>): string {
  return `${action} ${key}`
}

/**
 * Reads a journal. A last line without a line break was never acknowledged to anybody and is left out.
 *
 * Throws a diagnostic if a line in it cannot be read: `where` names the journal for it.
 */
export function decodeJournal(text: string, where: string): JournalEntry[] {
  const lines = text.split('\n').slice(0, -1)
  return lines.filter((line) => line !== '').map((line, i) => decodeLine(line, i + 1, where))
}

function decodeLine(line: string, number: number, where: string): JournalEntry {
  try {
    return decodeEntry(asObject(parseJson(line), 'entry'))
  } catch (error) {
    if (error instanceof TooNewError) tooNew(where, number)
    const reason = error instanceof UnreadableError ? error.message : 'It is not JSON.'
    return fail(
      'Journal is damaged',
      `Line ${number} of ${where} cannot be read: ${reason} It records what an interrupted run did, so Hubform does not go on without it. Nothing was changed. If you know what that run did, move the journal away and import what is missing.`,
      { file: where, line: number },
      // What the JSON parser says quotes the line, which may hold secrets.
      error instanceof UnreadableError ? error : undefined,
    )
  }
}

class TooNewError extends Error {}

function tooNew(where: string, number: number): never {
  return fail(
    'Journal format too new',
    `Line ${number} of ${where} begins a run in a format that this Hubform does not know: it knows format ${FORMAT}. Nothing was changed. Let the version of Hubform that wrote it, or a newer one, finish that run.`,
    { file: where, line: number },
  )
}

function decodeEntry(entry: ObjectValue): JournalEntry {
  const kind = getText(entry, 'kind', 'entry')
  switch (kind) {
    case 'run':
      // Without one it is of a version before formats were written, whose lines are the same.
      if (field(entry, 'format') !== undefined && getWhole(entry, 'format', kind) > FORMAT)
        throw new TooNewError()
      return decodeRun(entry)
    case 'announced': {
      const steps = asList(field(entry, 'steps'), kind).map((one) => decodeAnnounced(asObject(one, kind)))
      return {
        kind,
        steps,
        ...(field(entry, 'ended') !== undefined && { ended: getWhole(entry, 'ended', kind) }),
      }
    }
    case 'intent':
      return { kind, ...decodeIntent(entry) }
    case 'outcome':
      return decodeOutcome(entry)
    case 'outputs': {
      const outputs = Object.entries(asObject(field(entry, 'outputs'), kind))
      return {
        kind,
        outputs: Object.fromEntries(outputs.map(([name, output]) => [name, decodeOutput(output, name)])),
      }
    }
    case 'saving':
      return { kind, digest: getText(entry, 'digest', kind) }
    case 'saved':
      return { kind }
    default:
      throw new UnreadableError('It is of a kind that this version of Hubform does not know.')
  }
}

function decodeRun(entry: ObjectValue): JournalEntry {
  const operation = findText(entry, 'operation', 'run')
  const plan = field(entry, 'plan')
  return {
    kind: 'run',
    run: getText(entry, 'run', 'run'),
    lineage: getText(entry, 'lineage', 'run'),
    ...(field(entry, 'newLineage') !== undefined && { newLineage: getText(entry, 'newLineage', 'run') }),
    serial: getWhole(entry, 'serial', 'run'),
    startedAt: getText(entry, 'startedAt', 'run'),
    ...(operation !== undefined && { operation }),
    ...(plan !== undefined && { plan: decodePlanMark(asObject(plan, 'run.plan')) }),
  }
}

function decodePlanMark(plan: ObjectValue): PlanMark {
  return { id: getText(plan, 'id', 'run.plan'), createdAt: getText(plan, 'createdAt', 'run.plan') }
}

function decodeAction(entry: ObjectValue, at: string): Intent['action'] {
  const action = getText(entry, 'action', at)
  if (action === 'create' || action === 'update' || action === 'delete') return action
  throw new UnreadableError(`${at}.action must be create, update or delete, and it is not.`)
}

function decodeAnnounced(entry: ObjectValue): Announced {
  const at = 'announced'
  const what = { action: decodeAction(entry, at), key: getText(entry, 'key', at) }
  const collection = findText(entry, 'collection', at)
  const target = field(entry, 'target')
  const identity = field(entry, 'identity')
  const expressions = field(entry, 'expressions')
  return {
    step: findText(entry, 'step', at) ?? nameOf(what),
    ...what,
    ...(collection !== undefined && { collection }),
    ...(target !== undefined && { target: asObject(target, `${at}.target`) }),
    ...(identity !== undefined && { identity: asObject(identity, `${at}.identity`) }),
    ...(expressions !== undefined && { expressions: decodeExpressions(expressions, `${at}.expressions`) }),
  }
}

function decodeExpressions(value: Value, at: string): { readonly [name: string]: string } {
  const texts = asObject(value, at)
  return Object.fromEntries(Object.keys(texts).map((name) => [name, getText(texts, name, at)]))
}

function decodeIntent(entry: ObjectValue): Intent {
  const identity = field(entry, 'identity')
  const existing = field(entry, 'existing')
  const expected = field(entry, 'expected')
  return {
    step: getText(entry, 'step', 'intent'),
    action: decodeAction(entry, 'intent'),
    key: getText(entry, 'key', 'intent'),
    record: decodeRecord(field(entry, 'record'), 'intent.record'),
    ...(identity !== undefined && { identity: asObject(identity, 'intent.identity') }),
    ...(existing !== undefined && { existing: asTexts(existing, 'intent.existing') }),
    ...(expected !== undefined && { expected: asObject(expected, 'intent.expected') }),
  }
}

function decodeOutcome(entry: ObjectValue): JournalEntry {
  const step = field(entry, 'step')
  const records = Object.entries(asObject(field(entry, 'records'), 'outcome.records'))
  return {
    kind: 'outcome',
    ...(step !== undefined && { step: getText(entry, 'step', 'outcome') }),
    records: Object.fromEntries(
      records.map(([key, record]) => [key, record === null ? null : decodeRecord(record, key)]),
    ),
  }
}

function decodeRecord(value: Value | undefined, at: string): ResourceRecord {
  const record = asObject(value, at)
  const deposed = findText(record, 'deposed', at)
  const key = findText(record, 'private', at)
  const foreign = field(record, 'foreign')
  return {
    address: decodeAddress(asObject(field(record, 'address'), `${at}.address`), `${at}.address`),
    ...(deposed !== undefined && { deposed }),
    provider: getText(record, 'provider', at),
    tainted: findFlag(record, 'tainted', at),
    schemaVersion: getWhole(record, 'schemaVersion', at),
    attributes: asObject(field(record, 'attributes'), `${at}.attributes`),
    sensitive: asList(field(record, 'sensitive'), `${at}.sensitive`).map((path) =>
      asList(path, `${at}.sensitive`).map((step) => decodeStep(step, `${at}.sensitive`)),
    ),
    ...(key !== undefined && { private: key }),
    dependencies: asTexts(field(record, 'dependencies'), `${at}.dependencies`),
    createBeforeDestroy: findFlag(record, 'createBeforeDestroy', at),
    ...(foreign !== undefined && { foreign: asObject(foreign, `${at}.foreign`) }),
  }
}

function decodeAddress(address: ObjectValue, at: string): Address {
  const mode = getText(address, 'mode', at)
  if (mode !== 'managed' && mode !== 'data') return unreadable(`${at}.mode`, 'managed or data')
  const key = field(address, 'key')
  return {
    mode,
    type: getText(address, 'type', at),
    name: getText(address, 'name', at),
    key: key === undefined || typeof key === 'string' ? key : getWhole(address, 'key', at),
  }
}

function decodeStep(step: Value, at: string): PathStep {
  return typeof step === 'string' || typeof step === 'number' ? step : unreadable(at, 'a path', step)
}
