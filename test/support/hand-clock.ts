// Clocks that go only when a test says so: one for each run, as runs are on machines of their own.
import type { LeaseClock } from '../../src/state/remote/lease.ts'

export interface HandClock extends LeaseClock {
  /** Lets time pass, with everything that is to be done again and again. */
  pass(ms: number): Promise<void>
  /** Sets the wall clock, forth or back. */
  set(ms: number): void
}

interface Work {
  readonly ms: number
  readonly work: () => Promise<void>
  due: number
}

/** `alongside`: clocks that go with this one. */
export function handClock({ alongside = [] }: { readonly alongside?: readonly HandClock[] } = {}): HandClock {
  let wall = Date.UTC(2026, 0, 2, 3, 4, 5)
  let steady = 0
  const works = new Set<Work>()

  const passHere = async (ms: number): Promise<void> => {
    const end = steady + ms
    for (;;) {
      const next = [...works].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0]
      const step = (next?.due ?? end) - steady
      wall += step
      steady += step
      if (next === undefined) return
      next.due += next.ms
      await next.work()
    }
  }
  const pass = async (ms: number): Promise<void> => {
    for (const other of alongside) await other.pass(ms)
    await passHere(ms)
  }
  return {
    now: () => wall,
    monotonic: () => steady,
    sleep: pass,
    pass,
    set(ms) {
      wall += ms
    },
    every(ms, work) {
      const entry = { ms, work, due: steady + ms }
      works.add(entry)
      return () => works.delete(entry)
    },
  }
}
