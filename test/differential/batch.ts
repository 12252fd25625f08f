// Several cases in one run of each engine: starting a program costs more than planning a hundred objects.
import type { Json } from '../support/engine.ts'
import type { Case, CaseStep } from './case.ts'
import { type Difference, differencesBetween, guessedSubjects } from './compare.ts'
import { hubDifferences } from './compare-hub.ts'
import { runHubform } from './hubform.ts'
import { needsStage, openStage, type Stage } from './stage.ts'
import { runTerraform } from './terraform.ts'

export interface CaseResult {
  readonly case: Case
  /** From the first step that has any. */
  readonly differences: readonly Difference[]
  /** Which step, from 0. */
  readonly step: number
}

/** Which engine's state the next step starts from. */
export type Carry = 'ours' | 'theirs'

/** Runs cases together, and apart as far as needed to tell which of them differ. */
export async function runCases(cases: readonly Case[], carry: Carry): Promise<readonly CaseResult[]> {
  if (cases.length === 0) return []
  const stage = cases.some(({ steps }) => steps.some(needsStage)) ? await openStage(cases[0]?.hub) : undefined
  try {
    return await runTogether(cases, carry, stage)
  } finally {
    await stage?.close()
  }
}

async function runTogether(
  cases: readonly Case[],
  carry: Carry,
  stage: Stage | undefined,
): Promise<readonly CaseResult[]> {
  const alone = cases.length === 1
  const steps = Math.max(...cases.map((one) => one.steps.length))
  const results = new Map<Case, CaseResult>()
  let state = ''
  let scene = stage?.scene()
  for (let step = 0; step < steps; step++) {
    // A case that is over is planned once more as it was: that must find nothing to do.
    const parts = cases.map((one, i) =>
      alone
        ? cleaned(one.steps[step] ?? again(one.steps.at(-1) as CaseStep))
        : renamed(one.steps[step] ?? again(one.steps.at(-1) as CaseStep), i),
    )
    const merged = mergeSteps(parts)
    const start = damaged(state, merged)
    const set = (here?: CaseStep) => {
      if (scene !== undefined) stage?.set(scene, step, here)
    }
    set(merged)
    scene = stage?.scene()
    set()
    const theirs = await runTerraform(merged, start, stage)
    const theirEnd = stage?.end()
    set()
    const ours = await runHubform(merged, start, theirs.state, stage)
    const ourEnd = stage?.end()
    const found = [
      ...differencesBetween(ours, theirs),
      // Who fails earlier has done less.
      ...(ourEnd === undefined || theirEnd === undefined || ours.failed !== theirs.failed
        ? []
        : hubDifferences(ourEnd, theirEnd)),
    ]
    const unassigned = found.filter(({ subject }) => caseOf(subject) === undefined)
    if (!alone && (unassigned.length > 0 || ours.failed !== undefined || theirs.failed !== undefined)) {
      const half = Math.ceil(cases.length / 2)
      return [...(await runCases(cases.slice(0, half), carry)), ...(await runCases(cases.slice(half), carry))]
    }
    for (const [i, one] of cases.entries()) {
      const mine = alone ? found : found.filter(({ subject }) => caseOf(subject) === i)
      // An object that only one of them replaced has another id, and so has all that is made of it.
      const guessed = guessedSubjects(ours, theirs).some((subject) => alone || caseOf(subject) === i)
      const replacedByOne = guessed && mine.some(({ what }) => what === 'state attributes.id')
      const follows = /^plan (actions|reason|replacePaths)$/
      const differences = mine.filter(
        ({ what }) => !(replacedByOne && what.startsWith('state ')) && !(guessed && follows.test(what)),
      )
      const last = step >= one.steps.length - 1
      const expected = last && one.fails === true && ours.failed === undefined
      const missing: Difference[] = expected
        ? [{ subject: '', what: 'error', ours: 'no error', theirs: 'no error, and one was expected' }]
        : []
      const all = [...differences, ...missing]
      if (all.length > 0 && !results.has(one)) results.set(one, { case: one, differences: all, step })
    }
    if (ours.failed !== undefined || theirs.failed !== undefined) break
    state = carry === 'ours' ? ours.state : theirs.state
    scene = (carry === 'ours' ? ourEnd : theirEnd)?.scene
  }
  return cases.map((one) => results.get(one) ?? { case: one, differences: [], step: -1 })
}

function again({ config, vars }: CaseStep): CaseStep {
  return { config, vars }
}

function caseOf(subject: string): number | undefined {
  const match = /^(?:data\.)?(?:terraform_data|tavio_\w+|output)\.c(\d+)_|^hub .*\bc(\d+)-/.exec(subject)
  return match === null ? undefined : Number(match[1] ?? match[2])
}

/** Everything a step declares and refers to, under names of its own. */
function renamed(step: CaseStep, which: number): CaseStep {
  const prefix = `c${which}_`
  const inText = (text: string) =>
    text
      .replaceAll(
        /\b(terraform_data|tavio_\w+|var|local)\.([a-z]\w*)/g,
        (_match, root: string, name: string) => `${root}.${prefix}${name}`,
      )
      .replaceAll(/\bcase-/g, `c${which}-`)
  const inside = (value: unknown): unknown => {
    if (typeof value === 'string') return inText(value)
    if (Array.isArray(value)) return value.map(inside)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inside(inner)]))
  }
  const keyed = (block: unknown) =>
    Object.fromEntries(
      Object.entries((block ?? {}) as Json).map(([name, body]) => [prefix + name, inside(body)]),
    )
  const typed = (types: unknown) =>
    blocks(
      Object.fromEntries(Object.entries((types ?? {}) as Json).map(([type, named]) => [type, keyed(named)])),
    )
  const { config } = step
  return {
    ...step,
    config: {
      ...('removed' in config ? { removed: inside(config['removed']) } : {}),
      ...blocks({
        variable: keyed(config['variable']),
        locals: keyed(config['locals']),
        output: keyed(config['output']),
      }),
      ...blocks({ data: typed(config['data']), resource: typed(config['resource']) }),
    },
    vars: keyed(step.vars),
    targets: step.targets?.map(inText),
    replace: step.replace?.map(inText),
    taint: step.taint?.map(inText),
    depose: step.depose?.map(inText),
    meddle: inside(step.meddle) as CaseStep['meddle'],
  }
}

/** A step as it is, but for empty blocks. */
function cleaned(step: CaseStep): CaseStep {
  const typed = (types: unknown) => blocks((types ?? {}) as { readonly [type: string]: Json })
  const there = Object.entries(step.config).map(([name, block]): [string, Json] => [
    name,
    name === 'resource' || name === 'data' ? typed(block) : (block as Json),
  ])
  return { ...step, config: blocks(Object.fromEntries(there)) }
}

/** Only what is there: Terraform refuses an empty block. */
function blocks(all: { readonly [name: string]: Json }): Json {
  return Object.fromEntries(Object.entries(all).filter(([, block]) => Object.keys(block).length > 0))
}

function mergeSteps(steps: readonly CaseStep[]): CaseStep {
  const [first] = steps
  if (first === undefined || steps.length === 1) return first as CaseStep
  const merge = (name: string) => Object.assign({}, ...steps.map(({ config }) => config[name] ?? {})) as Json
  const all = (name: 'targets' | 'replace' | 'taint' | 'depose') => {
    const found = steps.flatMap((step) => step[name] ?? [])
    return found.length === 0 ? undefined : found
  }
  const typed = (block: string) => {
    const all: { [type: string]: Json } = {}
    for (const { config } of steps)
      for (const [type, named] of Object.entries((config[block] ?? {}) as { [type: string]: Json }))
        all[type] = { ...all[type], ...named }
    return all
  }
  const meddlings = steps.flatMap((step) => step.meddle ?? [])
  const removed = steps.flatMap(({ config }) => config['removed'] ?? [])
  return {
    mode: first.mode,
    config: {
      ...blocks({ variable: merge('variable'), locals: merge('locals'), output: merge('output') }),
      ...(removed.length === 0 ? {} : { removed }),
      ...blocks({ data: typed('data'), resource: typed('resource') }),
    },
    vars: Object.assign({}, ...steps.map(({ vars }) => vars ?? {})) as Json,
    targets: all('targets'),
    replace: all('replace'),
    taint: all('taint'),
    depose: all('depose'),
    meddle: meddlings.length === 0 ? undefined : meddlings,
  }
}

type StateFile = {
  resources: { type: string; name: string; instances: { [key: string]: unknown }[] }[]
}

/** Does to a state what a step wants done behind the engines' backs. */
function damaged(state: string, { taint = [], depose = [] }: CaseStep): string {
  if (state === '' || (taint.length === 0 && depose.length === 0)) return state
  // Numbers are kept as they are written, whatever JavaScript would make of them.
  const file = JSON.parse(state, exactNumbers as Parameters<typeof JSON.parse>[1]) as StateFile
  for (const { type, name, instances } of file.resources) {
    for (const instance of [...instances]) {
      const key = instance['index_key']
      const address = `${type}.${name}${key === undefined ? '' : `[${JSON.stringify(key)}]`}`
      if (taint.includes(address)) instance['status'] = 'tainted'
      if (depose.includes(address)) {
        const { status: _, ...rest } = instance
        instances.push({ ...rest, deposed: 'abcdef01' })
      }
    }
  }
  return JSON.stringify(file)
}

function exactNumbers(_key: string, value: unknown, context: { source: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(context.source)
}
