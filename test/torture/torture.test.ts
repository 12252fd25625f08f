// A bounded sample; all of it is `npm run torture`.
import { describe, expect, it } from 'vitest'
import { tortureCases } from './cases.ts'
import { picker } from './pick.ts'
import { allPoints, faultPoints, formatPoint, parsePoint } from './points.ts'
import { openStage, type Point } from './stage.ts'

// The same points each time where a change is judged; others wherever somebody works.
const seed = process.env['CI'] === undefined ? Date.now() % 100_000 : 1
const pick = picker(seed)

describe('a run that is ended anywhere', () => {
  it.each([
    { name: 'a customer', place: 'local' },
    { name: 'a customer, seen late', place: 'local' },
    { name: 'everything changes at once', place: 'local' },
    { name: 'a user replaced by a new one first', place: 'local' },
    { name: 'the end of a customer', place: 'local' },
    { name: 'a user with access', place: 'pg' },
  ] as const)('loses nothing: $name, state in $place', { timeout: 120_000 }, async ({ name, place }) => {
    const one = tortureCases.find((candidate) => candidate.name === name)
    if (one === undefined) throw new Error(`there is no case ${name}`)
    const stage = await openStage(one, place)
    try {
      const points = allPoints(stage.course, place)
      const plays: readonly (readonly Point[])[] = [
        ...pick(points, 5).map((point) => [point]),
        ...pick(faultPoints(stage.course, place), 2).map((point) => [point]),
        pick(points, 2),
      ]
      const lost: string[] = []
      for (const play of plays)
        for (const problem of await stage.play(play))
          lost.push(`at ${play.map(formatPoint).join(', then ')} (seed ${seed}): ${problem}`)
      expect(lost).toEqual([])
    } finally {
      await stage.close()
    }
  })
})

describe('a point', () => {
  it.each(['call 3 done', 'write 7 torn', 'write 2 cut', 'clock 60', 'two runs'])(
    'is read as it is written: %s',
    (text) => {
      expect(formatPoint(parsePoint(text))).toBe(text)
    },
  )

  it('that is none is refused', () => {
    expect(() => parsePoint('call 3')).toThrow('is no point')
  })
})
