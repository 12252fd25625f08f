// Why a lock cannot be broken, in the same words for every backend.
import { fail } from '../diagnostics.ts'
import type { LockInfo } from './backend.ts'

export function lockNotHeld(description: string): never {
  return fail(
    'State is not locked',
    `Nobody holds a lock on the state at ${description}. There is nothing to do.`,
  )
}

export function wrongLockId(id: string, holder: LockInfo, description: string): never {
  return fail(
    'Lock id does not match',
    `The lock on the state at ${description} has the id ${holder.ID}, held by ${holder.Who} since ${holder.Created}, and not ${id}. Make sure that this one is to be broken, and give its id.`,
  )
}

/** For a lock that ends with its process and cannot be taken from it. */
export function lockIsAlive(description: string, pid: number | undefined): never {
  const process =
    pid === undefined ? 'a running program' : `process ${pid} on this machine, which is still running`
  return fail(
    'Lock holder is alive',
    `The state at ${description} is locked by ${process}. Such a lock cannot be broken from outside and ends with the program, so wait for it or end it.`,
  )
}
