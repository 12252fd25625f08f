// One step in our engine.
import { formatAddress } from '../../src/address.ts'
import { type Diagnostic, DiagnosticError, hasErrors } from '../../src/diagnostics.ts'
import type { Change } from '../../src/engine/change.ts'
import type { EngineEvent } from '../../src/engine/events.ts'
import type { Plan } from '../../src/engine/plan.ts'
import type { Provider } from '../../src/provider/provider.ts'
import type { Resource } from '../../src/provider/resource.ts'
import { checkJson } from '../../src/review/checks-json.ts'
import type { Value } from '../../src/schema/value.ts'
import { decodeState } from '../../src/state/file.ts'
import { data } from '../../src/systems/terraform/data.ts'
import { terraform } from '../../src/systems/terraform/provider.ts'
import { bench, text } from '../support/engine.ts'
import type { CaseStep } from './case.ts'
import { changeValue, checksByAddress, type Outcome, plain } from './outcome.ts'
import type { Stage } from './stage.ts'

export interface OurOutcome extends Outcome {
  readonly plan: Plan | undefined
}

/**
 * Runs a step from a state (empty text: none), on the stage if there is one.
 *
 * `example` is the state that the other engine made of it: objects made here get the ids that they have there, so that
 * everything that is computed from ids is equal too.
 */
export async function runHubform(
  step: CaseStep,
  state: string,
  example: string,
  stage?: Stage,
): Promise<OurOutcome> {
  const nothing = {
    changes: new Map(),
    outputs: new Map(),
    checks: new Map(),
    sequence: [],
    plan: undefined,
    state,
  }
  const sequence: string[] = []
  let creating = ''
  const builtin = withIds(example, () => creating)
  const { plan, applyPlan, store } =
    stage === undefined ? bench(builtin) : bench(stage.provider(), { env: stage.settings, others: [builtin] })
  store.text = state === '' ? undefined : state
  const onEvent = (event: EngineEvent) => {
    if (event.kind !== 'started') return
    creating = formatAddress(event.step.address)
    sequence.push(`${event.step.action} ${creating}`)
  }
  try {
    const planned = await plan(stage?.written(step.config) ?? step.config, {
      mode: step.mode ?? 'normal',
      targets: step.targets ?? [],
      replace: step.replace ?? [],
      refresh: step.refresh ?? true,
      vars: [{ path: 'given.json', text: JSON.stringify(step.vars ?? {}) }],
    })
    if (planned.plan === undefined) return { ...nothing, failed: 'plan', message: text(planned.diagnostics) }
    stage?.disturb(step)
    const applied = await applyPlan(planned.plan, { parallelism: 1, onEvent })
    const failed = hasErrors(applied.diagnostics)
    return {
      failed: failed ? 'apply' : undefined,
      message: failed ? text(applied.diagnostics) : '',
      changes: new Map(changesOf(planned.plan).map((change) => [changeKey(change), describe(change)])),
      outputs: outputsOf(planned.plan),
      checks: checksByAddress(planned.plan.checks.map(checkJson)),
      state: store.text ?? '',
      sequence,
      plan: planned.plan,
    }
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error
    const found: readonly Diagnostic[] = error.diagnostics
    return { ...nothing, failed: 'plan', message: text(found) }
  }
}

function withIds(example: string, creating: () => string): Provider {
  const records = example === '' ? undefined : decodeState(example, { file: 'example' }).records
  const resource = data as unknown as Resource
  return {
    ...terraform,
    resources: {
      terraform_data: {
        ...resource,
        create: async (args) => {
          const made = await resource.create(args)
          const id = records?.get(creating())?.attributes['id']
          return typeof id === 'string' ? { ...made, id } : made
        },
      },
    },
  }
}

/** Terraform lists no objects in a plan that only refreshes, and no look-up that is over when planning is. */
function changesOf(plan: Plan): Plan['changes'] {
  if (plan.mode === 'refresh-only') return []
  return plan.changes.filter(({ address, action }) => address.mode !== 'data' || action === 'read')
}

function changeKey({ address, deposed }: Change): string {
  return `${formatAddress(address)}${deposed === undefined ? '' : ` (deposed ${deposed})`}`
}

function describe(change: Change): Value {
  const both = change.createBeforeDestroy ? ['create', 'delete'] : ['delete', 'create']
  const reason = change.reason ?? ''
  return changeValue({
    actions: change.action === 'replace' ? both : [change.action],
    // Reasons of ours that Terraform has no word for.
    reason: /^(create|update)_|^delete_(by_request|deposed)$|^$/.test(reason) ? undefined : reason,
    before: change.before,
    after: change.after,
    beforeSensitive: change.before === null ? [] : change.beforeSensitive,
    afterSensitive: change.after === null ? [] : change.afterSensitive,
    replacePaths: change.replacePaths,
  })
}

function outputsOf(plan: Plan): Map<string, Value> {
  return new Map(
    plan.outputs.map(({ name, action, before, after, sensitive }) => [
      name,
      { actions: action, before: plain(before), after: plain(after), sensitive },
    ]),
  )
}
