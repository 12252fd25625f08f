// The outputs once a plan has been applied.
import { type Diagnostic, hasErrors } from '../diagnostics.ts'
import { evaluate } from '../expression/evaluate.ts'
import { parseBody } from '../expression/parse.ts'
import type { Scope } from '../expression/scope.ts'
import { unmark } from '../schema/marks.ts'
import { typeOfValue } from '../schema/type.ts'
import { isWhollyKnown } from '../schema/value.ts'
import type { OutputValue, State } from '../state/state.ts'
import type { AppliedConditions } from './apply-conditions.ts'
import { toDiagnostics } from './call.ts'
import type { Plan } from './plan.ts'
import { checkShown } from './plan-outputs.ts'
import { plainSets } from './state-form.ts'

/**
 * Outputs after the run. What depends on something that was not done stays as it was; `failed` says that there may be
 * such things.
 */
export function finalOutputs({
  plan,
  scope,
  recorded,
  failed,
  conditions,
}: {
  readonly plan: Plan
  readonly scope: Scope
  readonly recorded: State['outputs']
  readonly failed: boolean
  readonly conditions: AppliedConditions
}): { readonly outputs: State['outputs']; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const outputs = new Map(Object.entries(recorded))
  for (const { name, action, after } of plan.outputs) {
    const output = plan.scope.outputs[name]
    const broken = conditions.look(`output.${name}`, 'output')
    // What has failed already leaves nothing to say of what could not be evaluated for that.
    if (!failed || broken.some(({ summary }) => summary === 'Output precondition failed'))
      diagnostics.push(...broken)
    // As Terraform has it: what was known when it was planned counts even so.
    if (action === 'no-op' || (hasErrors(broken) && !isWhollyKnown(after))) continue
    if (action === 'delete' || output === undefined) {
      if (!failed) outputs.delete(name)
      continue
    }
    try {
      const { value, sensitive } = unmark(evaluate(parseBody(output.body), scope))
      if (!isWhollyKnown(value)) continue
      const shown = checkShown(name, output, sensitive, { address: `output.${name}` })
      diagnostics.push(...shown)
      if (hasErrors(shown)) continue
      if (value === null) outputs.delete(name)
      else
        outputs.set(name, { value: plainSets(value), type: typeOfValue(value), sensitive: output.sensitive })
    } catch (error) {
      // The failure that it comes from has been told.
      if (!failed) diagnostics.push(...toDiagnostics(error, { address: `output.${name}` }))
    }
  }
  return { outputs: Object.fromEntries<OutputValue>(outputs), diagnostics }
}
