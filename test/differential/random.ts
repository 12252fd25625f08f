// Random cases, many to a run, and the smallest case that still differs for each that does.
import fc from 'fast-check'
import { type Carry, type CaseResult, runCases } from './batch.ts'
import type { Case, CaseStep } from './case.ts'
import { specs, toCase } from './generate.ts'
import { tavioCase, tavioSpecs } from './generate-tavio.ts'

export interface RandomResult {
  readonly runs: number
  readonly found: readonly CaseResult[]
}

/** What random cases are made of: plumbing alone, or a hub as well. */
export type Systems = 'data' | 'tavio'

/** Makes cases of one kind. */
interface Generator {
  /** Cases that share a run. */
  readonly together: number
  sample(seed: number, name: string): Case
  /** Calls for smaller and smaller cases while they fail. */
  shrink(seed: number, name: string, limitMs: number, holds: (one: Case) => Promise<boolean>): Promise<void>
}

function generator<S>(
  all: fc.Arbitrary<S>,
  write: (spec: S, name: string) => Case,
  together: number,
): Generator {
  return {
    together,
    sample(seed, name) {
      const [spec] = fc.sample(all, { seed, numRuns: 1 })
      if (spec === undefined) throw new Error('there is always a sample')
      return write(spec, name)
    },
    async shrink(seed, name, limitMs, holds) {
      await fc.check(
        fc.asyncProperty(all, async (spec) => await holds(write(spec, name))),
        { seed, numRuns: 1, interruptAfterTimeLimit: limitMs, endOnFailure: false },
      )
    },
  }
}

const generators: { readonly [S in Systems]: Generator } = {
  data: generator(specs, toCase, 40),
  tavio: generator(tavioSpecs, tavioCase, 30),
}

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
  /** Default: plumbing alone. */
  readonly systems?: Systems
  readonly onBatch?: (done: number, found: readonly CaseResult[]) => void
}): Promise<RandomResult> {
  const { runs, seed, systems = 'data' } = options
  const { together } = generators[systems]
  const found: CaseResult[] = []
  for (let done = 0, batch = 0; done < runs; done += together, batch++) {
    const size = Math.min(together, runs - done)
    const cases = Array.from({ length: size }, (_, i) => caseOfSeed(systems, seed + done + i, batch))
    const results = await runCases(cases, carryOf(batch))
    const differing = results.filter(({ differences }) => differences.length > 0)
    found.push(...differing)
    options.onBatch?.(done + size, differing)
  }
  return { runs, found }
}

const carryOf = (batch: number): Carry => (batch % 2 === 0 ? 'theirs' : 'ours')

function caseOfSeed(systems: Systems, seed: number, batch: number): Case {
  return ended(generators[systems].sample(seed, `${systems} seed ${seed}, batch ${batch}`), batch)
}

function ended(one: Case, batch: number): Case {
  const ending = endings[(batch >> 1) % endings.length] ?? ((step: CaseStep) => step)
  const [before, last] = one.steps.slice(-2) as [CaseStep, CaseStep]
  return { ...one, steps: [...one.steps.slice(0, -1), ending(last, before)] }
}

/** The smallest case, found by fast-check, that differs like the one of a name; undefined when none does by itself. */
export async function shrink(name: string, limitMs: number): Promise<CaseResult | undefined> {
  const [, systems, ...numbers] = /^(data|tavio) seed (\d+), batch (\d+)$/.exec(name) ?? []
  const [seed, batch] = numbers.map(Number)
  if (seed === undefined || batch === undefined) return undefined
  let smallest: CaseResult | undefined
  await generators[systems as Systems].shrink(seed, name, limitMs, async (one) => {
    const [result] = await runCases([ended(one, batch)], carryOf(batch))
    if (result === undefined || result.differences.length === 0) return true
    smallest = result
    return false
  })
  return smallest
}
