// A journal on a server that only replaces whole documents: a chain of segments of bounded size.
import { createHash, randomUUID } from 'node:crypto'
import { fail } from '../../diagnostics.ts'
import { ChangedError, type Versioned } from './versioned.ts'

/** Documents of a journal, by number. */
export interface Blobs {
  /**
   * True where those after the first have names that begin with the id of their journal, and no condition is ignored. Then a
   * run goes on with a copy of what it found: what an earlier one still writes to its own is not read by anybody.
   */
  readonly namesById: boolean
  /** Names one for messages. `journal`: the id, for all but the first; undefined in journals of before there were such names. */
  describe(index: number, journal: string | undefined): string
  get(index: number, journal: string | undefined): Promise<Versioned | undefined>
  /**
   * Writes it whole or not at all, and gives its new tag. Where the server can, it refuses with ChangedError unless what is
   * there is `expected`, undefined meaning nothing.
   */
  put(index: number, journal: string | undefined, text: string, expected: string | undefined): Promise<string>
  /** Succeeds also when there is none. May leave an empty one. */
  remove(index: number, journal: string | undefined): Promise<void>
}

export interface Journal {
  /**
   * For the holder of a lock, once, before it reads: from then on nothing is read that an earlier holder writes.
   * `isTakenOver`: that one did not give the lock back.
   */
  claim(isTakenOver: boolean): Promise<void>
  /** Resolves when the lines are on the server. Not to be called again before that. */
  append(lines: readonly string[]): Promise<void>
  /** Undefined when there is none. */
  read(): Promise<string | undefined>
  clear(): Promise<void>
}

export interface SegmentedJournal extends Omit<Journal, 'claim'> {
  /** Puts a journal with this text in the place of the one that was read. */
  begin(text: string): Promise<void>
}

export interface SegmentOptions {
  /** Makes ids that never come again. */
  readonly newId?: () => string
  /** A segment is closed when it would grow above this; each step rewrites one segment at most. */
  readonly bound?: number
  /**
   * Asked between looking and writing over what was seen: throws unless the lock is still ours. Without it, nobody else must be
   * able to write.
   */
  readonly confirm?: (() => Promise<void>) | undefined
}

interface Segment {
  readonly id: string
  readonly index: number
  readonly lines: string
}

interface Found extends Segment {
  readonly tag: string
  readonly namesById: boolean
}

interface Chain {
  readonly id: string
  /** Undefined: those after the first have no names by id. */
  readonly names: string | undefined
  readonly headTag: string
  readonly tail: Omit<Found, 'namesById'>
  /** Of one that another run began. */
  readonly text: string | undefined
}

const BOUND = 64 * 1_024
/** So many requests at a time where their order does not matter. */
const AT_ONCE = 8

/**
 * Keeps lines in segments 0, 1, 2…, each of which names its journal and its number.
 *
 * The chain begins with segment 0 and ends before the first that is missing or names another journal. So whatever becomes of
 * segment 0 decides about the whole journal at once, and what a run that died left behind is never taken for part of a later one.
 */
export function segmentedJournal(
  blobs: Blobs,
  { newId = randomUUID, bound = BOUND, confirm }: SegmentOptions = {},
): SegmentedJournal {
  let chain: Chain | undefined
  /** What is there: unknown, as it was when we looked, or as it was when we had the lock. */
  let known: 'not' | 'seen' | 'ours' = 'not'
  /** Of the journals that were begun here. */
  const own = new Set<string>()
  /** The last one, which is begun again if it is not known what became of it. */
  let next: { readonly id: string; readonly text: string } | undefined

  const read = async (): Promise<string | undefined> => {
    const texts: string[] = []
    const head = await blobs.get(0, undefined)
    let last = head && decode(head, blobs.describe(0, undefined), undefined, 0)
    if (head === undefined || last === undefined) {
      chain = undefined
      known = 'seen'
      return undefined
    }
    const { id } = last
    const names = last.namesById ? id : undefined
    texts.push(last.lines)
    let more = last.lines !== ''
    // Most of the time there is just one; if there are more, they may be many.
    for (let index = 1; more; index += AT_ONCE) {
      const found = await Promise.all(numbers(index, index + AT_ONCE).map((one) => blobs.get(one, names)))
      for (const [i, one] of found.entries()) {
        const segment = one && decode(one, blobs.describe(index + i, names), id, index + i)
        more = segment !== undefined
        if (segment === undefined) break
        last = segment
        texts.push(segment.lines)
      }
    }
    const text = texts.join('')
    chain = { id, names, headTag: head.tag, tail: last, text: own.has(id) ? undefined : text }
    known = 'seen'
    return text === '' ? undefined : text
  }

  const settle = async (): Promise<void> => {
    if (known === 'not') await read()
    if (known === 'seen') await confirm?.()
    known = 'ours'
  }

  /** Over what another journal, or an earlier try, left there, too. */
  const put = async (
    segment: Segment,
    names: string | undefined,
    expected: string | undefined,
  ): Promise<string> => {
    const { index } = segment
    const text = encode(segment, blobs.namesById && names !== undefined)
    try {
      return await blobs.put(index, names, text, expected)
    } catch (error) {
      if (!(error instanceof ChangedError)) throw error
      const there = await blobs.get(index, names)
      // Our own write, whose answer was lost.
      if (there?.text === text) return there.tag
      if (there === undefined || expected !== undefined || !isLeftOver(there.text, segment, names))
        throw error
      return await blobs.put(index, names, text, there.tag)
    }
  }

  /**
   * Its head comes last, by which it is there. The others come from 1 on, so that whoever comes next finds what is left of one
   * without a head: nobody can list them.
   */
  const begin = async (text: string): Promise<void> => {
    await settle()
    const before = chain
    known = 'not'
    // What is left of a longer one of the same id would be taken for the end of this.
    if (next?.text !== text) next = { id: newId(), text }
    const { id } = next
    own.add(id)
    const names = blobs.namesById ? id : undefined
    const [first = '', ...rest] = split(text, bound)
    let last: Chain['tail'] | undefined
    for (const [i, lines] of rest.entries()) {
      const segment = { id, index: i + 1, lines }
      last = { ...segment, tag: await put(segment, names, undefined) }
    }
    const head = { id, index: 0, lines: first }
    const headTag = await put(head, names, before?.headTag)
    chain = { id, names, headTag, tail: last ?? { ...head, tag: headTag }, text: undefined }
    known = 'ours'
    if (before !== undefined && blobs.namesById) await removeAfterHead(before)
  }

  const removeAfterHead = async ({ names, tail }: Chain): Promise<void> => {
    for (let index = 1; index <= tail.index; index += AT_ONCE) {
      const some = numbers(index, Math.min(index + AT_ONCE, tail.index + 1))
      await Promise.all(some.map((one) => blobs.remove(one, names)))
    }
  }

  const extend = async (last: Chain, added: string): Promise<void> => {
    const { id, names, tail } = last
    // Whatever comes of it, what is there is only known again once it has succeeded.
    known = 'not'
    const fits = Buffer.byteLength(tail.lines) + Buffer.byteLength(added) <= bound || tail.lines === ''
    const segment = fits
      ? { id, index: tail.index, lines: tail.lines + added }
      : { id, index: tail.index + 1, lines: added }
    const tag = await put(segment, names, fits ? tail.tag : undefined)
    chain = { ...last, tail: { ...segment, tag }, headTag: segment.index === 0 ? tag : last.headTag }
    known = 'ours'
  }

  return {
    read,
    begin,

    async append(lines) {
      await settle()
      const added = lines.map((line) => `${line}\n`).join('')
      const isOurs = chain !== undefined && (!blobs.namesById || own.has(chain.id))
      if (isOurs) await extend(chain as Chain, added)
      else await begin((chain?.text ?? '') + added)
    },

    async clear() {
      await settle()
      const before = chain
      next = undefined
      if (!blobs.namesById) return clearPlace(before?.tail.index ?? -1)
      // Removing it could remove what the next run has put there, as not all servers know conditions for that.
      if (before !== undefined && !(before.tail.index === 0 && before.tail.lines === '')) await begin('')
      next = undefined
    },
  }

  async function clearPlace(end: number): Promise<void> {
    known = 'not'
    let last = Math.max(end, 0)
    // Left behind by somebody who did not come this far.
    while ((await blobs.get(last + 1, undefined)) !== undefined) last += 1
    if (end >= 0) await blobs.remove(0, undefined)
    // One by one from the end on, so that what is left begins at 1, where whoever comes next finds it: nobody can list them.
    for (; last >= 1; last--) await blobs.remove(last, undefined)
    chain = undefined
    known = 'ours'
  }
}

/** Whole lines, as many as fit into a segment; one at least. */
function split(text: string, bound: number): readonly string[] {
  const parts: string[] = []
  let part = ''
  for (const line of text.match(/[^\n]*\n/g) ?? []) {
    if (part !== '' && Buffer.byteLength(part) + Buffer.byteLength(line) > bound) {
      parts.push(part)
      part = ''
    }
    part += line
  }
  return [...parts, part]
}

function numbers(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

/** One line about the segment, then its lines as they are. Older programs must not take a new journal for one of theirs. */
function encode({ id, index, lines }: Segment, namesById: boolean): string {
  return `${JSON.stringify({ [namesById ? 'id' : 'journal']: id, segment: index, sha256: digest(lines) })}\n${lines}`
}

/** Undefined for a segment of another journal. Throws a diagnostic if it is not whole. */
function decode(
  { text, tag }: Versioned,
  description: string,
  id: string | undefined,
  index: number,
): Found | undefined {
  const header = readHeader(text)
  if (header === undefined) return damaged(description)
  if (id !== undefined && header.id !== id) return undefined
  const lines = text.slice(text.indexOf('\n') + 1)
  if (header.segment !== index || header.sha256 !== digest(lines)) return damaged(description)
  return { id: header.id, index, lines, tag, namesById: header.namesById }
}

function isLeftOver(text: string, { id, index }: Segment, names: string | undefined): boolean {
  const header = readHeader(text)
  // At the head it would be a journal that somebody has just begun.
  return index > 0 && header !== undefined && (header.id !== id || names !== undefined)
}

/** The journal that a head begins, if its other segments are named by it. */
export function journalBegunBy(head: string): string | undefined {
  const header = readHeader(head)
  return header?.namesById === true ? header.id : undefined
}

function readHeader(
  text: string,
):
  | { readonly id: string; readonly namesById: boolean; readonly segment: number; readonly sha256: string }
  | undefined {
  try {
    const header = JSON.parse(text.slice(0, text.indexOf('\n'))) as { [key: string]: unknown } | null
    const { id = undefined, journal, segment, sha256 } = header ?? {}
    const name = id ?? journal
    if (typeof name !== 'string' || typeof segment !== 'number' || typeof sha256 !== 'string')
      return undefined
    return { id: name, namesById: id !== undefined, segment, sha256 }
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
