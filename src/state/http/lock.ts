// The lock of a server that keeps states: LOCK and UNLOCK as Terraform sends them, and our signs of life beside the state.

import { randomUUID } from 'node:crypto'
import type { LockInfo } from '../backend.ts'
import { decodeLock, encodeLock } from '../remote/lock-text.ts'
import type { Beat, LockPlace, Sight } from '../remote/place.ts'
import type { SendHttp } from './client.ts'
import { type HttpAnswer, httpRefused } from './fault.ts'
import type { Siblings } from './siblings.ts'

export interface HttpLockOptions {
  readonly send: SendHttp
  readonly lockUrl: string
  readonly lockMethod: string
  /** Undefined: locks are never given back, as with Terraform. */
  readonly unlockUrl: string | undefined
  readonly unlockMethod: string
  readonly siblings: Siblings
  readonly description: string
}

const BEAT = 'beat'

/**
 * One client of a lock.
 *
 * Who holds it is the server's word. The signs of life are a document of their own, which also names the holder: whoever
 * takes the lock over puts its own name there, by which the former holder knows.
 */
export function httpLock(options: HttpLockOptions): LockPlace {
  const { send, siblings, description } = options
  const beats = () => siblings.refusal === undefined

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
  const writeBeat = async (text: string): Promise<void> => {
    await siblings.put(BEAT, text)
  }
  /** Undefined when none was ever written. */
  const readBeat = async () => {
    const found = await siblings.get(BEAT)
    return found && decodeLock(found.text)
  }

  const see = async (answer: HttpAnswer): Promise<Sight> => {
    const told = decodeLock(answer.text)
    const holder = told.info
    const own = holder === undefined ? undefined : await readBeat()
    // Some servers make up parts of what they tell about a holder; the id is always the holder's.
    if (own?.info !== undefined && own.info.ID === holder?.ID)
      return { holder: own.info, beat: own.beat, tag: answer.text }
    // The lock itself tells that it is ours, should its holder have died before its first beat; but only where there have
    // been beats before can we know that a living holder would have written one.
    return { holder, beat: own === undefined ? undefined : told.beat, tag: answer.text }
  }

  const take = async (info: LockInfo, beat: Beat): Promise<Sight | 'taken'> => {
    const answer = await ask(info, beat)
    const free = answer.status === 200
    if (!free && answer.status !== 423 && answer.status !== 409)
      return httpRefused(answer, 'lock the state', description)
    // Held by our own request, whose answer was lost.
    if (!free && decodeLock(answer.text).info?.ID !== info.ID) return see(answer)
    try {
      await writeBeat(encodeLock(info, beat))
    } catch (error) {
      await unlock(encodeLock(info)).catch(() => undefined)
      throw error
    }
    return 'taken'
  }

  /** The word of the server, by asking for what we should have: it must be refused, and we be named as the holder. */
  const isOurs = async (info: LockInfo): Promise<boolean> => {
    const answer = await ask(info, { count: 0, at: 0 })
    // It was free, so others may have had it in the meantime.
    if (answer.status === 200) await unlock(encodeLock(info))
    return answer.status !== 200 && decodeLock(answer.text).info?.ID === info.ID
  }

  const confirm = async (info: LockInfo): Promise<boolean> => {
    if (!beats()) return true
    if ((await readBeat())?.info?.ID === info.ID) return true
    // It may also be a former holder's last sign of life, sent before it knew.
    if (!(await isOurs(info))) return false
    await writeBeat(encodeLock(info, { count: 0, at: Date.now() }))
    return true
  }

  return {
    take,
    confirm,

    async takeOver(seen, info, beat) {
      // Refused if somebody else was quicker: then that one is named.
      await unlock(seen.tag)
      return take(info, beat)
    },

    async renew(info, beat) {
      if (!(await confirm(info))) return false
      await writeBeat(encodeLock(info, beat))
      return true
    },

    async release(info) {
      try {
        const answer = await unlock(encodeLock(info, { count: 0, at: 0 }))
        if (answer.status !== 200 && answer.status !== 409 && answer.status !== 423)
          httpRefused(answer, 'unlock the state', description)
      } catch (error) {
        // With signs of life it is taken over soon; without them a person has to know.
        if (!beats()) throw error
      }
    },

    async find() {
      const probe: LockInfo = {
        ID: randomUUID(),
        Operation: 'force-unlock',
        Info: '',
        Who: '',
        Version: '',
        Created: new Date().toISOString(),
        Path: '',
      }
      const answer = await ask(probe, { count: 0, at: 0 })
      if (answer.status === 200) {
        await unlock(encodeLock(probe))
        return undefined
      }
      if (answer.status === 423 || answer.status === 409) return see(answer)
      return httpRefused(answer, 'look at the lock', description)
    },

    async break(seen) {
      const answer = await unlock(seen.tag)
      if (answer.status !== 200) httpRefused(answer, 'break the lock', description)
      await writeBeat('broken')
    },
  }
}
