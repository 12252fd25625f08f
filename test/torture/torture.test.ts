// A bounded sample; all of it is `npm run torture`.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleCli, cliIn, removeBundle } from './bundle.ts'
import { tortureCases } from './cases.ts'
import { picker } from './pick.ts'
import { parsePlaces } from './places.ts'
import { allPoints, earlyPoints, faultPoints, formatPoint, type Point, parsePoint } from './points.ts'
import { openStage } from './stage.ts'

// The same points each time where a change is judged; others wherever somebody works.
const seed = process.env['CI'] === undefined ? Date.now() % 100_000 : 1
let bundle: string

beforeAll(async () => {
  bundle = await bundleCli()
}, 60_000)
afterAll(() => removeBundle(bundle))

function open(name: string, place: Parameters<typeof openStage>[1]['place'] & string) {
  const one = tortureCases.find((candidate) => candidate.name === name)
  if (one === undefined) throw new Error(`there is no case ${name}`)
  return openStage(one, { cli: cliIn(bundle), place })
}

describe('a run that is ended anywhere', () => {
  it.each([
    { name: 'a customer', place: 'local' },
    { name: 'a customer, seen late', place: 'local-sealed' },
    { name: 'a user replaced by a new one first', place: 's3' },
    { name: 'the end of a customer', place: 'http' },
    { name: 'a saved plan, applied', place: 'http-sealed' },
    { name: 'a user with access', place: 'pg' },
  ] as const)('loses nothing: $name, state in $place', { timeout: 120_000 }, async ({ name, place }) => {
    const stage = await open(name, place)
    try {
      const pick = picker(seed, name)
      const points = allPoints(stage.course, place)
      const plays: readonly (readonly Point[])[] = [
        ...pick(points, 3).map((point) => [point]),
        ...pick(faultPoints(stage.course, place), 1).map((point) => [point]),
        [...pick(points, 1), ...pick(earlyPoints(points, stage.course), 1)],
      ]
      const lost: string[] = []
      for (const play of plays)
        for (const problem of (await stage.play(play)).problems)
          lost.push(`at ${play.map(formatPoint).join(', then ')} (seed ${seed}): ${problem}`)
      expect(lost).toEqual([])
    } finally {
      await stage.close()
    }
  })

  it('has its results in the state after the next run, though that one finds nothing to do', {
    timeout: 60_000,
  }, async () => {
    const stage = await open('a customer', 'local')
    try {
      // The state itself, when all is done and in the journal.
      const write = stage.course.tearable.at(-1) ?? 0
      expect(await stage.play([{ kind: 'write', write, how: 'full' }])).toEqual({ problems: [], killed: 0 })
    } finally {
      await stage.close()
    }
  })
})

describe('a point', () => {
  it.each(['call 3 done', 'request 9 lost', 'write 7 torn', 'write 2 cut', 'clock 60', 'two runs'])(
    'is read as it is written: %s',
    (text) => {
      expect(formatPoint(parsePoint(text))).toBe(text)
    },
  )

  it('that is none is refused', () => {
    expect(() => parsePoint('call 3')).toThrow('is no point')
  })
})

describe('places', () => {
  it('are named one by one, or all at once', () => {
    expect(parsePlaces('http,s3-sealed')).toEqual(['http', 's3-sealed'])
    expect(parsePlaces('all')).toContain('pg')
    expect(() => parsePlaces('ftp')).toThrow('is no place')
  })
})
