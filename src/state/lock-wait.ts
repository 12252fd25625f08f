// Taking a lock: how long to wait, and what to say when it is not to be had.
import { fail } from '../diagnostics.ts'
import { type Backend, type Lock, LockHeldError, type LockInfo } from './backend.ts'

export interface LockClock {
  now(): Date
  /** Rejects when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export interface LockRequest {
  readonly backend: Backend
  readonly info: LockInfo
  /** 0: try once. */
  readonly timeoutMs: number
  readonly clock: LockClock
  readonly signal: AbortSignal
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 16_000

/** Takes the lock, trying again until the timeout has passed. Throws a diagnostic that names the holder. */
export async function takeLock({ backend, info, timeoutMs, clock, signal }: LockRequest): Promise<Lock> {
  const end = clock.now().getTime() + timeoutMs
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    signal.throwIfAborted()
    try {
      return await backend.lock(info)
    } catch (error) {
      if (!(error instanceof LockHeldError)) throw error
      const left = end - clock.now().getTime()
      if (left <= 0) return refuse(error, backend)
      await clock.sleep(Math.min(wait, left), signal)
    }
  }
}

function refuse(error: LockHeldError, backend: Backend): never {
  const { holder, pid } = error
  const process = pid === undefined ? '' : ` (process ${pid} on this machine)`
  const wait = 'Wait until it is done, or let this command wait with --lock-timeout=5m.'
  const who =
    holder === undefined
      ? `Another program${process} is using the state at ${backend.description}; it left no word who it is.`
      : `${holder.Who}${process} is using the state at ${backend.description}: ${describeOperation(holder.Operation)}, since ${holder.Created}, lock id ${holder.ID}.`
  const unlock =
    holder === undefined
      ? ''
      : ` If it no longer runs, break its lock with "hubform force-unlock ${holder.ID}".`
  return fail('State is locked', `${who} ${wait}${unlock}`, { file: backend.description }, error)
}

/** `OperationTypeApply` → `apply`; other words as they are. */
function describeOperation(operation: string): string {
  const match = /^OperationType(\w+)$/.exec(operation)
  return (match?.[1] ?? operation).toLowerCase()
}
