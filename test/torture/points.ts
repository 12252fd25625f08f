// The points at which a run can be ended, in words and back, and all of those that a course has.
import type { PlaceKind } from './places.ts'
import type { Course, Point } from './stage.ts'

/** Every call at three moments, every change of a file before it, and every write half done. */
export function allPoints({ calls, counted }: Course, place: PlaceKind): readonly Point[] {
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1)
  return [
    ...upTo(calls).flatMap((call) =>
      (['arrived', 'done', 'answered'] as const).map((when): Point => ({ kind: 'call', call, when })),
    ),
    // Before the one after the last is after the last.
    ...upTo(counted.changes + 1).map((write): Point => ({ kind: 'write', write, how: 'before' })),
    ...(place === 'pg' ? [] : counted.tearable).map(
      (write): Point => ({ kind: 'write', write, how: 'torn' }),
    ),
  ]
}

/** Things that go wrong without anybody being killed. */
export function faultPoints({ counted }: Course, place: PlaceKind): readonly Point[] {
  return [
    ...counted.tearable.map(
      (write): Point => ({ kind: 'write', write, how: place === 'pg' ? 'cut' : 'full' }),
    ),
    { kind: 'clock', seconds: 86_400 },
    { kind: 'two runs' },
  ]
}

/** `call 3 done`, `write 7 torn`, `clock 60`, `two runs`. */
export function formatPoint(point: Point): string {
  switch (point.kind) {
    case 'call':
      return `call ${point.call} ${point.when}`
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
  const [, write, how] = /^write (\d+) (before|torn|full|cut)$/.exec(text) ?? []
  if (write !== undefined) return { kind: 'write', write: Number(write), how: how as 'torn' }
  const [, seconds] = /^clock (\d+)$/.exec(text) ?? []
  if (seconds !== undefined) return { kind: 'clock', seconds: Number(seconds) }
  if (text === 'two runs') return { kind: 'two runs' }
  throw new Error(`"${text}" is no point`)
}
