// What the outputs will be.
import type { Config } from '../config/config.ts'
import { type Diagnostic, problem } from '../diagnostics.ts'
import { evaluate } from '../expression/evaluate.ts'
import type { Scope } from '../expression/scope.ts'
import { unmark } from '../schema/marks.ts'
import { equal, type Value } from '../schema/value.ts'
import type { State } from '../state/state.ts'
import { toDiagnostics } from './call.ts'
import type { OutputChange } from './change.ts'
import type { PlanMode } from './plan.ts'

/** Compares recorded outputs with what they will be. `skip` names outputs that cannot be told since what they need failed. */
export function planOutputs(
  config: Config,
  state: State,
  scope: Scope,
  mode: PlanMode,
  wanted: (output: string) => boolean,
): { readonly outputs: readonly OutputChange[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const outputs: OutputChange[] = []
  const names = [...new Set([...Object.keys(state.outputs), ...config.outputs.keys()])].sort()
  for (const name of names) {
    const output = config.outputs.get(name)
    const recorded = state.outputs[name]
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
    if (!wanted(name)) continue
    try {
      const { value, sensitive } = unmark(evaluate(output.body.expression, scope))
      if (sensitive.length > 0 && !output.sensitive) {
        diagnostics.push(
          problem(
            'Output shows a secret',
            `Output "${name}" holds a sensitive value. Add "sensitive": true to it, or leave that part out.`,
            output.place,
          ),
        )
        continue
      }
      outputs.push({
        name,
        action: actionOf(recorded?.value, value),
        before: recorded?.value ?? null,
        after: value,
        sensitive: output.sensitive,
      })
    } catch (error) {
      diagnostics.push(...toDiagnostics(error, output.place))
    }
  }
  return { outputs, diagnostics }
}

function actionOf(recorded: Value | undefined, value: Value): OutputChange['action'] {
  if (recorded === undefined) return 'create'
  return equal(recorded, plainSets(value)) ? 'no-op' : 'update'
}

/** State keeps sets as lists. */
function plainSets(value: Value): Value {
  return value
}
