// Documents of ours beside a state, on a server that holds one document for each address.
import { isDeepStrictEqual } from 'node:util'
import { fail } from '../../diagnostics.ts'
import type { Versioned } from '../remote/versioned.ts'
import { type SendHttp, withoutCredentials } from './client.ts'
import { type HttpAnswer, httpRefused } from './fault.ts'

export interface SiblingOptions {
  readonly send: SendHttp
  readonly updateMethod: string
  /** What addresses of siblings begin with. */
  readonly address: string
  /** Of the state itself. */
  readonly stateAddress: string
}

/**
 * One client of the documents of one state.
 *
 * Some servers keep none. Once that has shown, `refusal` says why, there is nothing to get, and `put` does nothing.
 */
export interface Siblings {
  readonly refusal: string | undefined
  /** True once nobody knows what became of a `put`, which may even be carried out later. */
  readonly isDoubtful: boolean
  /** Its address, without credentials. */
  describe(name: string): string
  /** Undefined when there never was one; an emptied one has no text. */
  get(name: string): Promise<Versioned | undefined>
  /** Gives its tag; undefined if the server keeps none. */
  put(name: string, text: string): Promise<string | undefined>
  /** Empties it. A server may take long to delete, and refuse a new document of that name until it has. */
  empty(name: string): Promise<void>
  /** To be told what the state's address gave: a server that does not look at the path gives a sibling there. */
  check(stateText: string): boolean
}

interface Found {
  readonly text: string
  readonly serial: number
}

/** Ours, in what otherwise looks like a state without objects: some servers look into what they keep. */
const MARK = 'hubform_document'
const NOTHING = [204, 404]
/** How servers say that they will not keep something there. */
const REFUSED = [400, 401, 403, 404, 405, 409, 410, 422, 423, 501]

/** Each document has a serial that grows, as a state's does. */
export function httpSiblings({ send, updateMethod, address, stateAddress }: SiblingOptions): Siblings {
  const serials = new Map<string, number>()
  const url = (name: string) => join(address, name)
  const shown = (name: string) => withoutCredentials(url(name))
  let refusal: string | undefined
  let isDoubtful = false
  /** A server that has kept one of them will not begin to refuse them: then it is an error. */
  let proved = false

  const refuse = (reason: string): undefined => {
    refusal ??= reason
    return undefined
  }
  const refuseAnswer = (answer: HttpAnswer, act: string, at: string): undefined => {
    if (proved || !REFUSED.includes(answer.status)) return httpRefused(answer, act, at)
    return refuse(`it answers ${answer.status} at ${at}`)
  }

  const fetch = async (name: string): Promise<Found | undefined> => {
    const at = shown(name)
    const answer = await send({ method: 'GET', url: url(name), act: `read ${at}` })
    if (NOTHING.includes(answer.status) || (answer.status === 200 && answer.text.trim() === '')) {
      serials.set(name, serials.get(name) ?? 0)
      return undefined
    }
    if (answer.status !== 200) return refuseAnswer(answer, 'read a document of its own', at)
    const found = parse(answer.text)
    if (found === undefined && proved)
      return fail(
        'State server refused',
        `Something that is not Hubform's is at ${at}, where it keeps documents of its own beside the state. Move it away, or set HUBFORM_HTTP_JOURNAL_ADDRESS to another beginning of their addresses.`,
      )
    if (found === undefined) return refuse(`there is something else at ${at}`)
    proved = true
    serials.set(name, Math.max(found.serial, serials.get(name) ?? 0))
    return found
  }

  const check = (stateText: string): boolean => {
    if (!stateText.includes(`"${MARK}"`) || parse(stateText) === undefined) return true
    refuse('it keeps one document, whatever the address')
    return false
  }

  const put = async (name: string, text: string): Promise<string | undefined> => {
    if (refusal === undefined && !serials.has(name)) await fetch(name)
    if (refusal !== undefined) return undefined
    const serial = (serials.get(name) ?? 0) + 1
    // Counted even if it fails: it may have got there all the same.
    serials.set(name, serial)
    const at = shown(name)
    const body = `${JSON.stringify(wrap(text, serial))}\n`
    const isOurs = (found: Found | undefined) => isDeepStrictEqual(found, { text, serial })
    try {
      const answer = await send({ method: updateMethod, url: url(name), body, act: `write ${at}` })
      if (answer.status >= 300) {
        // It may be the second try that is refused, after the answer to the first was lost.
        const found = await fetch(name).catch(() => undefined)
        // Or somebody else has written it since we last looked, and ours is no new version of it.
        if (found !== undefined && found.serial >= serial && !isOurs(found)) return await put(name, text)
        if (!isOurs(found)) return refuseAnswer(answer, 'write a document of its own', at)
      }
    } catch (error) {
      if (!isOurs(await fetch(name).catch(() => undefined))) {
        isDoubtful = true
        throw error
      }
    }
    if (!proved && serial === 1)
      check((await send({ method: 'GET', url: stateAddress, act: 'read the state' })).text)
    if (refusal !== undefined) return undefined
    proved = true
    return String(serial)
  }

  return {
    get refusal() {
      return refusal
    },
    get isDoubtful() {
      return isDoubtful
    },
    describe: shown,
    check,
    put,
    async get(name) {
      const found = refusal === undefined ? await fetch(name) : undefined
      return found && { text: found.text, tag: String(found.serial) }
    },
    async empty(name) {
      if (refusal !== undefined) return
      // One that was never there needs no emptying.
      if ((serials.get(name) ?? 0) > 0 || (await fetch(name)) !== undefined) await put(name, '')
    },
  }
}

/** The same address, with more at the end of its path. */
export function join(address: string, name: string): string {
  const url = new URL(address)
  url.pathname = `${url.pathname.replace(/\/$/, '')}-${name}`
  return url.href
}

function wrap(text: string, serial: number) {
  return {
    version: 4,
    terraform_version: '1.11.0',
    serial,
    lineage: 'hubform-document',
    outputs: {},
    resources: [],
    check_results: null,
    [MARK]: text,
  }
}

function parse(body: string): Found | undefined {
  try {
    const document = JSON.parse(body) as { [key: string]: unknown } | null
    const text = document?.[MARK]
    const serial = document?.['serial']
    return typeof text === 'string' && typeof serial === 'number' ? { text, serial } : undefined
  } catch {
    return undefined
  }
}
