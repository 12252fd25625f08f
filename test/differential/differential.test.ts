// Our engine beside the real program: the same configuration from the same state must plan, do and record the same.
import { describe, expect, it } from 'vitest'
import { type Carry, runCases } from './batch.ts'
import { type Case, canShare } from './case.ts'
import { conditions } from './cases/conditions.ts'
import { lifecycle } from './cases/lifecycle.ts'
import { refactoring } from './cases/refactoring.ts'
import { values } from './cases/values.ts'
import { declared } from './declared.ts'
import { saying } from './saying.ts'
import { whyNoTerraform } from './terraform.ts'

const missing = whyNoTerraform()
const cases: readonly Case[] = [...lifecycle, ...conditions, ...refactoring, ...values]
const ordinary = cases.filter(({ name }) => !declared.has(name))
const TOGETHER = 30

const shared = ordinary.filter(canShare)
const groups = Array.from({ length: Math.ceil(shared.length / TOGETHER) }, (_, i) =>
  shared.slice(i * TOGETHER, (i + 1) * TOGETHER),
)
const apart = ordinary.filter((one) => !canShare(one))

describe.skipIf(missing !== undefined)(
  `beside Terraform${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 300_000 },
  () => {
    describe.each<Carry>(['theirs', 'ours'])('each step from the state that is %s', (carry) => {
      it.each(groups.map((group) => [group[0]?.name, group.at(-1)?.name, group] as const))(
        'from "%s" to "%s"',
        async (_first, _last, group) => {
          expect(saying(await runCases(group, carry))).toBe('')
        },
      )
    })

    it.concurrent.each(apart.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
      expect(saying(await runCases([one], 'theirs'))).toBe('')
    })

    it('the declared differences are still there', async () => {
      const known = cases.filter(({ name }) => declared.has(name))
      const results = [...(await runCases(known.filter(canShare), 'theirs'))]
      for (const one of known.filter((other) => !canShare(other)))
        results.push(...(await runCases([one], 'theirs')))
      const gone = results.filter(({ differences }) => differences.length === 0).map((one) => one.case.name)
      expect(gone).toEqual([])
    })
  },
)
