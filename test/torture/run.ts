// Ends runs at every point where a run can end: `npm run torture`, or a part of it.
import { parseArgs } from 'node:util'
import { tortureCases } from './cases.ts'
import { compare } from './compare.ts'
import { type Pick, picker } from './pick.ts'
import type { PlaceKind } from './places.ts'
import { allPoints, faultPoints, formatPoint, parsePoint } from './points.ts'
import { openStage, type Point } from './stage.ts'

const { values } = parseArgs({
  options: {
    case: { type: 'string', multiple: true, default: [] },
    at: { type: 'string', multiple: true, default: [] },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    backend: { type: 'string', default: 'local' },
    'beside-terraform': { type: 'boolean', default: false },
    pairs: { type: 'string', default: '10' },
  },
})
const chosen = tortureCases.filter(({ name }) => values.case.length === 0 || values.case.includes(name))
if (chosen.length === 0) {
  console.error(`There is no such case. Cases:\n${tortureCases.map(({ name }) => `  ${name}`).join('\n')}`)
  process.exit(1)
}

const place: PlaceKind = values.backend === 'pg' ? 'pg' : 'local'
const pick: Pick = picker(Number(values.seed))
const counts = { points: 0, pairs: 0, faults: 0, lost: 0 }
const began = Date.now()
if (values['beside-terraform']) {
  await compare(chosen, pick, Math.ceil(Number(values.sample ?? 100_000) / chosen.length))
  process.exit()
}
const queue = [...chosen]
await Promise.all(
  [0, 1].map(async () => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      const stage = await openStage(one, place)
      try {
        const { name } = one
        const play = async (points: readonly Point[], kind: 'points' | 'pairs' | 'faults') => {
          counts[kind] += 1
          for (const problem of await stage.play(points)) {
            counts.lost += 1
            const at = points.map((point) => `--at '${formatPoint(point)}'`).join(' ')
            console.log(`LOST ${problem}\n  npm run torture -- --backend ${place} --case '${name}' ${at}`)
          }
        }
        if (values.at.length > 0) {
          await play(values.at.map(parsePoint), 'points')
          continue
        }
        const points = allPoints(stage.course, place)
        const faults = faultPoints(stage.course, place)
        const limit =
          values.sample === undefined ? undefined : Math.ceil(Number(values.sample) / chosen.length)
        for (const point of pick(points, limit ?? points.length)) await play([point], 'points')
        for (const point of pick(faults, limit === undefined ? faults.length : Math.ceil(limit / 4)))
          await play([point], 'faults')
        // Killed again while it recovers, once or twice.
        for (let i = 0; i < (limit === undefined ? Number(values.pairs) : Math.ceil(limit / 4)); i++)
          await play(pick(points, 2 + (i % 2)), 'pairs')
        console.log(
          `${name}: ${stage.course.calls} calls, ${stage.course.counted.changes} changes on disk; ${counts.points} points, ${counts.pairs} repeated, ${counts.faults} faults, ${counts.lost} lost so far, ${Math.round((Date.now() - began) / 1000)} s`,
        )
      } finally {
        await stage.close()
      }
    }
  }),
)
console.log(
  `${chosen.length} cases: ${counts.points} kill points, ${counts.pairs} runs killed more than once, ${counts.faults} faults, ${counts.lost} lost`,
)
process.exitCode = counts.lost === 0 ? 0 : 1
