// Pauses that the sample in interleaving.test.ts meets once in thousands of runs.
import { describe, expect, it } from 'vitest'
import { remoteBackend } from '../../../src/state/remote/backend.ts'
import { lockInfo } from '../../contract/lock-info.ts'
import { handClock } from '../../support/hand-clock.ts'
import { type MemoryPlace, memoryHttp, memoryS3 } from '../../support/memory-places.ts'

/** With an id as runs have it, which says that they give signs of life. */
const infoOf = (digit: number) => lockInfo(`${String(digit).repeat(8)}-0000-4000-8000-000000000000`)

/** The run of that number, which has all earlier ones for dead. It can be paused at a request, once, while others work. */
function startRun(place: MemoryPlace, number: number) {
  let pause: { readonly at: string; readonly work: () => Promise<void> } | undefined
  const clock = handClock()
  clock.set(number * 3_600_000)
  const open = place.open(async (what) => {
    if (pause?.at !== what) return
    const { work } = pause
    pause = undefined
    await work()
  })
  return {
    backend: remoteBackend(open, { expiryMs: 60_000, clock }),
    lock() {
      return this.backend.lock(infoOf(number))
    },
    pauseAt(at: string, work: () => Promise<void>) {
      pause = { at, work }
    },
  }
}

describe('a run that is paused', () => {
  it('while it claims a state in S3, leaves the state alone once another has claimed it', async () => {
    const place = memoryS3({ conditionalDelete: true })
    place.setState('{}')
    const [dead, paused, holder] = [startRun(place, 1), startRun(place, 2), startRun(place, 3)]
    await dead.lock()
    paused.pauseAt('GET state', async () => void (await holder.lock()))
    await expect(paused.lock()).rejects.toThrow('Lock on state lost')
    await holder.backend.write('theirs')
    expect(await holder.backend.read()).toBe('theirs')
  })

  it('while it gives the lock back over http, does not make who took it over look as if it had', async () => {
    const place = memoryHttp({ comparesIds: true, comparesSerials: true })
    const [paused, former, holder] = [startRun(place, 1), startRun(place, 2), startRun(place, 3)]
    const lock = await paused.lock()
    paused.pauseAt('POST /state-journal-beat', async () => void (await former.lock()))
    await lock.release()
    await holder.lock()
    await expect(former.backend.append(['late'])).rejects.toThrow('Lock on state lost')
    await holder.backend.append(['theirs'])
    expect(await holder.backend.readJournal()).toBe('theirs\n')
  })

  it('while it opens an epoch over http, does not shut out who has opened it meanwhile', async () => {
    const place = memoryHttp({ comparesIds: false, comparesSerials: false })
    const [dead, paused, holder] = [startRun(place, 1), startRun(place, 2), startRun(place, 3)]
    await dead.lock()
    paused.pauseAt('GET /state-journal-e1', async () => void (await holder.lock()))
    await expect(paused.lock()).rejects.toThrow('locked')
    await holder.backend.append(['theirs'])
    expect(await holder.backend.readJournal()).toBe('theirs\n')
  })
})
