// Whether a plan may still be applied.
import { type Diagnostic, problem } from '../diagnostics.ts'
import type { Recorder } from './api.ts'
import type { Plan } from './plan.ts'

/** Says why a plan that was made earlier no longer fits what is recorded; undefined if it does. */
export function refusePlan(plan: Plan, { state, recovered }: Recorder): Diagnostic | undefined {
  if (plan.lineage === '' && state.lineage !== '') {
    return problem(
      'Plan is stale',
      'The plan was made when there was no state yet, and by now there is one. A plan is applied once. Run plan again.',
    )
  }
  if (plan.lineage !== state.lineage) {
    return problem(
      'Plan is for another state',
      `The plan was made from the state ${plan.lineage}, and this is ${state.lineage || 'empty'}. Run plan again here.`,
    )
  }
  if (plan.serial !== state.serial) {
    return problem(
      'Plan is stale',
      `The state has changed since the plan was made: it was at serial ${plan.serial} and is now at ${state.serial}. A plan is applied once. Run plan again.`,
    )
  }
  // A plan made since then has looked for what those calls made, and stops where it found something else.
  const settled = new Set(plan.settled)
  const toMake = plan.steps.filter((step) => step.action === 'create' && step.blocked === undefined)
  const creates = new Set(toMake.map((step) => step.id))
  const open = recovered?.openIntents.find(
    (intent) => intent.action === 'create' && creates.has(intent.step) && !settled.has(intent.step),
  )
  if (open === undefined) return undefined
  return problem(
    'Plan is stale',
    `A run stopped while it created ${open.key}, and nobody knows whether it did. This plan was made before, and would create it again. Run plan again: it looks for the object first.`,
  )
}
