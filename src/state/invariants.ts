// What always holds of a state that Hubform saves, and of the journal beside it. Checked at every save; whatever breaks one
// of these is a fault of ours, and then the journal and a copy are kept rather than a wrong state written. A whole state that
// comes from elsewhere must keep 1 to 4 as well; if it does not, it is refused.
//
// State
//  1. A record is kept under its own key, so there is one current object at an address, and one for each deposed key.
//  2. A deposed key is eight hex digits, as Terraform makes them.
//  3. Attributes and outputs are wholly known.
//  4. Dependencies are addresses of blocks, and no record depends on nothing by an empty name.
//  5. The lineage never changes once there is one.
//  6. The serial never falls, and rises with every changed write.
// Journal
//  7. An intent names the object whose record it carries, and one that changes or destroys names a recorded object.
//  8. Entries follow a `run` entry that says over which state they are. `replay` holds the file against that, and refuses
//     what belongs to another state.
//  9. An intent that is open outlives every save.
// 10. A run that announces its changes names each of them once, before its first call. Then no call begins that was not
//     announced, none begins twice, and what was announced as known of a key is so.
// 11. What was announced and has not ended is in the journal before the next call begins, also after a journal that
//     became long was taken over by the file.
import { formatBlock } from '../address.ts'
import { equal, field, isWhollyKnown } from '../schema/value.ts'
import type { Announcement } from './announcement.ts'
import type { Announced, Intent } from './journal.ts'
import { type ResourceRecord, recordKey, type State } from './state.ts'

/** So many faults are named. */
const NAMED = 5

const name = '[\\p{L}_][\\p{L}\\p{N}_-]*'
const blockAddress = new RegExp(`^(module\\.${name}\\.)*((data|ephemeral)\\.)?${name}\\.${name}$`, 'u')

/**
 * What is wrong with a state that is to take the place of another one, in words without values. Empty: nothing.
 *
 * Records that are those of `before` were checked when they were read or saved, and are not looked into again.
 */
export function brokenInvariants(before: State, next: State, open: readonly Intent[]): readonly string[] {
  const broken: string[] = []
  if (before.lineage !== '' && next.lineage !== before.lineage)
    broken.push(`the lineage would change from ${before.lineage} to ${next.lineage || 'none'}`)
  if (next.serial < before.serial)
    broken.push(`the serial would fall from ${before.serial} to ${next.serial}`)
  broken.push(...brokenContent(before, next))
  for (const intent of open) broken.push(...brokenIntent(intent))
  return broken.slice(0, NAMED)
}

/** The same for one that keeps a lineage and a serial of its own, whatever those were before. */
export function brokenContent(before: State, next: State): readonly string[] {
  const broken: string[] = []
  if (!Number.isSafeInteger(next.serial)) broken.push('the serial is no whole number')
  for (const [key, record] of next.records) {
    if (broken.length > NAMED) break
    if (before.records.get(key) !== record) broken.push(...brokenRecord(key, record))
  }
  for (const [output, { value }] of Object.entries(next.outputs))
    if (!isWhollyKnown(value)) broken.push(`the output ${output} is not known`)
  return broken.slice(0, NAMED)
}

/** The same for a call that is about to be made over these records, in a run that has announced its calls or not. */
export function brokenCall(
  records: ReadonlyMap<string, ResourceRecord>,
  intent: Intent,
  announcement?: Announcement,
): readonly string[] {
  const isKnown = intent.action === 'create' || records.has(intent.key)
  return [
    ...brokenIntent(intent),
    ...(isKnown ? [] : [`it would ${intent.action} ${intent.key}, which is not recorded`]),
    ...(announcement === undefined ? [] : brokenWord(intent, announcement.findNext(intent.step))),
  ]
}

/** The same for what a run is about to announce. */
export function brokenAnnouncement(steps: readonly Announced[]): readonly string[] {
  const seen = new Set<string>()
  const twice = steps.filter(({ step }) => seen.size === seen.add(step).size)
  return twice.slice(0, NAMED).map(({ step }) => `it names "${step}" twice`)
}

function brokenWord(intent: Intent, announced: Announced | undefined): readonly string[] {
  const { action, key, identity } = intent
  if (announced?.action !== action || announced.key !== key)
    return [`it would ${action} ${key}, which was not announced, or was begun before`]
  const other = Object.entries(announced.identity ?? {}).flatMap(([name, value]) =>
    identity === undefined || equal(field(identity, name) ?? null, value) ? [] : [name],
  )
  return other.map((name) => `it would ${action} ${key} with another ${name} than was announced`)
}

function brokenIntent({ key, record }: Intent): readonly string[] {
  const own = recordKey(record)
  return own === key ? [] : [`an intent for ${key} carries the record of ${own}`]
}

function brokenRecord(key: string, record: ResourceRecord): string[] {
  const { deposed, dependencies, attributes, address, schemaVersion, provider } = record
  const own = recordKey(record)
  return [
    own === key ? '' : `${own} is kept under ${key}`,
    deposed === undefined || /^[0-9a-f]{8}$/.test(deposed) ? '' : `${key} has a deposed key of another form`,
    isWhollyKnown(attributes) ? '' : `${key} has attributes that are not known`,
    Number.isSafeInteger(schemaVersion) && schemaVersion >= 0 ? '' : `${key} has no schema version`,
    provider === '' ? `${key} names no provider` : '',
    ...dependencies.map((on) =>
      blockAddress.test(on) ? '' : `${key} depends on "${on}", which is no block`,
    ),
    blockAddress.test(formatBlock(address)) ? '' : `${key} has no proper address`,
  ].filter((words) => words !== '')
}
