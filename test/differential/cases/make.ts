// Short ways to write cases down.
import type { Json } from '../../support/engine.ts'
import type { Case, CaseStep } from '../case.ts'

/** A configuration of `terraform_data` objects by name, and what else there is. */
export function config(resources: Json, rest: Json = {}): Json {
  return { resource: { terraform_data: resources }, ...rest }
}

/** `{ name: { value } }`, so that a table of outputs is a table of expressions. */
export function outputs(values: Json, sensitive = false): Json {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { value, ...(sensitive ? { sensitive } : {}) }]),
  )
}

/** A case whose steps are configurations, or steps in full. */
export function steps(name: string, because: string, ...all: readonly (Json | CaseStep)[]): Case {
  return { name, because, steps: all.map(asStep) }
}

/** A case whose last step both engines must refuse. */
export function fails(name: string, because: string, ...all: readonly (Json | CaseStep)[]): Case {
  return { ...steps(name, because, ...all), fails: true }
}

function asStep(step: Json | CaseStep): CaseStep {
  return 'config' in step ? (step as CaseStep) : { config: step }
}
