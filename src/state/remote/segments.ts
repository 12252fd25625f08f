// A journal on a server that only replaces whole documents: a chain of segments of bounded size.
import { createHash, randomUUID } from 'node:crypto'
import { fail } from '../../diagnostics.ts'
import { ChangedError, type Versioned } from './versioned.ts'

/** Documents of one journal, by number. */
export interface Blobs {
  /** Names one for messages. */
  describe(index: number): string
  get(index: number): Promise<Versioned | undefined>
  /**
   * Writes it whole or not at all, and gives its new tag. Where the server can, it refuses with ChangedError unless what is
   * there is `expected`, undefined meaning nothing.
   */
  put(index: number, text: string, expected: string | undefined): Promise<string>
  /** Succeeds also when there is none. */
  remove(index: number): Promise<void>
}

export interface Journal {
  /** Resolves when the lines are on the server. Not to be called again before that. */
  append(lines: readonly string[]): Promise<void>
  /** Undefined when there is none. */
  read(): Promise<string | undefined>
  clear(): Promise<void>
}

export interface SegmentOptions {
  /** Makes ids that never come again. */
  readonly newId?: () => string
  /** A segment is closed when it would grow above this; each step rewrites one segment at most. */
  readonly bound?: number
}

interface Segment {
  readonly id: string
  readonly index: number
  readonly lines: string
}

interface Tail extends Segment {
  readonly tag: string
}

const BOUND = 64 * 1_024
/** So many requests at a time where their order does not matter. */
const AT_ONCE = 8

/**
 * Keeps lines in segments 0, 1, 2…, each of which names its journal and its number.
 *
 * The chain begins with segment 0 and ends before the first that is missing or names another journal. So removing segment
 * 0 removes the journal, and what a run that died while clearing left behind is never taken for part of a later one.
 */
export function segmentedJournal(
  blobs: Blobs,
  { newId = randomUUID, bound = BOUND }: SegmentOptions = {},
): Journal {
  let tail: Tail | undefined
  let known = false

  const read = async (): Promise<string | undefined> => {
    const texts: string[] = []
    let last: Tail | undefined
    const follow = (found: Versioned | undefined, index: number): boolean => {
      const segment = found && decode(found.text, blobs.describe(index), last?.id, index)
      if (found === undefined || segment === undefined) return false
      last = { ...segment, tag: found.tag }
      texts.push(segment.lines)
      return true
    }
    // Most of the time there is none at all; if there is one, it may be long.
    let more = follow(await blobs.get(0), 0)
    for (let index = 1; more; index += AT_ONCE) {
      const found = await Promise.all(numbers(index, index + AT_ONCE).map((one) => blobs.get(one)))
      more = found.every((one, i) => follow(one, index + i))
    }
    tail = last
    known = true
    return last === undefined ? undefined : texts.join('')
  }

  /** Over what another journal left there, too. */
  const put = async (segment: Segment, expected: string | undefined): Promise<Tail> => {
    const { index } = segment
    const text = encode(segment)
    try {
      return { ...segment, tag: await blobs.put(index, text, expected) }
    } catch (error) {
      if (!(error instanceof ChangedError)) throw error
      const there = await blobs.get(index)
      // Our own write, whose answer was lost.
      if (there?.text === text) return { ...segment, tag: there.tag }
      if (there === undefined || expected !== undefined || !isLeftOver(there.text, segment)) throw error
      return { ...segment, tag: await blobs.put(index, text, there.tag) }
    }
  }

  return {
    read,

    async append(lines) {
      if (!known) await read()
      const added = lines.map((line) => `${line}\n`).join('')
      const last = tail
      // Whatever comes of it, what is there is only known again once it has succeeded.
      known = false
      const fits = last !== undefined && Buffer.byteLength(last.lines) + Buffer.byteLength(added) <= bound
      tail = fits
        ? await put({ id: last.id, index: last.index, lines: last.lines + added }, last.tag)
        : await put(
            { id: last?.id ?? newId(), index: last === undefined ? 0 : last.index + 1, lines: added },
            undefined,
          )
      known = true
    },

    async clear() {
      if (!known) await read()
      const end = tail?.index ?? -1
      known = false
      if (end >= 0) await blobs.remove(0)
      for (let index = 1; index <= end; index += AT_ONCE) {
        const some = numbers(index, Math.min(index + AT_ONCE, end + 1))
        await Promise.all(some.map((one) => blobs.remove(one)))
      }
      // Left behind by somebody who did not come this far.
      for (let index = Math.max(end, 0) + 1; (await blobs.get(index)) !== undefined; index++)
        await blobs.remove(index)
      tail = undefined
      known = true
    },
  }
}

function numbers(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

/** One line about the segment, then its lines as they are. */
function encode({ id, index, lines }: Segment): string {
  return `${JSON.stringify({ journal: id, segment: index, sha256: digest(lines) })}\n${lines}`
}

/** Undefined for a segment of another journal. Throws a diagnostic if it is not whole. */
function decode(
  text: string,
  description: string,
  id: string | undefined,
  index: number,
): Segment | undefined {
  const header = readHeader(text)
  if (header === undefined) return damaged(description)
  if (id !== undefined && header.journal !== id) return undefined
  const lines = text.slice(text.indexOf('\n') + 1)
  if (header.segment !== index || header.sha256 !== digest(lines)) return damaged(description)
  return { id: header.journal, index, lines }
}

function isLeftOver(text: string, { id, index }: Segment): boolean {
  const header = readHeader(text)
  // At the head it would be a journal that somebody has just begun.
  return index > 0 && header !== undefined && header.journal !== id
}

function readHeader(
  text: string,
): { readonly journal: string; readonly segment: number; readonly sha256: string } | undefined {
  try {
    const header = JSON.parse(text.slice(0, text.indexOf('\n'))) as { [key: string]: unknown } | null
    const { journal, segment, sha256 } = header ?? {}
    if (typeof journal !== 'string' || typeof segment !== 'number' || typeof sha256 !== 'string')
      return undefined
    return { journal, segment, sha256 }
  } catch {
    return undefined
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function damaged(description: string): never {
  return fail(
    'Journal is damaged',
    `${description} holds a part of the journal of an interrupted run, and it is not as it was written: it was cut short or changed. What the run recorded there cannot be trusted. Bring an earlier version of it back if the server keeps some; or move it away, run plan, and import what is missing.`,
  )
}
