// Everything that is done to one case in one place, and what it comes to.
import type { Cli } from './bundle.ts'
import { tortureCases } from './cases.ts'
import { picker } from './pick.ts'
import type { PlaceName } from './places.ts'
import { allPoints, earlyPoints, faultPoints, formatPoint, type Point, parsePoint } from './points.ts'
import { openStage } from './stage.ts'

/** Plain data, as it goes from process to process. */
export interface Act {
  readonly place: PlaceName
  readonly case: string
  readonly seed: number
  /** How many kill points, and a quarter as many faults and repeated kills; absent: all points and faults. */
  readonly sample?: number
  /** How often a run is killed again while it recovers, unless it is a sample. */
  readonly repeats: number
  /** Points as text, to be gone through one after the other: nothing else is done then. */
  readonly at: readonly string[]
}

export interface Counts {
  /** Runs that were killed, at points of which no two are the same. */
  readonly points: number
  /** Cases of trouble in which nobody is killed. */
  readonly faults: number
  /** Runs that were killed again while they finished what a killed one had left. */
  readonly repeated: number
  readonly lost: number
}

export const none: Counts = { points: 0, faults: 0, repeated: 0, lost: 0 }

export function sum(a: Counts, b: Counts): Counts {
  return {
    points: a.points + b.points,
    faults: a.faults + b.faults,
    repeated: a.repeated + b.repeated,
    lost: a.lost + b.lost,
  }
}

export interface Performance {
  readonly counts: Counts
  /** What there was to disturb. */
  readonly summary: string
}

/** Tells of each loss as it happens, with the command that makes it happen again. `opened` is told how to end early. */
export async function perform(
  act: Act,
  cli: Cli,
  { onLost, opened }: { onLost(text: string): void; opened(close: () => Promise<void>): void },
): Promise<Performance> {
  const { place, sample } = act
  const one = tortureCases.find(({ name }) => name === act.case)
  if (one === undefined) throw new Error(`there is no case "${act.case}"`)
  const stage = await openStage(one, { cli, place })
  opened(stage.close)
  let counts = none
  const add = (one: Partial<Counts>) => {
    counts = sum(counts, { ...none, ...one })
  }
  /** How many of its runs were killed. */
  const play = async (points: readonly Point[]): Promise<number> => {
    const { problems, killed } = await stage.play(points)
    if (problems.length > 0) {
      const at = points.map((point) => ` --at '${formatPoint(point)}'`).join('')
      onLost(
        `LOST ${problems.join('\n     ')}\n  npm run torture -- --backend ${place} --case '${one.name}'${at}`,
      )
      add({ lost: 1 })
    }
    return killed
  }
  try {
    const { calls, requests, changes } = stage.course
    const pick = picker(act.seed, place, one.name)
    const points = allPoints(stage.course, place)
    const faults = faultPoints(stage.course, place)
    const given = act.at.map(parsePoint)
    /** Twice or more only where one run after the other was killed; a run that came to its end first counts for nothing. */
    const killed = (times: number) => add(times > 1 ? { repeated: 1 } : { points: times })
    if (given.length > 0) {
      const times = await play(given)
      if (times === 0) add({ faults: 1 })
      else killed(times)
    } else {
      for (const point of pick(points, sample ?? points.length)) killed(await play([point]))
      for (const point of pick(faults, sample === undefined ? faults.length : Math.ceil(sample / 4))) {
        await play([point])
        add({ faults: 1 })
      }
      const early = earlyPoints(points, stage.course)
      for (let i = 0; i < (sample === undefined ? act.repeats : Math.ceil(sample / 4)); i++) {
        const times = await play([...pick(points, 1), ...pick(early, 1 + (i % 2))])
        if (times > 1) killed(times)
      }
    }
    return {
      counts,
      summary: `${calls} calls, ${requests.length} requests and ${changes} changes to the state's place`,
    }
  } finally {
    await stage.close()
  }
}
