// Ends runs at every point where a run can end: `npm run torture`, or a part of it.
import { type ChildProcess, fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundleCli, cliIn, removeBundle } from './bundle.ts'
import { tortureCases } from './cases.ts'
import { compare } from './compare.ts'
import { type Act, type Counts, none, sum } from './perform.ts'
import { picker } from './pick.ts'
import { parsePlaces } from './places.ts'
import type { Answer } from './worker.ts'

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'local' },
    case: { type: 'string', multiple: true, default: [] },
    at: { type: 'string', multiple: true, default: [] },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    repeats: { type: 'string', default: '10' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    summary: { type: 'string' },
    'beside-terraform': { type: 'boolean', default: false },
  },
})
const places = parsePlaces(values.backend)
const chosen = tortureCases.filter(({ name }) => values.case.length === 0 || values.case.includes(name))
if (chosen.length === 0 || chosen.length < values.case.length) {
  console.error(`There is no such case. Cases:\n${tortureCases.map(({ name }) => `  ${name}`).join('\n')}`)
  process.exit(1)
}
const seed = Number(values.seed)
const began = Date.now()
const bundle = await bundleCli()
process.on('exit', () => removeBundle(bundle))
const workers = new Set<ChildProcess>()
let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void interrupt())

if (values['beside-terraform']) {
  const limit = Math.ceil(Number(values.sample ?? 100_000) / chosen.length)
  await compare(chosen, { cli: cliIn(bundle), pick: picker(seed), limit })
  process.exit()
}

const sample = values.sample === undefined ? {} : { sample: Math.ceil(Number(values.sample) / chosen.length) }
const acts: Act[] = places.flatMap((place) =>
  chosen.map(({ name }) => ({
    place,
    case: name,
    seed,
    ...sample,
    repeats: Number(values.repeats),
    at: values.at,
  })),
)
const counted = new Map<string, Counts>(places.map((place) => [place, none]))
const count = (place: string, counts: Counts) => counted.set(place, sum(counted.get(place) ?? none, counts))
/** Cases that could not be set up: nothing is known of them, which is no success. */
let broken = 0

const queue = [...acts]
const jobs = Math.max(1, Math.min(Number(values.jobs), queue.length))
await Promise.all(Array.from({ length: jobs }, work))

const total = [...counted.values()].reduce(sum, none)
const seconds = Math.round((Date.now() - began) / 1_000)
if (values.summary !== undefined) {
  const content = {
    seed,
    sampled: values.sample !== undefined || values.at.length > 0,
    seconds,
    jobs,
    cases: chosen.length,
    places: Object.fromEntries(counted),
    total,
    broken,
  }
  writeFileSync(values.summary, `${JSON.stringify(content, undefined, 2)}\n`)
}
for (const [place, counts] of counted) console.log(`${place}: ${words(counts)}`)
if (broken > 0) console.log(`${broken} cases could not be gone through`)
console.log(words(total))
process.exitCode = total.lost + broken === 0 ? 0 : 1

function words({ points, faults, repeated, lost }: Counts): string {
  return `${points} kill points, ${faults} faults, ${lost} lost; ${repeated} runs killed again while they recovered`
}

/** Hands acts to a process of its own until there are none left. */
async function work(): Promise<void> {
  const child = fork(join(import.meta.dirname, 'worker.ts'), [bundle])
  workers.add(child)
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      workers.delete(child)
      resolve()
    }),
  )
  for (let act = queue.shift(); act !== undefined; act = queue.shift()) {
    const { place, case: name } = act
    const done = new Promise<void>((resolve) => {
      const finish = () => {
        child.off('message', take).off('exit', gone)
        resolve()
      }
      const fail = (text: string) => {
        broken += 1
        console.log(`FAILED ${place}, ${name}: ${text}`)
        finish()
      }
      const gone = () => (interrupted ? finish() : fail('its process ended'))
      const take = (answer: Answer) => {
        switch (answer.kind) {
          case 'lost':
            return console.log(answer.text)
          case 'failed':
            return fail(answer.text)
          case 'done': {
            const { counts, summary } = answer.performance
            count(place, counts)
            console.log(
              `${place}, ${name}: ${summary}; ${words(counts)}; ${Math.round((Date.now() - began) / 1_000)} s`,
            )
            finish()
          }
        }
      }
      child.on('message', take).once('exit', gone)
    })
    child.send(act)
    await done
    if (!child.connected) return
  }
  child.disconnect()
  await ended
}

/** Lets them tidy up; they end when nobody is there any more to send work. */
async function interrupt(): Promise<void> {
  interrupted = true
  queue.length = 0
  const ends = [...workers].map((child) => new Promise((resolve) => child.once('exit', resolve)))
  for (const child of workers) if (child.connected) child.disconnect()
  await Promise.all(ends)
  process.exit(1)
}
