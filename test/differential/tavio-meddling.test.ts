// Beside the real program, over a hub in which somebody else is at work, or which fails.
import { describe, expect, it } from 'vitest'
import { type Carry, runCases } from './batch.ts'
import { canShare } from './case.ts'
import { tavioMeddling } from './cases/tavio-meddling.ts'
import { saying } from './saying.ts'
import { whyNoTerraform } from './terraform.ts'

const missing = whyNoTerraform()
const together = tavioMeddling.filter(canShare)
const apart = tavioMeddling.filter((one) => !canShare(one))

describe.skipIf(missing !== undefined)(
  `beside Terraform, with a hub that somebody meddles with${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 300_000 },
  () => {
    // Each goes on from one engine's state; random cases take turns as well.
    it.each<Carry>(['theirs', 'ours'])('meddling, from what is %s', async (carry) => {
      const half = together.filter((_, i) => (i % 2 === 0) === (carry === 'ours'))
      expect(saying(await runCases(half, carry))).toBe('')
    })

    it.concurrent.each(apart.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
      expect(saying(await runCases([one], 'theirs'))).toBe('')
    })
  },
)
