// Our engine beside the real program, over a hub: the same configuration of the same hub must come to the same end.
import { describe, expect, it } from 'vitest'
import { runCases } from './batch.ts'
import { canShare } from './case.ts'
import { examples } from './cases/examples.ts'
import { tavioLife } from './cases/tavio.ts'
import { tavioMeddling } from './cases/tavio-meddling.ts'
import { runRandom } from './random.ts'
import { saying } from './saying.ts'
import { whyNoTerraform } from './terraform.ts'

const missing = whyNoTerraform()
const RANDOM = 60
const cases = [...tavioLife, ...tavioMeddling]
const apart = cases.filter((one) => !canShare(one))

describe.skipIf(missing !== undefined)(
  `beside Terraform, with a hub${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 300_000 },
  () => {
    it.each([
      ['life', 'theirs', tavioLife.filter(canShare)],
      ['life', 'ours', tavioLife.filter(canShare)],
      ['meddling', 'theirs', tavioMeddling.filter(canShare)],
      ['meddling', 'ours', tavioMeddling.filter(canShare)],
    ] as const)('%s, from what is %s', async (_name, carry, group) => {
      expect(saying(await runCases(group, carry))).toBe('')
    })

    it.concurrent.each(apart.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
      expect(saying(await runCases([one], 'theirs'))).toBe('')
    })

    it('the examples', async () => {
      for (const one of examples()) expect(saying(await runCases([one], 'theirs'))).toBe('')
    })

    it(`${RANDOM} random cases`, async () => {
      // Always the same ones, so that a change is judged by what it changes; long runs look for new ones.
      const seed = Number(process.env['DIFFERENTIAL_SEED'] ?? 300)
      const { found } = await runRandom({ runs: RANDOM, seed, systems: 'tavio' })
      expect(saying(found)).toBe('')
    })
  },
)
