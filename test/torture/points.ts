// The points at which a run can be ended, in words and back, and all of those that a course has.
import type { Trouble } from './hooks.ts'
import type { PlaceName } from './places.ts'

/** Three moments of a call: nothing was done yet, it was done and not answered, it was answered. */
const moments = ['arrived', 'done', 'answered'] as const
type Moment = (typeof moments)[number]

/**
 * What a request to the state's server meets without anybody being killed: its connection ends before it is carried out, or
 * its answer is lost, each once; or the server refuses everything from there on.
 */
const failings = ['cut', 'lost', 'refused'] as const

/** Where a run is ended, or what it meets. `call`, `request` and `write` count from 1. */
export type Point =
  | { readonly kind: 'call'; readonly call: number; readonly when: Moment }
  | { readonly kind: 'request'; readonly request: number; readonly when: Moment | (typeof failings)[number] }
  | { readonly kind: 'write'; readonly write: number; readonly how: Trouble['how'] }
  | { readonly kind: 'clock'; readonly seconds: number }
  | { readonly kind: 'two runs' }

/** How an undisturbed run goes: what there is to disturb. */
export interface Course {
  readonly calls: number
  /** Which of the calls may change the hub. */
  readonly writing: readonly number[]
  /** To the server that keeps the state, by number: whether it may change anything there. */
  readonly requests: readonly { readonly writes: boolean }[]
  /** Changes of files, or queries to a database. */
  readonly changes: number
  readonly tearable: readonly number[]
}

/**
 * Every call to the hub at its moments; every change of the state, the journal or a plan file before it and after it, and
 * half done where a disk can leave half of it: a database does what it was told in a transaction, and a server takes a body
 * whole or not at all, so there a write that is cut short is one that never arrived.
 */
export function allPoints(
  { calls, requests, changes, tearable }: Course,
  place: PlaceName,
): readonly Point[] {
  return [
    ...upTo(calls).flatMap((call) => moments.map((when): Point => ({ kind: 'call', call, when }))),
    ...requests.flatMap(({ writes }, i) =>
      // After a question the server holds what it held before, so that its moments are one.
      (writes ? moments : moments.slice(0, 1)).map(
        (when): Point => ({ kind: 'request', request: i + 1, when }),
      ),
    ),
    // Before the one after the last is after the last. Where a server has the state, files are the plan's alone.
    ...(changes === 0 ? [] : upTo(changes + 1)).map(
      (write): Point => ({ kind: 'write', write, how: 'before' }),
    ),
    ...(isDatabase(place) ? [] : tearable).map((write): Point => ({ kind: 'write', write, how: 'torn' })),
  ]
}

/** Things that go wrong without anybody being killed. */
export function faultPoints({ requests, tearable }: Course, place: PlaceName): readonly Point[] {
  return [
    ...requests.flatMap(({ writes }, i) =>
      (writes ? failings : failings.filter((one) => one !== 'lost')).map(
        (when): Point => ({ kind: 'request', request: i + 1, when }),
      ),
    ),
    ...tearable.map((write): Point => ({ kind: 'write', write, how: isDatabase(place) ? 'cut' : 'full' })),
    { kind: 'clock', seconds: 86_400 },
    { kind: 'two runs' },
  ]
}

/** The points of the first half of a course, at which a run that finishes an earlier one's work is likely to come by. */
export function earlyPoints(
  points: readonly Point[],
  { calls, requests, changes }: Course,
): readonly Point[] {
  return points.filter((point) => {
    switch (point.kind) {
      case 'call':
        return point.call <= calls / 2
      case 'request':
        return point.request <= requests.length / 2
      case 'write':
        return point.write <= changes / 2
      default:
        return false
    }
  })
}

/** `call 3 done`, `request 5 lost`, `write 7 torn`, `clock 60`, `two runs`. */
export function formatPoint(point: Point): string {
  switch (point.kind) {
    case 'call':
      return `call ${point.call} ${point.when}`
    case 'request':
      return `request ${point.request} ${point.when}`
    case 'write':
      return `write ${point.write} ${point.how}`
    case 'clock':
      return `clock ${point.seconds}`
    case 'two runs':
      return 'two runs'
  }
}

/** Reads what `formatPoint` wrote. Throws if it is something else. */
export function parsePoint(text: string): Point {
  const [, call, when] = /^call (\d+) (arrived|done|answered)$/.exec(text) ?? []
  if (call !== undefined) return { kind: 'call', call: Number(call), when: when as 'done' }
  const [, request, what] = /^request (\d+) (arrived|done|answered|cut|lost|refused)$/.exec(text) ?? []
  if (request !== undefined) return { kind: 'request', request: Number(request), when: what as 'lost' }
  const [, write, how] = /^write (\d+) (before|torn|full|cut)$/.exec(text) ?? []
  if (write !== undefined) return { kind: 'write', write: Number(write), how: how as 'torn' }
  const [, seconds] = /^clock (\d+)$/.exec(text) ?? []
  if (seconds !== undefined) return { kind: 'clock', seconds: Number(seconds) }
  if (text === 'two runs') return { kind: 'two runs' }
  throw new Error(`"${text}" is no point`)
}

function isDatabase(place: PlaceName): boolean {
  return place.startsWith('pg')
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i + 1)
}
