// Time in a tortured process: waiting takes none, and yet it passes. Whoever sleeps finds all clocks ahead by as much, and
// what is due at intervals has come in between; so a holder of a lock gives its signs of life, and one that died goes silent.
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers/promises'

const { clockJumps } = JSON.parse(process.env['HUBFORM_TORTURE'] ?? '{}') as { readonly clockJumps?: number }
/** What was slept, in milliseconds. */
let ahead = 0

const realDate = Date
const realNow = Date.now
const realMonotonic = performance.now.bind(performance)
const monotonic = () => realMonotonic() + ahead
let looks = 0
const jump = () => (clockJumps === undefined ? 0 : (looks++ % 2 === 0 ? 1_000 : -1_000) * clockJumps)

Date.now = () => realNow() + ahead + jump()
performance.now = monotonic
globalThis.Date = new Proxy(realDate, {
  construct: (target, args, made) =>
    // A constructor gives an object, which the types of Reflect do not know.
    Reflect.construct(target, args.length === 0 ? [Date.now()] : args, made) as object,
})

interface Ticking {
  readonly every: number
  readonly work: () => void
  due: number
}
const ticking = new Map<object, Ticking>()

// Only what is slept counts, so that the same run ticks at the same moments each time.
function pass(ms: number): void {
  ahead += ms
  for (const one of ticking.values()) {
    if (one.due > ahead) continue
    one.due = ahead + one.every
    one.work()
  }
}

const wait = timers.setTimeout
Object.assign(timers, {
  // Still asynchronous, and still ended by its signal. Those who sleep at the same time sleep together.
  setTimeout: (async (ms: number, value: unknown, options: object) => {
    const end = ahead + ms
    const result = await wait(1, value, options)
    if (end > ahead) pass(end - ahead)
    return result
  }) as typeof wait,
})

function tick(work: () => void, every: number): object {
  const handle = { ref: () => handle, unref: () => handle, hasRef: () => false }
  ticking.set(handle, { every, work, due: ahead + every })
  return handle
}
Object.assign(globalThis, {
  setInterval: tick,
  clearInterval: (handle: object) => void ticking.delete(handle),
})
syncBuiltinESMExports()
