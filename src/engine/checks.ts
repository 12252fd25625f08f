// What came of conditions, put together: for plans and for state.
import { compareText, type Value } from '../schema/value.ts'
import type { Check, CheckedObject, CheckStatus, PendingCondition } from './check.ts'
import type { Verdict } from './judge.ts'

/** The worst that was found; without anything, it passes. */
export function worstOf(statuses: readonly CheckStatus[]): CheckStatus {
  return (['error', 'fail', 'unknown'] as const).find((one) => statuses.includes(one)) ?? 'pass'
}

/** Puts the status of its objects together. */
export function makeCheck(
  kind: Check['kind'],
  address: string,
  objects: readonly CheckedObject[] | null,
): Check {
  const status = objects === null ? 'unknown' : worstOf(objects.map((object) => object.status))
  return { kind, address, status, objects: objects && inOrder(objects) }
}

/** In order of address. */
export function inOrder<T extends { readonly address: string }>(all: readonly T[]): readonly T[] {
  return [...all].sort((a, b) => compareText(a.address, b.address))
}

/** The checks of a plan once it has been applied. What was not looked at again is as unknown as it was. */
export function finalChecks(
  checks: readonly Check[],
  conditions: readonly PendingCondition[],
  verdicts: ReadonlyMap<PendingCondition, Verdict>,
  unread: ReadonlyMap<string, readonly string[]> = new Map(),
): readonly Check[] {
  const pending = Map.groupBy(conditions, ({ object }) => object)
  return checks.map((check) =>
    makeCheck(
      check.kind,
      check.address,
      check.objects?.map((object) => {
        const why = unread.get(object.address)
        if (why !== undefined) return { address: object.address, status: 'fail', messages: why }
        const found = pending.get(object.address)?.map((one) => verdicts.get(one))
        if (found === undefined) return object
        // What did hold when it was planned does so still, and checks are looked at all over again.
        const before = check.kind === 'check' || object.status === 'unknown' ? 'pass' : object.status
        const messages = found.flatMap((verdict) => verdict?.message ?? [])
        return {
          address: object.address,
          status: worstOf([before, ...found.map((verdict) => verdict?.status ?? 'unknown')]),
          messages: [...(check.kind === 'check' ? [] : object.messages), ...messages],
        }
      }) ?? null,
    ),
  )
}

/** As state files have it; null without any. */
export function checkResults(checks: readonly Check[]): Value {
  if (checks.length === 0) return null
  return checks.map((check) => ({
    object_kind: check.kind,
    config_addr: check.address,
    status: check.status,
    objects:
      check.objects?.map(({ address, status, messages }) => ({
        object_addr: address,
        status,
        ...(messages.length === 0 ? {} : { failure_messages: messages }),
      })) ?? null,
  }))
}
