// Configurations that nobody thought of, beside the real program.
import { describe, expect, it } from 'vitest'
import { runRandom } from './random.ts'
import { saying } from './saying.ts'
import { whyNoTerraform } from './terraform.ts'

const missing = whyNoTerraform()

describe.skipIf(missing !== undefined)(
  `beside Terraform, at random${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 300_000 },
  () => {
    // Always the same ones, so that a change is judged by what it changes; long runs look for new ones.
    it.each([
      { runs: 140, systems: 'data', seed: 4000 },
      { runs: 60, systems: 'tavio', seed: 300 },
    ] as const)('$runs cases of $systems', async ({ runs, systems, seed }) => {
      const { found } = await runRandom({
        runs,
        systems,
        seed: Number(process.env['DIFFERENTIAL_SEED'] ?? seed),
      })
      expect(saying(found)).toBe('')
    })
  },
)
