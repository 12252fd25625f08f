// Hiding secrets by value: the net below what is hidden by schema.
import { Decimal } from '../schema/number.ts'
import { isList, Sensitive, SetValue, type Value } from '../schema/value.ts'
import { quote } from './text.ts'

/** Masks every known secret in a text. */
export type Redact = (text: string) => string

/** Secrets of one run. Grows while the run learns of more; what it makes must be used for all output and errors. */
export interface Secrets {
  /** Adds one secret. Texts of fewer than four characters are ignored: masking them would hide everything. */
  add(secret: string): void
  /** Adds every string in a value, whatever its marks. */
  addValue(value: Value): void
  /** Adds the strings below the marks in a value, and nothing else. */
  addMarked(value: Value): void
  readonly redact: Redact
}

/** JSON of data with every known secret masked in its texts and keys; numbers and punctuation are left alone. */
export function redactedJson(data: object, redact: Redact): string {
  return JSON.stringify(data, (_key, value: unknown) => {
    if (typeof value === 'string') return redact(value)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const hidden = Object.keys(value).some((key) => redact(key) !== key)
    return hidden ? Object.fromEntries(Object.entries(value).map(([key, one]) => [redact(key), one])) : value
  })
}

const MASK = '(sensitive value)'
const shortest = 4

/** Below this length a secret is masked only where it stands alone, so that "user" does not hide "tavio_user". */
const standsAlone = 8

/** Words that are no secret whatever they are the value of; masking them would make all output unreadable. */
const plainWords = new Set(['true', 'false', 'null', 'none', 'unknown', 'default'])

/** Makes an empty collection of secrets. */
export function makeSecrets(): Secrets {
  // The lengths of spellings by their first four characters, longest first: a few look-ups for each character of text,
  // however many secrets there are.
  const lengths = new Map<string, number[]>()
  const known = new Set<string>()

  const addSpelling = (text: string) => {
    if (text.length < shortest || known.has(text)) return
    known.add(text)
    const start = text.slice(0, shortest)
    const list = lengths.get(start) ?? []
    if (list.includes(text.length)) return
    lengths.set(
      start,
      [...list, text.length].sort((a, b) => b - a),
    )
  }
  const add = (secret: string) => {
    if (secret.length < shortest || plainWords.has(secret.toLowerCase())) return
    for (const spelling of spellings(secret)) addSpelling(spelling)
  }
  return {
    add,
    addValue: (value) => eachString(value, add),
    addMarked: (value) => eachMarked(value, (inner) => eachString(inner, add)),
    redact: (text) => (known.size === 0 ? text : mask(text, known, lengths)),
  }
}

/** How a secret may appear: as it is, quoted by JSON or by a plan, in an address, as base64, and line by line. */
function spellings(secret: string): string[] {
  const lines = secret.includes('\n')
    ? secret.split('\n').filter((line) => line.trim().length >= standsAlone)
    : []
  const all = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    quote(secret).slice(1, -1),
    secret.isWellFormed() ? encodeURIComponent(secret) : secret,
    ...(secret.length >= standsAlone ? [Buffer.from(secret).toString('base64').replace(/=+$/, '')] : []),
    ...lines.map((line) => line.trim()),
  ]
  return [...new Set(all)]
}

function mask(
  text: string,
  known: ReadonlySet<string>,
  lengths: ReadonlyMap<string, readonly number[]>,
): string {
  let result = ''
  let copied = 0
  for (let i = 0; i + shortest <= text.length; ) {
    const length = lengths
      .get(text.slice(i, i + shortest))
      ?.find((one) => known.has(text.slice(i, i + one)) && mayHide(text, i, one))
    if (length === undefined) i++
    else {
      result += text.slice(copied, i) + MASK
      i += length
      copied = i
    }
  }
  return copied === 0 ? text : result + text.slice(copied)
}

function mayHide(text: string, at: number, length: number): boolean {
  if (length >= standsAlone) return true
  const word = /[\p{L}\p{N}_]/u
  return !word.test(text[at - 1] ?? '') && !word.test(text[at + length] ?? '')
}

function eachString(value: Value, use: (text: string) => void): void {
  if (typeof value === 'string') use(value)
  else if (value instanceof Sensitive) eachString(value.value, use)
  else for (const inner of inside(value)) eachString(inner, use)
}

function eachMarked(value: Value, use: (value: Value) => void): void {
  if (value instanceof Sensitive) use(value.value)
  else for (const inner of inside(value)) eachMarked(inner, use)
}

function inside(value: Value): readonly Value[] {
  if (typeof value !== 'object' || value === null || value instanceof Decimal || value instanceof Sensitive)
    return []
  if (value instanceof SetValue) return value.elements
  return isList(value) ? value : Object.values(value)
}
