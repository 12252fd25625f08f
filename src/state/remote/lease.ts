// A lock that outlives its process: signs of life while it is held, and taking it over when they stop.
import { LockHeldError, type LockInfo, type LockLook } from '../backend.ts'
import { lockLost } from '../lost.ts'
import type { Beat, LockPlace, Sight } from './place.ts'

export interface LeaseClock {
  /** Milliseconds since 1970; may be set at any time. */
  now(): number
  /** Milliseconds since whenever; is never set. */
  monotonic(): number
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>
  /** Calls again and again, until the function that it returns is called. Keeps no process alive. */
  every(ms: number, work: () => Promise<void>): () => void
}

export interface LeaseOptions {
  readonly place: LockPlace
  /** A holder that gives no sign of life for so long is taken for dead. */
  readonly expiryMs: number
  readonly clock: LeaseClock
  readonly description: string
}

/** A held lock. */
export interface Lease {
  readonly info: LockInfo
  readonly tookOverFrom: LockInfo | undefined
  /** Asks the server. Throws a diagnostic unless this run still has the lock. */
  confirm(): Promise<void>
  /** To be called after a write: asks again if the lock may have been taken from us meanwhile. */
  settle(): Promise<void>
  release(): Promise<void>
}

/** Throws LockHeldError unless the lock is free, or its holder dead. */
export type TakeLease = (
  info: LockInfo,
  signal: AbortSignal | undefined,
  onLook?: ((look: LockLook) => void) | undefined,
) => Promise<Lease>

/** Of a holder that gives signs of life. */
type Seen = Sight & { readonly holder: LockInfo; readonly beat: Beat }

function isSeen(sight: Sight): sight is Seen {
  return sight.holder !== undefined && sight.beat !== undefined
}

/** So many beats go into the time after which a holder is taken for dead. */
const BEATS = 6

/** One client of a lock. What it has seen of a holder is kept from one try to the next. */
export function leases({ place, expiryMs, clock, description }: LeaseOptions): TakeLease {
  const beatMs = expiryMs / BEATS
  let seen: { readonly beat: string; readonly since: number } | undefined

  const firstBeat = (): Beat => ({ count: 0, at: clock.now() })

  /** A look at two beats makes it certain; at one that gave none so far, as long as it may be silent. */
  const lookMsAt = ({ isSilent }: Seen): number => (isSilent ? expiryMs : 2 * beatMs)

  /** For how long we have seen no other sign of life than this, by our own clock. */
  const silence = (sight: Sight): number => {
    const beat = `${sight.holder?.ID} ${sight.beat?.count} ${sight.beat?.at}`
    const now = clock.monotonic()
    if (seen?.beat !== beat) seen = { beat, since: now }
    return now - seen.since
  }

  /** Taken over from a dead holder, or who has it. */
  const fromDead = async (
    sight: Sight,
    info: LockInfo,
    signal: AbortSignal | undefined,
    onLook: ((look: LockLook) => void) | undefined,
  ): Promise<Sight | { readonly from: LockInfo | undefined }> => {
    // Without signs of life there is no telling when they stop: another program's lock.
    if (!isSeen(sight)) return sight
    let dead = silence(sight) >= expiryMs
    if (!dead && clock.now() - sight.beat.at >= 2 * expiryMs) {
      // Long dead, if its clock and ours agree.
      const { holder, isSilent } = sight
      const lookMs = lookMsAt(sight)
      onLook?.({ holder, silentMs: isSilent ? undefined : Math.max(0, clock.now() - sight.beat.at), lookMs })
      let silent: number
      // It may let go or give a sign of life at any time; only that it is dead takes all of the time to be seen.
      do {
        await clock.sleep(beatMs, signal)
        const again = await place.take(info, firstBeat())
        if (again === 'taken') return { from: undefined }
        if (!isSeen(again)) return again
        sight = again
        silent = silence(again)
      } while (silent > 0 && silent < lookMs)
      dead = silent >= lookMs
    }
    if (!dead) return sight
    const taken = await place.takeOver(sight, info, firstBeat())
    return taken === 'taken' ? { from: sight.holder } : taken
  }

  return async (info, signal, onLook) => {
    const started = times(clock)
    const first = await place.take(info, firstBeat())
    if (first === 'taken') return hold(info, undefined, started)
    const later = times(clock)
    const sight = await fromDead(first, info, signal, onLook)
    if ('from' in sight) return hold(info, sight.from, later)
    throw new LockHeldError(sight.holder, { isWatched: isSeen(sight) })
  }

  function hold(info: LockInfo, tookOverFrom: LockInfo | undefined, since: Times): Lease {
    let confirmed = since
    let count = 0
    let lost = false
    let renewing: Promise<void> | undefined

    const check = (ours: boolean) => {
      if (!ours) lost = true
      if (lost) lockLost(description)
    }
    const renew = async () => {
      const at = times(clock)
      count += 1
      check(await place.renew(info, { count, at: at.wall }))
      confirmed = at
    }
    /** One at a time: a beat that overtook another would look like somebody else's. */
    const beat = (): Promise<void> => {
      renewing ??= renew().finally(() => {
        renewing = undefined
      })
      return renewing
    }
    /** A clock that stands while the machine sleeps, and one that may be set: whichever says more. */
    const mayBeTaken = () => {
      const { wall, steady } = times(clock)
      return Math.max(wall - confirmed.wall, steady - confirmed.steady) > expiryMs / 2
    }
    // A beat that fails is made up for by the next; whether the lock is lost is said by the next write.
    const stop = clock.every(beatMs, () => beat().catch(() => undefined))

    return {
      info,
      tookOverFrom,
      async confirm() {
        check(true)
        if (mayBeTaken()) await beat()
        else check(await place.confirm(info))
      },
      async settle() {
        if (mayBeTaken()) await beat()
      },
      async release() {
        stop()
        await renewing?.catch(() => undefined)
        if (!lost) await place.release(info)
      },
    }
  }
}

interface Times {
  readonly wall: number
  readonly steady: number
}

function times(clock: LeaseClock): Times {
  return { wall: clock.now(), steady: clock.monotonic() }
}
