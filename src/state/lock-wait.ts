// Taking a lock: how long to wait, and what to say when it is not to be had.
import { fail } from '../diagnostics.ts'
import { type Backend, type Lock, LockHeldError, type LockInfo, type LockLook } from './backend.ts'

export interface LockClock {
  now(): Date
  /** Milliseconds since whenever. Unlike `now`, it is never set. */
  monotonic(): number
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
  /**
   * Told that somebody else has the lock and this waits for it, or looks whether it is alive: once each, and again when the
   * holder is another one.
   */
  readonly onWait?: ((words: string) => void) | undefined
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 16_000

/**
 * Takes the lock, trying again until the timeout has passed. Throws a diagnostic that names the holder.
 *
 * Ends at once when the signal is aborted, with a diagnostic as well.
 */
export async function takeLock(request: LockRequest): Promise<Lock> {
  const { backend, info, timeoutMs, clock, signal, onWait } = request
  const end = clock.monotonic() + timeoutMs
  let told: string | undefined
  let lookedAt: string | undefined
  const onLook = (look: LockLook) => {
    if (look.holder.ID !== lookedAt) onWait?.(lookWords(look, backend))
    lookedAt = look.holder.ID
  }
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    if (signal.aborted) interrupted(backend)
    try {
      return await backend.lock(info, signal, onLook)
    } catch (error) {
      if (signal.aborted) interrupted(backend)
      if (!(error instanceof LockHeldError)) throw error
      const left = end - clock.monotonic()
      if (left <= 0) return refuse(error, backend)
      const words = holderWords(error, backend)
      if (words !== told) onWait?.(`${words} Waiting for it to end.`)
      told = words
      await clock.sleep(Math.min(wait, left), signal).catch((cause: unknown) => {
        if (!signal.aborted) throw cause
      })
    }
  }
}

function holderWords(
  { holder, pid }: Pick<LockHeldError, 'holder' | 'pid'>,
  { description }: Backend,
): string {
  const process = pid === undefined ? '' : ` (process ${pid} on this machine)`
  return holder === undefined
    ? `Another program${process} is using the state at ${description}; it left no word who it is.`
    : `${holder.Who}${process} is using the state at ${description}: ${describeOperation(holder.Operation)}, since ${holder.Created}, lock id ${holder.ID}.`
}

function lookWords({ holder, silentMs, lookMs }: LockLook, backend: Backend): string {
  const last =
    silentMs === undefined
      ? 'It has given no sign of life since it has the lock'
      : `Its last sign of life was ${describeTime(silentMs)} ago`
  return `${holderWords({ holder, pid: undefined }, backend)} ${last}; waiting up to ${describeTime(lookMs)} to see whether it is alive.`
}

/** As a person says it: the one unit that counts. */
function describeTime(ms: number): string {
  const units = [
    [86_400_000, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
  ] as const
  const [size, name] = units.find(([least]) => ms >= 2 * least) ?? ([1_000, 'second'] as const)
  const count = Math.max(1, Math.round(ms / size))
  return `${count} ${name}${count === 1 ? '' : 's'}`
}

function interrupted({ description }: Backend): never {
  return fail(
    'Interrupted',
    `Waiting for the lock on the state at ${description} was stopped. Nothing was changed.`,
  )
}

function refuse(error: LockHeldError, backend: Backend): never {
  const { holder, pid, isWatched } = error
  const who = holderWords(error, backend)
  const wait = 'Wait until it is done, or let this command wait with --lock-timeout=5m'
  return fail('State is locked', `${who} ${wait}${ifDead()}`, { file: backend.description }, error)

  function ifDead(): string {
    if (isWatched) return ', which also takes the lock over if its holder has died.'
    // Of a process on this machine it is known that it runs, and its lock ends with it.
    if (holder === undefined || pid !== undefined) return '.'
    return `. If it no longer runs, break its lock with "hubform force-unlock ${holder.ID}".`
  }
}

/** `OperationTypeApply` → `apply`; other words as they are. */
export function describeOperation(operation: string): string {
  const match = /^OperationType(\w+)$/.exec(operation)
  return (match?.[1] ?? operation).toLowerCase()
}
