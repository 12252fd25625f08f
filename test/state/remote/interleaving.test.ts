// Several runs, each of which is paused at any request for as long as may be, while others take its lock.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DiagnosticError } from '../../../src/diagnostics.ts'
import { type Backend, LockHeldError } from '../../../src/state/backend.ts'
import { remoteBackend } from '../../../src/state/remote/backend.ts'
import { lockInfo } from '../../contract/lock-info.ts'
import { handClock } from '../../support/hand-clock.ts'
import { type MemoryPlace, memoryHttp, memoryS3, type OnWrite } from '../../support/memory-places.ts'

interface Kind {
  readonly name: string
  /** After a person broke the lock of the living, what a former holder saw, and has saved by then, may still be removed by it. */
  readonly lateClear?: boolean
  /** Nothing that comes late ends the run of who has the lock. */
  readonly isExact: boolean
  /** Nothing that comes late becomes the state: the server refuses it. */
  readonly refusesLate: boolean
  readonly make: (onWrite: OnWrite) => MemoryPlace
}

const kinds: readonly Kind[] = [
  {
    name: 'an HTTP server that compares ids and serials',
    isExact: true,
    refusesLate: true,
    make: (onWrite) => memoryHttp({ comparesIds: true, comparesSerials: true }, onWrite),
  },
  {
    name: 'an HTTP server that compares ids',
    isExact: true,
    refusesLate: true,
    make: (onWrite) => memoryHttp({ comparesIds: true, comparesSerials: false }, onWrite),
  },
  {
    name: 'an HTTP server that compares nothing',
    isExact: false,
    refusesLate: false,
    make: (onWrite) => memoryHttp({ comparesIds: false, comparesSerials: false }, onWrite),
  },
  {
    name: 'S3',
    lateClear: true,
    isExact: true,
    refusesLate: true,
    make: (onWrite) => memoryS3({ conditionalDelete: true }, onWrite),
  },
  {
    name: 'a server like S3 that removes without conditions',
    lateClear: true,
    isExact: false,
    refusesLate: false,
    make: (onWrite) => memoryS3({ conditionalDelete: false }, onWrite),
  },
]

/** What all runs together have been told. */
interface Truth {
  /** Lines whose `append` returned, in order. */
  readonly noted: string[]
  /** Lines that a run had seen when it began to clear the journal. */
  readonly cleared: Set<string>
  /** Whose locks were broken by a person. */
  readonly broken: Set<string>
  /** Who had the lock when it was told that it has. */
  holder: string | undefined
}

/** With an id as runs have it, which says that they give signs of life. */
const infoOf = (id: string) => lockInfo(`${id.repeat(8)}-0000-4000-8000-000000000000`)

const isHolder = (place: MemoryPlace, id: string) => place.holder()?.startsWith(id.repeat(8)) === true

const linesOf = (text: string | undefined): readonly string[] => (text ?? '').split('\n').slice(0, -1)

/** All that was noted and never cleared is there, and what one run noted is in its order. */
function expectAll(text: string | undefined, noted: readonly string[], { cleared }: Truth): void {
  const lines = linesOf(text)
  const wanted = noted.filter((line) => !cleared.has(line))
  expect(wanted.filter((line) => !lines.includes(line))).toEqual([])
  expect(new Set(lines).size).toBe(lines.length)
  for (const run of new Set(lines.map((line) => line[0]))) {
    const own = lines.filter((line) => line[0] === run)
    expect(own).toEqual([...own].sort())
  }
}

type Act = 'append' | 'write' | 'clear' | 'release'
interface Script {
  readonly id: string
  readonly acts: readonly Act[]
}

interface Play {
  readonly place: MemoryPlace
  readonly backend: Backend
  readonly script: Script
  readonly truth: Truth
  readonly lateClear: boolean | undefined
}

async function play({ place, backend, script: { id, acts }, truth, lateClear }: Play): Promise<void> {
  const lock = await backend.lock(infoOf(id))
  const before = [...truth.noted]
  const isHeld = isHolder(place, id)
  if (isHeld) truth.holder = id
  const text = await backend.readJournal()
  // Who has lost its lock by now may see what it had, and is told before it can do anything.
  if (isHolder(place, id)) expectAll(text, before, truth)
  const mine = [...linesOf(text)]
  for (const [i, act] of acts.entries()) {
    if (act === 'append') {
      const line = `${id}${i}`
      await backend.append([line])
      truth.noted.push(line)
      mine.push(line)
    } else if (act === 'write') {
      await backend.write(`{"by": "${id}${i}"}`)
    } else if (act === 'clear') {
      if (!isHeld) continue
      // Once the next holder is at work, nothing may be gone.
      if (truth.holder === id || (lateClear && truth.broken.size > 0))
        for (const line of mine) truth.cleared.add(line)
      await backend.clearJournal()
    } else {
      await lock.release()
      return
    }
  }
}

interface Turn {
  readonly run: number
  /** How many requests or answers get through before another has its turn. */
  readonly steps: number
  /** True: so many until it is about to change something, where a pause does most. */
  readonly toChange: boolean
}

const CHANGE = /^(POST|PUT|DELETE|UNLOCK)/

/** Lets requests and answers through by turns; all others stand still meanwhile. */
function turnstile(turns: Iterator<Turn>) {
  interface Held {
    readonly what: string
    readonly resolve: () => void
  }
  const waiting = new Map<string, Held[]>()
  return {
    wait: (id: string, what: string) =>
      new Promise<void>((resolve) => {
        waiting.set(id, [...(waiting.get(id) ?? []), { what, resolve }])
      }),
    async drive(running: Promise<unknown>): Promise<void> {
      let isDone = false
      void running.then(() => {
        isDone = true
      })
      while (!isDone) {
        const { run, steps, toChange } = turns.next().value as Turn
        const ids = [...waiting].filter(([, all]) => all.length > 0).map(([id]) => id)
        const id = ids.sort()[run % ids.length] ?? ''
        for (let step = 0; step < steps && !isDone; ) {
          const { what, resolve } = waiting.get(id)?.shift() ?? { what: '' }
          resolve?.()
          // All that follows from it happens in between.
          await new Promise(setImmediate)
          const next = waiting.get(id)?.[0]?.what
          if (!toChange || next === undefined || CHANGE.test(next) || what === '') step += 1
        }
      }
    },
  }
}

/** A run that has lost its lock may end so, and in no other way. */
function isLoss(error: unknown): boolean {
  return (
    error instanceof LockHeldError ||
    (error instanceof DiagnosticError && error.message.includes('Lock on state lost'))
  )
}

const script = fc.array(fc.constantFrom<Act>('append', 'append', 'append', 'write', 'clear', 'release'), {
  maxLength: 6,
})

describe.each(kinds)(
  'runs that are paused anywhere, on $name',
  ({ make, lateClear, isExact, refusesLate }) => {
    it('lose nothing that they were told is noted, and clobber nothing', { timeout: 60_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.infiniteStream(
            fc.record({
              run: fc.nat(11),
              steps: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.nat(40)),
              toChange: fc.boolean(),
            }),
          ),
          fc.array(script, { minLength: 2, maxLength: 4 }),
          fc.array(fc.nat(60), { maxLength: 2 }),
          fc.boolean(),
          async (turns, scripts, breaks, hasState) => {
            const failures: unknown[] = []
            const truth: Truth = { noted: [], cleared: new Set(), broken: new Set(), holder: undefined }
            const place = make((text) => {
              const [, by] = /"by": "(.)\d"}$/.exec(text) ?? []
              const isLate = by !== undefined && truth.holder !== by
              // What has no state yet is the same after each take-over, to the server as well.
              if (isLate && refusesLate && hasState && truth.broken.size === 0) failures.push(`${by} is late`)
            })
            if (hasState) place.setState('{}')
            let requests = 0
            const gate = turnstile(turns)
            const delay = (id: string) => async (what: string) => {
              await gate.wait(id, what)
              if (!breaks.includes(requests++)) return
              const holder = place.holder()?.[0]
              if (holder !== undefined) truth.broken.add(holder)
              place.breakLock()
            }
            const open = (id: string, behind: number, now = delay(id)) => {
              // Each has the others for dead: their clocks stand, and its own is hours ahead.
              const clock = handClock()
              clock.set((behind + 1) * 3_600_000)
              return remoteBackend(place.open(now), { expiryMs: 60_000, clock })
            }
            const runs = scripts.map(async (acts, i) => {
              const id = String.fromCharCode(97 + i)
              const backend = open(id, i)
              await play({ place, backend, script: { id, acts }, truth, lateClear }).catch(
                (error: unknown) => {
                  const isWronged = isExact && hasState && truth.broken.size === 0 && isHolder(place, id)
                  if (!isLoss(error) || isWronged) failures.push(error)
                },
              )
            })
            await gate.drive(Promise.all(runs))
            expect(failures).toEqual([])
            const reader = open('f', 9, async () => undefined)
            expectAll(await reader.readJournal(), truth.noted, truth)
            const lock = await reader.lock(infoOf('f'))
            expectAll(await reader.readJournal(), truth.noted, truth)
            await reader.append(['f0'])
            expectAll(await reader.readJournal(), [...truth.noted, 'f0'], truth)
            await lock.release()
          },
        ),
        { numRuns: 150 },
      )
    })
  },
)
