// What expressions refer to while a plan is applied: what the plan knew, and what its steps have made.
import { findAddress } from '../address.ts'
import type { Expression } from '../expression/expression.ts'
import { parseBody } from '../expression/parse.ts'
import type { Scope } from '../expression/scope.ts'
import { UNKNOWN } from '../schema/value.ts'
import type { RunOptions } from './api.ts'
import type { Plan } from './plan.ts'
import { makeScope } from './scope.ts'
import { makeValues, type Values } from './values.ts'

/** Makes the scope of a plan. Values of steps have to be set in `values` as they become known. */
export function makeApplyScope(
  plan: Plan,
  { world, providers }: Pick<RunOptions, 'world' | 'providers'>,
): { readonly scope: Scope; readonly values: Values } {
  const values = makeValues(providers)
  for (const [block, kind] of Object.entries(plan.scope.blocks)) values.declare(block, kind)
  for (const [text, value] of Object.entries(plan.scope.values)) {
    const address = findAddress(text)
    if (address !== undefined) values.set(address, value)
  }
  // Until its step is done, a value is as unknown as it was in the plan; its instance counts all the same.
  for (const step of plan.steps) if (step.action !== 'delete') values.set(step.address, UNKNOWN)
  const parsed = new Map<string, Expression>()
  const scope = makeScope({
    variables: plan.scope.variables,
    locals: (name) => {
      if (!Object.hasOwn(plan.scope.locals, name)) return undefined
      const known = parsed.get(name) ?? parseBody(plan.scope.locals[name] ?? null)
      parsed.set(name, known)
      return known
    },
    values,
    path: plan.scope.path,
    directory: plan.directory,
    workspace: plan.scope.workspace,
    readFile: world.readFile,
    now: world.now,
  })
  return { scope, values }
}
