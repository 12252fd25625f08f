// Long runs: `npm run differential -- --runs 2000 --seed 1 --systems all`. With all, a third of the cases has a hub.
import { parseArgs } from 'node:util'
import type { CaseResult } from './batch.ts'
import { runRandom, type Systems, shrink } from './random.ts'
import { whyNoTerraform } from './terraform.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    systems: { type: 'string', default: 'all' },
    shrink: { type: 'string', default: '20' },
  },
})
const missing = whyNoTerraform()
if (missing !== undefined) {
  console.log(`skipped: ${missing}`)
  process.exit(0)
}

const seed = Number(values.seed)
const runs = Number(values.runs)
const third = Math.round(runs / 3)
const parts: { readonly [name: string]: readonly (readonly [Systems, number])[] } = {
  data: [['data', runs]],
  tavio: [['tavio', runs]],
  all: [
    ['data', runs - third],
    ['tavio', third],
  ],
}
const chosen = parts[values.systems]
if (chosen === undefined) {
  console.error(`--systems ${values.systems}: it must be tavio, data or all`)
  process.exit(2)
}
console.log(`seed ${seed}`)
const started = Date.now()
const found: CaseResult[] = []
for (const [systems, share] of chosen) {
  const result = await runRandom({
    runs: share,
    seed,
    systems,
    onBatch: (done, differing) => {
      console.log(`${done} cases of ${systems}, ${Math.round((Date.now() - started) / 1000)} s`)
      for (const one of differing) report(one)
    },
  })
  console.log(`${share} cases of ${systems}, ${result.found.length} differ`)
  found.push(...result.found)
}
for (const result of found.slice(0, 5)) {
  const smallest = await shrink(result.case.name, Number(values.shrink) * 1000)
  if (smallest === undefined) continue
  console.log('\nsmallest:')
  console.log(JSON.stringify(smallest.case.steps.slice(0, smallest.step + 1), undefined, 1))
  report(smallest)
}
process.exitCode = found.length === 0 ? 0 : 1

function report({ case: { name }, step, differences }: CaseResult): void {
  console.log(`## ${name}, step ${step}`)
  for (const { subject, what, ours, theirs } of differences.slice(0, 6)) {
    console.log(
      `   ${subject} | ${what}\n      ours   ${ours.slice(0, 500)}\n      theirs ${theirs.slice(0, 800)}`,
    )
  }
}
