// Long runs: `npm run differential -- --runs 2000 --seed 1`.
import { parseArgs } from 'node:util'
import type { CaseResult } from './batch.ts'
import { runRandom, shrink } from './random.ts'
import { whyNoTerraform } from './terraform.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    shrink: { type: 'string', default: '20' },
  },
})
const missing = whyNoTerraform()
if (missing !== undefined) {
  console.log(`skipped: ${missing}`)
  process.exit(0)
}

const seed = Number(values.seed)
console.log(`seed ${seed}`)
const started = Date.now()
const { runs, found } = await runRandom({
  runs: Number(values.runs),
  seed,
  onBatch: (done, differing) => {
    console.log(`${done} cases, ${Math.round((Date.now() - started) / 1000)} s`)
    for (const result of differing) report(result)
  },
})
console.log(`${runs} cases, ${found.length} differ`)
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
