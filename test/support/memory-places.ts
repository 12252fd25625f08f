// Servers in memory, of which each request and each answer is held up for as long as a test wants.
import type { SendHttp } from '../../src/state/http/client.ts'
import { httpPlace } from '../../src/state/http/place.ts'
import { httpSiblings } from '../../src/state/http/siblings.ts'
import type { RemotePlace } from '../../src/state/remote/place.ts'
import { ChangedError } from '../../src/state/remote/versioned.ts'
import type { S3Objects } from '../../src/state/s3/objects.ts'
import { s3Place } from '../../src/state/s3/place.ts'

/** Resolves when a request arrives, or its answer does. */
export type Delay = (what: string) => Promise<void>

export interface MemoryPlace {
  /** For one run. */
  open(delay: Delay): RemotePlace
  /** The id of the holder. */
  holder(): string | undefined
  /** Without a run, and without a delay. */
  setState(text: string): void
  /** As a person does with another program. */
  breakLock(): void
}

/** Told what becomes the state, at the moment when it does. */
export type OnWrite = (text: string) => void

export interface HttpKind {
  /** Refuses what comes with the id of another lock. */
  readonly comparesIds: boolean
  /** Refuses a document whose serial does not grow. */
  readonly comparesSerials: boolean
}

export function memoryHttp(
  { comparesIds, comparesSerials }: HttpKind,
  onWrite: OnWrite = () => undefined,
): MemoryPlace {
  const documents = new Map<string, string>()
  let lock: string | undefined

  const act = (
    method: string,
    url: URL,
    body: string,
  ): { readonly status: number; readonly text: string } => {
    const answer = (status: number, text = '') => ({ status, text })
    if (method === 'LOCK') {
      if (lock !== undefined) return answer(423, lock)
      lock = body
      return answer(200)
    }
    if (method === 'UNLOCK') {
      if (comparesIds && lock !== undefined && idOf(lock) !== idOf(body)) return answer(409)
      lock = undefined
      return answer(200)
    }
    const before = documents.get(url.pathname)
    if (method === 'GET') return before === undefined ? answer(404) : answer(200, before)
    const holder = url.pathname === '/state' && lock !== undefined ? idOf(lock) : null
    if (comparesIds && holder !== url.searchParams.get('ID')) return answer(409)
    if (comparesSerials && before !== undefined && serialOf(body) <= serialOf(before)) return answer(422)
    documents.set(url.pathname, body)
    if (url.pathname === '/state') onWrite(body)
    return answer(200)
  }

  return {
    open(delay) {
      const address = 'http://here/state'
      const send: SendHttp = async ({ method, url, body = '' }) => {
        const name = `${method} ${new URL(url).pathname}`
        await delay(name)
        const answer = act(method, new URL(url), body)
        await delay(`${answer.status} for ${name}`)
        return answer
      }
      const siblings = httpSiblings({
        send,
        updateMethod: 'POST',
        address: `${address}-journal`,
        stateAddress: address,
      })
      return httpPlace({
        send,
        address,
        updateMethod: 'POST',
        lock: { url: address, method: 'LOCK', unlockUrl: address, unlockMethod: 'UNLOCK' },
        siblings,
        keep: 1,
        journalFile: '/nowhere',
        description: address,
      })
    },
    holder: () => (lock === undefined ? undefined : idOf(lock)),
    setState: (text) => void documents.set('/state', text),
    breakLock() {
      lock = undefined
    },
  }
}

/** `conditionalDelete`: without it, conditions are ignored where something is removed. */
export function memoryS3(
  { conditionalDelete }: { readonly conditionalDelete: boolean },
  onWrite: OnWrite = () => undefined,
): MemoryPlace {
  const contents = new Map<string, { readonly text: string; readonly tag: string }>()
  let tags = 0
  return {
    open(delay) {
      const held = async <T>(name: string, work: () => T): Promise<T> => {
        await delay(name)
        try {
          return work()
        } finally {
          await delay(`answer to ${name}`)
        }
      }
      const objects: S3Objects = {
        get: (key) => held(`GET ${key}`, () => contents.get(key)),
        put: (key, text, expected) =>
          held(`PUT ${key}`, () => {
            if (contents.get(key)?.tag !== expected) throw new ChangedError(key)
            tags += 1
            contents.set(key, withTag(text))
            if (key === 'state') onWrite(text)
            return withTag(text).tag
          }),
        remove: (key, tag) =>
          held(`DELETE ${key}`, () => {
            if (tag === undefined || !conditionalDelete || contents.get(key)?.tag === tag)
              contents.delete(key)
          }),
        list: (prefix) =>
          held(`LIST ${prefix}`, () => [...contents.keys()].filter((key) => key.startsWith(prefix))),
      }
      return s3Place({ objects, bucket: 'bucket', key: 'state', keep: 2, now: () => tags })
    },
    holder() {
      const lock = contents.get('state.tflock')
      return lock && idOf(lock.text)
    },
    setState: (text) => void contents.set('state', withTag(text)),
    breakLock() {
      contents.delete('state.tflock')
    },
  }
}

/** As in S3, the same content has the same tag. */
function withTag(text: string) {
  return { text, tag: JSON.stringify(text) }
}

function idOf(body: string): string {
  return (JSON.parse(body) as { readonly ID: string }).ID
}

function serialOf(body: string): number {
  return (JSON.parse(body) as { readonly serial: number }).serial
}
