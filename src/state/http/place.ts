// A state at an address of an HTTP server, as Terraform keeps it there.
import type { LockInfo } from '../backend.ts'
import { lockLost } from '../lost.ts'
import type { RemotePlace } from '../remote/place.ts'
import { ChangedError, type Versioned } from '../remote/versioned.ts'
import type { SendHttp } from './client.ts'
import { httpEpochs } from './epochs.ts'
import { httpRefused } from './fault.ts'
import { emptyEarlier, httpJournal } from './journal.ts'
import { type HttpLock, httpLock } from './lock.ts'
import type { Siblings } from './siblings.ts'

export interface HttpPlaceOptions {
  readonly send: SendHttp
  readonly address: string
  readonly updateMethod: string
  readonly lock:
    | {
        readonly url: string
        readonly method: string
        readonly unlockUrl: string | undefined
        readonly unlockMethod: string
      }
    | undefined
  readonly siblings: Siblings
  /** How many earlier contents were asked for. It is one at most; 0: none. */
  readonly keep: number
  /** Where the journal goes if the server keeps no documents beside a state. */
  readonly journalFile: string
  readonly description: string
}

export function httpPlace(options: HttpPlaceOptions): RemotePlace {
  const { send, address, siblings, description } = options
  const epochs = httpEpochs(siblings)
  const lock =
    options.lock === undefined
      ? noLock
      : httpLock({
          send,
          lockUrl: options.lock.url,
          lockMethod: options.lock.method,
          unlockUrl: options.lock.unlockUrl,
          unlockMethod: options.lock.unlockMethod,
          siblings,
          epochs,
          description,
        })
  /** Of a document of the holder, or of who just looks: as far as that one has looked. */
  const describe = (document: string) => siblings.describe(epochs.name(lock.epoch ?? epochs.seen, document))

  const read = async (): Promise<Versioned | undefined> => {
    const answer = await send({ method: 'GET', url: address, act: 'read the state' })
    if (answer.status === 204 || answer.status === 404) return undefined
    if (answer.status !== 200) return httpRefused(answer, 'read the state', description)
    const { text } = answer
    return text !== '' && siblings.check(text) ? { text, tag: '' } : undefined
  }

  return {
    description,
    get backupDescription() {
      return options.keep > 0 && siblings.refusal === undefined ? describe('backup') : undefined
    },
    get journalDescription() {
      return siblings.refusal === undefined
        ? describe('0')
        : `${options.journalFile} (on this machine only: the server keeps no documents beside a state, as ${siblings.refusal})`
    },
    read,

    async write(text, expected, info: LockInfo) {
      // The server compares lock ids if it does at all; that nobody wrote in between is for us to see.
      const there = await read()
      if (there?.text !== expected?.text) throw new ChangedError(description)
      // Some servers compare no ids: of them, too, as few writes as can be are let through.
      if (!(await lock.isOurs(info))) return lockLost(description)
      const url = options.lock === undefined ? address : withId(address, lock.idOf(info))
      try {
        const answer = await send({ method: options.updateMethod, url, body: text, act: 'write the state' })
        if (answer.status < 300 || (await isThere(text))) return ''
        if (answer.status === 409 || answer.status === 423) return lockLost(description)
        return httpRefused(answer, 'write the state', description)
      } catch (error) {
        // It may be there, and only the answer lost.
        if (await isThere(text)) return ''
        throw error
      }
    },

    async backUp(text) {
      if (options.keep === 0) return
      await siblings.put(epochs.name(lock.epoch ?? (await epochs.latest()), 'backup'), text)
    },

    async rewriteBackups(rewrite, confirm) {
      if (lock.epoch !== undefined) await emptyEarlier({ siblings, epochs }, lock.epoch, confirm)
      const latest = lock.epoch ?? (await epochs.latest())
      for (let epoch = latest; epoch >= 0; epoch--) {
        const name = epochs.name(epoch, 'backup')
        const found = await siblings.get(name)
        const next = found && rewrite(found.text, siblings.describe(name))
        if (next === undefined) continue
        await confirm()
        await siblings.put(name, next)
      }
    },

    openJournal: () => httpJournal({ siblings, epochs, epoch: lock.epoch, path: options.journalFile }),
    lock,
  }

  async function isThere(text: string): Promise<boolean> {
    const found = await read().catch(() => undefined)
    return found?.text === text
  }
}

/** Without an address for locks nothing is locked, as with Terraform. */
const noLock: HttpLock = {
  epoch: undefined,
  idOf: ({ ID }) => ID,
  isOurs: async () => true,
  take: async () => 'taken',
  takeOver: async () => 'taken',
  renew: async () => true,
  confirm: async () => true,
  release: async () => undefined,
  find: async () => undefined,
  break: async () => undefined,
}

function withId(address: string, id: string): string {
  const url = new URL(address)
  url.searchParams.set('ID', id)
  return url.href
}
