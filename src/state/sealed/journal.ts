// A sealed journal: runs of lines, each sealed by itself, and each run begun by a line in clear.
import { createHash } from 'node:crypto'
import { fail } from '../../diagnostics.ts'
import { namesOf } from './envelope.ts'
import { ALGORITHM, decodeMark, type Key, type KeyMark, markOf, openWith, seal, unseal } from './seal.ts'

/** Begins a run of sealed lines. */
interface Header extends KeyMark {
  readonly hubform_journal: 1
  readonly algorithm: typeof ALGORITHM
  /** SHA-256 of all lines before, so that none of them can be taken away or changed. */
  readonly after: string
  /** Of nothing: vouches for the header itself. */
  readonly seal: string
}

/** Makes the lines of one run. Whatever is sealed must be added in that order, the header first, and nothing else. */
export interface Sealer {
  readonly header: string
  seal(line: string): string
}

const PREFIX = 'sealed:'

/** Seals lines that come after `before`, the whole journal up to its last complete line. */
export function sealer(key: Key, before: string): Sealer {
  const { mark, bytes } = markOf(key)
  const head = { algorithm: ALGORITHM, ...mark, after: digest(before) } as const
  const begin = seal(Buffer.alloc(0), aboutHeader(head), bytes)
  const header = JSON.stringify({ hubform_journal: 1, ...head, seal: begin } satisfies Header)
  let count = 0
  return {
    header,
    seal: (line) => PREFIX + seal(Buffer.from(line), aboutLine(header, count++), bytes),
  }
}

export interface OpenedJournal {
  /** An incomplete last line is there as it was found. */
  readonly text: string
  /** True if it ends with lines in clear, for which no key vouches. */
  readonly endsInClear: boolean
}

/** The text up to the last line break. */
export function completeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1)
}

/** Opens a journal. Lines in clear stay. Throws a diagnostic if a key is missing, or anything was changed. */
export function openJournal(text: string, keys: readonly Key[], where: string): OpenedJournal {
  const complete = completeLines(text)
  const before = createHash('sha256')
  const lines: string[] = []
  let run: { readonly header: string; readonly bytes: Buffer; count: number } | undefined
  for (const [i, line] of complete.split('\n').slice(0, -1).entries()) {
    if (line.startsWith('{"hubform_journal"')) {
      const head = decodeHeader(line, i + 1, where)
      const bytes = openHeader(head, keys, { line: i + 1, file: where })
      if (before.copy().digest('base64') !== head.after) changed(i + 1, where)
      run = { header: line, bytes, count: 0 }
    } else if (line.startsWith(PREFIX)) {
      if (run === undefined) return changed(i + 1, where)
      const opened = unseal(line.slice(PREFIX.length), aboutLine(run.header, run.count++), run.bytes)
      if (opened === undefined) return changed(i + 1, where)
      lines.push(`${opened.toString()}\n`)
    } else if (run !== undefined) {
      return changed(i + 1, where)
    } else {
      lines.push(`${line}\n`)
    }
    before.update(`${line}\n`)
  }
  return {
    text: lines.join('') + text.slice(complete.length),
    endsInClear: run === undefined && lines.length > 0,
  }
}

function decodeHeader(line: string, number: number, where: string): Header {
  let header: { readonly [name: string]: unknown }
  try {
    header = JSON.parse(line)
  } catch {
    return changed(number, where)
  }
  const { hubform_journal: format, algorithm, after, key, scrypt, seal } = header
  if (format !== 1 && Number.isSafeInteger(format) && (format as number) > 1) {
    return fail(
      'Journal encryption too new',
      `Line ${number} of ${where} begins lines that are encrypted in format ${String(format)}, and this Hubform knows format 1. Nothing was changed. Use the version of Hubform that wrote it, or a newer one.`,
      { file: where, line: number },
    )
  }
  const mark = decodeMark(key, scrypt)
  if (format !== 1 || algorithm !== ALGORITHM || mark === undefined) return changed(number, where)
  if (typeof after !== 'string' || typeof seal !== 'string') return changed(number, where)
  return { hubform_journal: 1, algorithm, ...mark, after, seal }
}

function openHeader(
  header: Header,
  keys: readonly Key[],
  { line, file }: { readonly line: number; readonly file: string },
): Buffer {
  const opened = openWith(keys, header, header.seal, aboutHeader(header))
  if (opened.kind === 'opened') return opened.bytes
  if (opened.kind === 'not opened') return changed(line, file)
  const given =
    keys.length === 0
      ? 'no key is set. Set HUBFORM_STATE_KEY, or one of the other settings for a key, as where it was encrypted'
      : `none of the keys that are set opens it: ${namesOf(keys)}. Add that key to them`
  return fail(
    'Journal is encrypted',
    `${file} is encrypted with the key "${header.key}", and ${given}. It records what an interrupted run did, so Hubform does not go on without it. Nothing was changed.`,
    { file, line },
  )
}

function changed(line: number, file: string): never {
  return fail(
    'Journal not opened',
    `Line ${line} of ${file} does not open: the journal was encrypted with another key of that name, or was changed since. It records what an interrupted run did, so Hubform does not go on without it. Nothing was changed now. Set the right key. If you know what that run did, move the journal away and import what is missing.`,
    { file, line },
  )
}

function aboutHeader({ algorithm, key, scrypt, after }: Omit<Header, 'hubform_journal' | 'seal'>): string {
  const stretch = scrypt === undefined ? null : [scrypt.salt, scrypt.N, scrypt.r, scrypt.p]
  return JSON.stringify(['hubform journal', 1, algorithm, key, stretch, after])
}

/** The header is never the same twice, so a line belongs to one place of one run only. */
function aboutLine(header: string, number: number): string {
  return `hubform journal line ${number}\n${header}`
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}
