// A sealed state: a JSON document that says which key opens it.
import { fail } from '../../diagnostics.ts'
import type { StateSource } from '../file.ts'
import { ALGORITHM, decodeMark, type Key, type KeyMark, markOf, openWith, seal } from './seal.ts'

/**
 * What stands in the place of a state file.
 *
 * Serial and lineage are in clear, because servers that count versions look for them; they cannot be changed without
 * notice. There is no `version`, by which Terraform and OpenTofu see that it is no state of theirs and refuse it.
 */
interface Envelope extends KeyMark {
  readonly hubform_state: 1
  readonly serial?: number
  readonly lineage?: string
  readonly algorithm: typeof ALGORITHM
  readonly data: string
}

/** Seals a state file's text. */
export function sealState(text: string, key: Key): string {
  const { mark, bytes } = markOf(key)
  const head = { ...readHead(text), algorithm: ALGORITHM, ...mark } as const
  const data = seal(Buffer.from(text), aboutState(head), bytes)
  return `${JSON.stringify({ hubform_state: 1, ...head, data } satisfies Envelope)}\n`
}

export interface OpenedState {
  readonly text: string
  /** Undefined if it was not sealed. */
  readonly key: Key | undefined
}

/**
 * Opens a sealed state; one in clear comes back as it is.
 *
 * Throws a diagnostic if no key opens it, if it was changed, or if another program sealed it.
 */
export function openState(text: string, keys: readonly Key[], where: StateSource): OpenedState {
  const found = parse(text)
  if (found === 'damaged') return damaged('is cut off, or no longer JSON', where)
  if (found === undefined) return { text, key: undefined }
  if (Object.hasOwn(found, 'encrypted_data')) return byOpenTofu(where)
  const envelope = decode(found, where)
  if (keys.length === 0) {
    const isPhrase = envelope.scrypt !== undefined
    return fail(
      'State is encrypted',
      `The state at ${where.file} is encrypted with the key "${envelope.key}"${isPhrase ? ', which was made from a passphrase' : ''}, and no key is set. Nothing was changed. Set ${isPhrase ? 'HUBFORM_STATE_PASSPHRASE' : 'HUBFORM_STATE_KEY'}, or one of the other settings for a key, as where it was encrypted.`,
      { file: where.file },
    )
  }
  const { hubform_state: _, data, ...head } = envelope
  const opened = openWith(keys, head, data, aboutState(head))
  switch (opened.kind) {
    case 'opened':
      return { text: opened.text.toString(), key: opened.key }
    case 'key missing':
      return fail(
        'State key missing',
        `The state at ${where.file} is encrypted with the key "${envelope.key}". None of the keys that are set opens it: ${namesOf(keys)}. Nothing was changed. Add that key to them; the first one stays the one that is used for writing.`,
        { file: where.file },
      )
    case 'not opened':
      return fail(
        'State not opened',
        `The state at ${where.file} does not open with the key "${envelope.key}": either this is not the key it was encrypted with, or the state was changed since. Nothing was changed now. Set the right key, or restore the state from ${where.backup === undefined ? 'a backup' : `its backup ${where.backup}`}.`,
        { file: where.file },
      )
  }
}

/** The lineage that a state's text says in clear, sealed or not; undefined if it says none. */
export function lineageIn(text: string): string | undefined {
  return readHead(text).lineage
}

/** Names of keys, for messages. */
export function namesOf(keys: readonly Key[]): string {
  return [...new Set(keys.map(({ id }) => `"${id}"`))].join(', ')
}

type Found = { readonly [name: string]: unknown }

const BEGIN = '{"hubform_state"'

/**
 * Undefined: in clear, as far as we can tell; reading it as a state comes next, and says what is wrong with it. What says
 * that it is sealed is never read as a state, whatever else it says: it would have no objects.
 */
function parse(text: string): Found | 'damaged' | undefined {
  if (/^\s*\{\s*"h/.test(text) && BEGIN.startsWith(text.trim())) return 'damaged'
  if (!text.includes('"hubform_state"') && !text.includes('"encrypted_data"')) return undefined
  try {
    const found: unknown = JSON.parse(text)
    if (typeof found !== 'object' || found === null) return undefined
    const isSealed = Object.hasOwn(found, 'hubform_state') || Object.hasOwn(found, 'encrypted_data')
    return isSealed ? (found as Found) : undefined
  } catch {
    return /^\s*\{\s*"hubform_state"/.test(text) ? 'damaged' : undefined
  }
}

function decode(found: Found, where: StateSource): Envelope {
  const { hubform_state: format, serial, lineage, algorithm, key, scrypt, data, ...others } = found
  if (format !== 1 && Number.isSafeInteger(format) && (format as number) > 1) {
    return fail(
      'State encryption too new',
      `The state at ${where.file} is encrypted in format ${String(format)}, and this Hubform knows format 1. Nothing was changed. Use the version of Hubform that wrote it, or a newer one.`,
      { file: where.file },
    )
  }
  const mark = decodeMark(key, scrypt)
  const fits =
    format === 1 &&
    Object.keys(others).length === 0 &&
    algorithm === ALGORITHM &&
    typeof data === 'string' &&
    (serial === undefined || typeof serial === 'number') &&
    (lineage === undefined || typeof lineage === 'string')
  if (!fits || mark === undefined) return damaged('says things about its encryption that cannot be', where)
  return {
    hubform_state: 1,
    ...(serial !== undefined && { serial }),
    ...(lineage !== undefined && { lineage }),
    algorithm,
    ...mark,
    data,
  }
}

function damaged(what: string, where: StateSource): never {
  return fail(
    'Encrypted state is damaged',
    `The encrypted state at ${where.file} ${what}. Nothing was changed. Restore it from ${where.backup === undefined ? 'a backup' : `its backup ${where.backup}`}, and run plan before anything else.`,
    { file: where.file },
  )
}

function byOpenTofu({ file }: StateSource): never {
  return fail(
    'State encrypted by OpenTofu',
    `The state at ${file} was encrypted by OpenTofu, which keeps it in a format of its own. Nothing was changed. Let OpenTofu write it in clear (method "unencrypted", with the present one as fallback, and one apply); then encrypt it here with "hubform state encrypt".`,
    { file },
  )
}

/** What cannot be changed without notice, in one order. */
function aboutState({
  serial,
  lineage,
  algorithm,
  key,
  scrypt,
}: Omit<Envelope, 'hubform_state' | 'data'>): string {
  const stretch = scrypt === undefined ? null : [scrypt.salt, scrypt.N, scrypt.r, scrypt.p]
  return JSON.stringify(['hubform state', 1, serial ?? null, lineage ?? null, algorithm, key, stretch])
}

function readHead(text: string): Pick<Envelope, 'serial' | 'lineage'> {
  try {
    const { serial, lineage } = JSON.parse(text) as Found
    return {
      ...(Number.isSafeInteger(serial) && { serial: serial as number }),
      ...(typeof lineage === 'string' && { lineage }),
    }
  } catch {
    // Whoever reads it says what is wrong with it; it is kept as it is.
    return {}
  }
}
