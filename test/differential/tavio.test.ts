// Our engine beside the real program, over a hub: the same configuration of the same hub must come to the same end.
import { describe, expect, it } from 'vitest'
import { type Carry, runCases } from './batch.ts'
import { canShare } from './case.ts'
import { examples } from './cases/examples.ts'
import { tavioLife } from './cases/tavio.ts'
import { saying } from './saying.ts'
import { whyNoTerraform } from './terraform.ts'

const missing = whyNoTerraform()
const together = tavioLife.filter(canShare)
const apart = tavioLife.filter((one) => !canShare(one))

describe.skipIf(missing !== undefined)(
  `beside Terraform, with a hub${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 300_000 },
  () => {
    // Each goes on from one engine's state; random cases take turns as well.
    it.each<Carry>(['theirs', 'ours'])('life, from what is %s', async (carry) => {
      const half = together.filter((_, i) => (i % 2 === 0) === (carry === 'ours'))
      expect(saying(await runCases(half, carry))).toBe('')
    })

    it.concurrent.each(apart.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
      expect(saying(await runCases([one], 'theirs'))).toBe('')
    })

    it('the examples', async () => {
      for (const one of examples()) expect(saying(await runCases([one], 'theirs'))).toBe('')
    })
  },
)
