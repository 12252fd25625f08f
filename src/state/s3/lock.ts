// The lock of a state in S3: Terraform's lock object, written under conditions.
import type { LockInfo } from '../backend.ts'
import { decodeLock, encodeLock } from '../remote/lock-text.ts'
import type { Beat, LockPlace, Sight } from '../remote/place.ts'
import { ChangedError } from '../remote/versioned.ts'
import type { S3Objects } from './objects.ts'

/** One client of a lock. Its signs of life are further keys in the lock object, which Terraform does not look at. */
export function s3Lock(objects: S3Objects, key: string): LockPlace {
  /** Of the lock object as this client last wrote it. */
  let tag: string | undefined

  const see = async (): Promise<Sight | undefined> => {
    const found = await objects.get(key)
    if (found === undefined) return undefined
    const { info, beat } = decodeLock(found.text)
    return { holder: info, beat, tag: found.tag }
  }

  /** Undefined: somebody else was quicker. */
  const tryPut = async (info: LockInfo, beat: Beat, expected: string | undefined) => {
    try {
      tag = await objects.put(key, encodeLock(info, beat), expected)
      return true
    } catch (error) {
      if (error instanceof ChangedError) return false
      throw error
    }
  }

  const put = async (info: LockInfo, beat: Beat, expected: string | undefined): Promise<Sight | 'taken'> => {
    for (let condition = expected; ; condition = undefined) {
      if (await tryPut(info, beat, condition)) return 'taken'
      const seen = await see()
      if (seen?.holder?.ID === info.ID) {
        // Our own write, whose answer was lost.
        tag = seen.tag
        return 'taken'
      }
      // It was given back just now.
      if (seen !== undefined) return seen
    }
  }

  return {
    take: (info, beat) => put(info, beat, undefined),
    takeOver: (seen, info, beat) => put(info, beat, seen.tag),

    async renew(info, beat) {
      if (tag !== undefined && (await tryPut(info, beat, tag))) return true
      const seen = await see()
      if (seen?.holder?.ID !== info.ID) return false
      // An earlier beat got there, and only its answer was lost.
      return await tryPut(info, beat, seen.tag)
    },

    async confirm(info) {
      return (await see())?.holder?.ID === info.ID
    },

    async release(info) {
      const seen = await see()
      if (seen?.holder?.ID === info.ID) await objects.remove(key, seen.tag)
    },

    find: see,
    break: (seen) => objects.remove(key, seen.tag),
  }
}
