// Conditions while applying: those that could not be told before.
import { findAddress } from '../address.ts'
import { type Diagnostic, located } from '../diagnostics.ts'
import { parseBody } from '../expression/parse.ts'
import type { Scope } from '../expression/scope.ts'
import type { Check, ConditionKind, PendingCondition } from './check.ts'
import { finalChecks } from './checks.ts'
import { judge, type Verdict } from './judge.ts'
import type { Plan } from './plan.ts'
import { settledRepetition } from './replan.ts'
import { instanceScope } from './scope.ts'
import type { Values } from './values.ts'

export interface AppliedConditions {
  /** Looks at what is left of the conditions of an object. Returns what does not hold. */
  look(object: string, kind: ConditionKind): readonly Diagnostic[]
  /** Says that the data of a check could not be read. */
  report(check: string, why: readonly Diagnostic[]): void
  /** What became of all of them. */
  readonly checks: () => readonly Check[]
}

/** Everything that the conditions of an object refer to must have been done before they are looked at. */
export function makeAppliedConditions(plan: Plan, scope: Scope, values: Values): AppliedConditions {
  const pending = Map.groupBy(plan.conditions, ({ object }) => object)
  const unread = new Map<string, readonly string[]>()
  const verdicts = new Map<PendingCondition, Verdict>()
  return {
    look(object, kind) {
      if (unread.has(object)) return []
      const all = pending.get(object)?.filter((one) => one.kind === kind) ?? []
      return all.flatMap((one) => {
        const address = kind === 'postcondition' ? findAddress(object) : undefined
        const here = instanceScope(scope, settledRepetition(one, scope))
        const verdict = judge({
          kind,
          condition: parseBody(one.condition),
          errorMessage: parseBody(one.errorMessage),
          scope: address === undefined ? here : { ...here, self: values.instance(address) },
          severity: kind === 'assert' || plan.mode === 'refresh-only' ? 'warning' : 'error',
          where: one.place,
        })
        verdicts.set(one, verdict)
        return located(verdict.diagnostics, one.place)
      })
    },
    report(check, why) {
      unread.set(
        check,
        why.map(({ summary, detail }) => `${summary}: ${detail}`),
      )
    },
    checks: () => finalChecks(plan.checks, plan.conditions, verdicts, unread),
  }
}
