// Random cases, many to a run, and the smallest case that still differs for each that does.
import fc from 'fast-check'
import { type Carry, type CaseResult, runCases } from './batch.ts'
import type { Case, CaseStep } from './case.ts'
import { specs, toCase } from './generate.ts'

export interface RandomResult {
  readonly runs: number
  readonly found: readonly CaseResult[]
}

/** Cases that share a run. */
const TOGETHER = 40

/** How the last step of a whole run differs from an ordinary one. */
const endings: readonly ((step: CaseStep, before: CaseStep) => CaseStep)[] = [
  (step) => step,
  ({ config, vars }) => ({ config, vars, mode: 'destroy' }),
  (_step, before) => ({ config: before.config, vars: before.vars, mode: 'refresh-only' }),
  (step) => ({ ...step, refresh: false }),
]

/** Runs cases of seeds `seed`, `seed + 1`, … */
export async function runRandom(options: {
  readonly runs: number
  readonly seed: number
  readonly onBatch?: (done: number, found: readonly CaseResult[]) => void
}): Promise<RandomResult> {
  const { runs, seed } = options
  const found: CaseResult[] = []
  for (let done = 0, batch = 0; done < runs; done += TOGETHER, batch++) {
    const size = Math.min(TOGETHER, runs - done)
    const cases = Array.from({ length: size }, (_, i) => caseOfSeed(seed + done + i, batch))
    const results = await runCases(cases, carryOf(batch))
    const differing = results.filter(({ differences }) => differences.length > 0)
    found.push(...differing)
    options.onBatch?.(done + size, differing)
  }
  return { runs, found }
}

const carryOf = (batch: number): Carry => (batch % 2 === 0 ? 'theirs' : 'ours')

function caseOfSeed(seed: number, batch: number): Case {
  const [spec] = fc.sample(specs, { seed, numRuns: 1 })
  if (spec === undefined) throw new Error('there is always a sample')
  return ended(toCase(spec, `seed ${seed}, batch ${batch}`), batch)
}

function ended(one: Case, batch: number): Case {
  const ending = endings[(batch >> 1) % endings.length] ?? ((step: CaseStep) => step)
  const [before, last] = one.steps.slice(-2) as [CaseStep, CaseStep]
  return { ...one, steps: [...one.steps.slice(0, -1), ending(last, before)] }
}

/** The smallest case, found by fast-check, that differs like the one of a name; undefined when none does by itself. */
export async function shrink(name: string, limitMs: number): Promise<CaseResult | undefined> {
  const [, seed, batch] = /^seed (\d+), batch (\d+)$/.exec(name)?.map(Number) ?? []
  if (seed === undefined || batch === undefined) return undefined
  let smallest: CaseResult | undefined
  await fc.check(
    fc.asyncProperty(specs, async (spec) => {
      const [result] = await runCases([ended(toCase(spec, name), batch)], carryOf(batch))
      if (result === undefined || result.differences.length === 0) return true
      smallest = result
      return false
    }),
    { seed, numRuns: 1, interruptAfterTimeLimit: limitMs, endOnFailure: false },
  )
  return smallest
}
