// The lock of a server that keeps states: LOCK and UNLOCK as Terraform sends them, and our signs of life beside the state.

import { randomUUID } from 'node:crypto'
import type { LockInfo } from '../backend.ts'
import { decodeLock, encodeLock } from '../remote/lock-text.ts'
import type { Beat, LockPlace, Sight } from '../remote/place.ts'
import type { SendHttp } from './client.ts'
import type { Epochs } from './epochs.ts'
import { type HttpAnswer, httpRefused } from './fault.ts'
import { beatingId, isBeatingId } from './lock-id.ts'
import type { Siblings } from './siblings.ts'

export interface HttpLockOptions {
  readonly send: SendHttp
  readonly lockUrl: string
  readonly lockMethod: string
  /** Undefined: locks are never given back, as with Terraform. */
  readonly unlockUrl: string | undefined
  readonly unlockMethod: string
  readonly siblings: Siblings
  readonly epochs: Epochs
  readonly description: string
}

export interface HttpLock extends LockPlace {
  /** Of the documents of who has the lock through this client; undefined when nobody has. */
  readonly epoch: number | undefined
  /** Under which id the server knows a holder. */
  idOf(info: LockInfo): string
  /** The word of the server itself. */
  isOurs(info: LockInfo): Promise<boolean>
}

const NO_BEAT: Beat = { count: 0, at: 0 }

/**
 * One client of a lock.
 *
 * Who holds it is the server's word. The signs of life are a document of their own, which also names the holder. They begin
 * only after the lock is had, so its id says that they will: then a holder that died in between is known as well. Where the
 * server keeps no such document, the lock is taken anew under an id that promises nothing.
 */
export function httpLock(options: HttpLockOptions): HttpLock {
  const { send, siblings, epochs, description } = options
  const address = siblings.describe('')
  const beats = () => siblings.refusal === undefined
  let epoch: number | undefined

  const idOf = ({ ID }: LockInfo) => (beats() ? beatingId(ID, address) : ID)
  const named = (info: LockInfo): LockInfo => ({ ...info, ID: idOf(info) })

  const ask = (info: LockInfo, beat: Beat) =>
    send({
      method: options.lockMethod,
      url: options.lockUrl,
      body: encodeLock(info, beat),
      act: 'lock the state',
    })
  const unlock = async (body: string | undefined): Promise<HttpAnswer> =>
    options.unlockUrl === undefined
      ? { status: 200, text: '' }
      : await send({ method: options.unlockMethod, url: options.unlockUrl, body, act: 'unlock the state' })

  /** Without documents beside the state there are no signs of life, and the lock is as good as Terraform's. */
  const writeBeat = async (info: LockInfo, beat: Beat, released = false): Promise<void> => {
    if (epoch !== undefined) await epochs.writeBeat({ info: named(info), beat, epoch, released })
  }

  const see = async (answer: HttpAnswer, asked: LockInfo): Promise<Sight> => {
    const { info: holder } = decodeLock(answer.text)
    const last = holder === undefined ? undefined : await epochs.lastBeat()
    // Some servers make up parts of what they tell about a holder; the id is always the holder's.
    if (last !== undefined && last.info.ID === holder?.ID)
      return { holder: last.info, beat: last.beat, tag: answer.text }
    const promises = beats() && holder !== undefined && isBeatingId(holder.ID, address)
    if (!promises) return { holder, beat: undefined, tag: answer.text }
    // A server that repeats what it is asked says nothing about since when.
    const since = holder.Created === asked.Created ? Number.NaN : Date.parse(holder.Created)
    return {
      holder,
      beat: { count: -1, at: Number.isNaN(since) ? Number.NEGATIVE_INFINITY : since },
      isSilent: true,
      tag: answer.text,
    }
  }

  /** By asking under another id, as some servers give a holder its own lock once more. */
  const probe = async (): Promise<{ readonly answer: HttpAnswer; readonly asked: LockInfo }> => {
    const asked = named({
      ID: randomUUID(),
      Operation: 'looking at the lock',
      Info: '',
      Who: '',
      Version: '',
      Created: new Date().toISOString(),
      Path: '',
    })
    const answer = await ask(asked, NO_BEAT)
    if (answer.status === 200) await unlock(encodeLock(asked))
    return { answer, asked }
  }
  const isHeldAs = async (id: string): Promise<boolean> => {
    const { answer } = await probe()
    if (answer.status === 200) return false
    if (!isHeld(answer)) return httpRefused(answer, 'look at the lock', description)
    return decodeLock(answer.text).info?.ID === id
  }
  const isOurs = (info: LockInfo) => isHeldAs(idOf(info))

  /** Leaves word with the lock in hand. False: it was taken from us before we were known to live. */
  const moveIn = async (info: LockInfo, beat: Beat): Promise<boolean> => {
    const promised = named(info)
    epoch = await epochs.enter(() => isHeldAs(promised.ID))
    if (epoch === undefined) return false
    await writeBeat(info, beat)
    if (beats()) return isOurs(info)
    epoch = undefined
    if (promised.ID === info.ID) return true
    // Who took it over meanwhile keeps it, also where the server unlocks for everybody.
    if (!(await isHeldAs(promised.ID))) return false
    await unlock(encodeLock(promised))
    return (await ask(info, beat)).status === 200
  }

  const take = async (info: LockInfo, beat: Beat): Promise<Sight | 'taken'> => {
    const asked = named(info)
    const answer = await ask(asked, beat)
    if (answer.status !== 200 && !isHeld(answer)) return httpRefused(answer, 'lock the state', description)
    // Held by our own request, whose answer was lost.
    const isHad = answer.status === 200 || decodeLock(answer.text).info?.ID === asked.ID
    if (!isHad) return see(answer, asked)
    try {
      if (await moveIn(info, beat)) return 'taken'
    } catch (error) {
      epoch = undefined
      await unlock(encodeLock(asked)).catch(() => undefined)
      throw error
    }
    epoch = undefined
    const { answer: now, asked: mine } = await probe()
    return now.status === 200 ? take(info, beat) : see(now, mine)
  }

  return {
    get epoch() {
      return epoch
    },
    idOf,
    isOurs,
    take,
    confirm: async () => epoch === undefined || (await epochs.isLatest(epoch)),

    async takeOver(seen, info, beat) {
      // Refused if somebody else was quicker: then that one is named.
      await unlock(seen.tag)
      return take(info, beat)
    },

    async renew(info, beat) {
      if (epoch === undefined) return true
      if (!(await epochs.isLatest(epoch)) || !(await isOurs(info))) return false
      await writeBeat(info, beat)
      return true
    },

    async release(info) {
      // If it cannot be said, who comes next keeps clear of what is ours.
      if (!siblings.isDoubtful) await writeBeat(info, NO_BEAT, true).catch(() => undefined)
      epoch = undefined
      try {
        const answer = await unlock(encodeLock(named(info), NO_BEAT))
        if (answer.status !== 200 && !isHeld(answer)) httpRefused(answer, 'unlock the state', description)
      } catch (error) {
        // With signs of life it is taken over soon; without them a person has to know.
        if (!beats()) throw error
      }
    },

    async find() {
      const { answer, asked } = await probe()
      if (answer.status === 200) return undefined
      return isHeld(answer) ? see(answer, asked) : httpRefused(answer, 'look at the lock', description)
    },

    async break(seen) {
      const answer = await unlock(seen.tag)
      if (answer.status !== 200) httpRefused(answer, 'break the lock', description)
      // By which the former holder knows, should it be alive.
      await epochs.open()
    },
  }
}

/** By somebody, who is named in the answer. */
function isHeld({ status }: HttpAnswer): boolean {
  return status === 423 || status === 409
}
