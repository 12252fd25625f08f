// Conditions while planning: what holds already, and what is left for apply.
import { formatBlock } from '../address.ts'
import type { Condition, Config } from '../config/config.ts'
import { type Diagnostic, located, type Place } from '../diagnostics.ts'
import type { Scope } from '../expression/scope.ts'
import { isWhollyKnown, type Value } from '../schema/value.ts'
import type { Check, CheckedObject, ConditionKind, PendingCondition } from './check.ts'
import { inOrder, makeCheck, worstOf } from './checks.ts'
import { judge } from './judge.ts'
import type { PlanMode } from './plan.ts'
import type { Repetition } from './repetition.ts'

export interface PlannedConditions {
  /** Says which objects a block has. */
  expect(address: string, objects: readonly string[]): void
  /** Looks at conditions of an object, and keeps those that cannot be told yet. Returns what does not hold. */
  look(asked: {
    readonly address: string
    readonly object: string
    readonly kind: ConditionKind
    readonly conditions: readonly Condition[] | undefined
    readonly scope: Scope
    readonly repetition?: Repetition | undefined
    readonly forEach?: Value | undefined
    readonly place: Place
  }): readonly Diagnostic[]
  /** Says of an object what was found out otherwise. */
  report(address: string, object: string, message: string): void
  readonly checks: () => readonly Check[]
  readonly pending: readonly PendingCondition[]
}

/** Nothing is looked at in a plan that destroys; in one that only refreshes, nothing stops it. */
export function makeConditions(config: Config, mode: PlanMode): PlannedConditions {
  const declared = declaredChecks(config)
  const found = new Map<string, Map<string, CheckedObject>>()
  const pending: PendingCondition[] = []
  const objectsOf = (address: string) => {
    const known = found.get(address)
    if (known !== undefined) return known
    const made = new Map<string, CheckedObject>()
    found.set(address, made)
    return made
  }
  // Objects of which nothing has been looked at.
  const untouched = new Set<string>()
  const told = new Set<string>()
  const expect = (address: string, object: string) => {
    objectsOf(address).set(object, { address: object, status: 'unknown', messages: [] })
    untouched.add(object)
  }
  const add = (address: string, object: string, status: CheckedObject['status'], message?: string) => {
    const before = untouched.delete(object) ? undefined : objectsOf(address).get(object)
    objectsOf(address).set(object, {
      address: object,
      status: before === undefined ? status : worstOf([before.status, status]),
      messages: [...(before?.messages ?? []), ...(message === undefined ? [] : [message])],
    })
  }
  // Root outputs are there whatever becomes of them, variables once they have been looked at.
  for (const [address, kind] of declared) {
    if (kind === 'output') expect(address, address)
    if (mode === 'destroy') continue
    if (kind === 'var') add(address, address, 'pass')
    if (kind === 'check') objectsOf(address)
  }
  return {
    expect(address, objects) {
      if (!declared.has(address) || mode === 'destroy') return
      objectsOf(address)
      for (const object of objects) expect(address, object)
    },
    look({ address, object, kind, conditions = [], scope, repetition = {}, forEach, place }) {
      if (mode === 'destroy' || conditions.length === 0) return []
      // A check whose data cannot be read has failed, whatever else it asks.
      const isTold = kind === 'assert' && told.has(object)
      return conditions.flatMap((one) => {
        const where = { ...one.place, ...place }
        const verdict = judge({
          kind,
          condition: one.condition.expression,
          errorMessage: one.errorMessage.expression,
          scope,
          severity: kind === 'assert' || mode === 'refresh-only' ? 'warning' : 'error',
          where,
        })
        if (!isTold) add(address, object, verdict.status, verdict.message)
        if (verdict.status === 'unknown' || kind === 'assert') {
          const isEachKnown = repetition.each === undefined || isWhollyKnown(repetition.each.value)
          pending.push({
            object,
            kind,
            condition: one.condition.source,
            errorMessage: one.errorMessage.source,
            repetition,
            ...(isEachKnown ? {} : { forEach }),
            place: where,
          })
        }
        return isTold ? [] : located(verdict.diagnostics, where)
      })
    },
    report(address, object, message) {
      told.add(object)
      add(address, object, 'fail', message)
    },
    checks: () =>
      inOrder(
        [...declared].map(([address, kind]) => {
          const objects = found.get(address)
          return makeCheck(kind, address, objects === undefined ? null : [...objects.values()])
        }),
      ),
    pending,
  }
}

function declaredChecks(config: Config): ReadonlyMap<string, Check['kind']> {
  const has = (list: readonly unknown[] | undefined) => list !== undefined && list.length > 0
  const resources = [...config.resources.values()].filter(
    ({ lifecycle }) => has(lifecycle.preconditions) || has(lifecycle.postconditions),
  )
  return new Map<string, Check['kind']>([
    ...resources.map(({ address }) => [formatBlock(address), 'resource'] as const),
    ...[...config.outputs.values()]
      .filter(({ preconditions }) => has(preconditions))
      .map(({ name }) => [`output.${name}`, 'output'] as const),
    ...[...(config.checks?.keys() ?? [])].map((name) => [`check.${name}`, 'check'] as const),
    ...[...config.variables.values()]
      .filter(({ validations }) => validations.length > 0)
      .map(({ name }) => [`var.${name}`, 'var'] as const),
  ])
}
