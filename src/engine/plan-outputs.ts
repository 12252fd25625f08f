// What the outputs will be.
import type { Config } from '../config/config.ts'
import { type Diagnostic, hasErrors, type Place, problem } from '../diagnostics.ts'
import { evaluate } from '../expression/evaluate.ts'
import type { Scope } from '../expression/scope.ts'
import type { Path } from '../path.ts'
import { typesAgree } from '../schema/kind.ts'
import { unmark } from '../schema/marks.ts'
import { typeOfValue } from '../schema/type.ts'
import { equal, isWhollyKnown, type Value } from '../schema/value.ts'
import type { OutputValue, State } from '../state/state.ts'
import { toDiagnostics } from './call.ts'
import type { OutputChange } from './change.ts'
import type { PlanMode } from './plan.ts'
import type { PlannedConditions } from './plan-conditions.ts'
import { plainSets } from './state-form.ts'

/** Compares recorded outputs with what they will be. Those that are not wanted stay as they are. */
export function planOutputs(parts: {
  readonly config: Config
  readonly state: State
  readonly scope: Scope
  readonly mode: PlanMode
  readonly wanted: (output: string) => boolean
  readonly conditions: PlannedConditions
}): { readonly outputs: readonly OutputChange[]; readonly diagnostics: readonly Diagnostic[] } {
  const { config, state, scope, mode, wanted, conditions } = parts
  const diagnostics: Diagnostic[] = []
  const outputs: OutputChange[] = []
  const names = [...new Set([...Object.keys(state.outputs), ...config.outputs.keys()])].sort()
  for (const name of names) {
    const output = config.outputs.get(name)
    const recorded = state.outputs[name]
    if (!wanted(name)) continue
    if (output === undefined || mode === 'destroy') {
      if (recorded === undefined) continue
      outputs.push({
        name,
        action: 'delete',
        before: recorded.value,
        after: null,
        sensitive: recorded.sensitive,
      })
      continue
    }
    const address = `output.${name}`
    const { preconditions, place } = output
    const about = { address, object: address, kind: 'output', place } as const
    const broken = conditions.look({ ...about, conditions: preconditions, scope })
    diagnostics.push(...broken)
    if (hasErrors(broken)) continue
    try {
      const { value, sensitive } = unmark(evaluate(output.body.expression, scope))
      const shown = checkShown(name, output, sensitive, output.place)
      diagnostics.push(...shown)
      if (shown.length > 0) continue
      // What refers to an object that is gone is settled when the object is there again.
      if (mode === 'refresh-only' && !isWhollyKnown(value)) continue
      outputs.push({
        name,
        action: actionOf(recorded, value, output.sensitive),
        before: recorded?.value ?? null,
        after: value,
        // What was secret is not shown for no longer being so.
        sensitive: output.sensitive || recorded?.sensitive === true,
      })
    } catch (error) {
      diagnostics.push(...toDiagnostics(error, output.place))
    }
  }
  return { outputs, diagnostics }
}

function actionOf(
  recorded: OutputValue | undefined,
  value: Value,
  sensitive: boolean,
): OutputChange['action'] {
  // Null is not recorded, so there is nothing to make.
  if (recorded === undefined) return value === null ? 'no-op' : 'create'
  const same = equal(recorded.value, plainSets(value)) && typesAgree(recorded.type, typeOfValue(value))
  return same && recorded.sensitive === sensitive ? 'no-op' : 'update'
}

/** Problems of an output that would show what is marked as sensitive. */
export function checkShown(
  name: string,
  output: { readonly sensitive: boolean },
  sensitive: readonly Path[],
  where: Place,
): Diagnostic[] {
  if (output.sensitive || sensitive.length === 0) return []
  const detail = `Output "${name}" holds a sensitive value. Add "sensitive": true to it, or leave that part out.`
  return [problem('Output shows a secret', detail, where)]
}
