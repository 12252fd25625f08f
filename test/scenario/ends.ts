// How every scenario must end.
import { expect } from 'vitest'
import { hasChanges, type Plan } from '../../src/engine/plan.ts'
import type { ObjectValue } from '../../src/schema/value.ts'
import type { State } from '../../src/state/state.ts'
import { type Blocks, document } from '../support/customer.ts'
import { actions, type Json, text } from '../support/engine.ts'
import { type HubBench, type HubOptions, startHub } from '../support/hub.ts'

/** What a hub looks like, ids and times apart, after a run in which nothing went wrong. */
export async function undisturbed(
  blocks: (bench: HubBench) => Blocks,
  options: HubOptions = {},
): Promise<unknown> {
  const bench = await startHub(options)
  try {
    const { diagnostics } = await bench.apply(document(blocks(bench)))
    expect(errorsOf(diagnostics)).toBe('')
    return bench.hub.tavio.comparable()
  } finally {
    await bench.close()
  }
}

/** The state as the next run would find it. */
export async function stateOf(bench: HubBench): Promise<State> {
  const session = await bench.session()
  await session.close()
  return session.state
}

/** Attributes of what is recorded at an address; empty if nothing is. */
export async function recorded(bench: HubBench, address: string): Promise<ObjectValue> {
  return (await stateOf(bench)).records.get(address)?.attributes ?? {}
}

/** A plan, which must be possible. */
export async function planned(
  bench: HubBench,
  config: Json,
  options?: Parameters<HubBench['plan']>[1],
): Promise<Plan> {
  const { plan, diagnostics } = await bench.plan(config, options)
  if (plan === undefined) throw new Error(text(diagnostics))
  return plan
}

/**
 * Nothing is left to do, state says what the hub has, nothing is there twice, and nobody was invited twice.
 *
 * `like` is what the hub must be equal to, if given.
 */
export async function expectEnd(bench: HubBench, config: Json, like?: unknown): Promise<void> {
  const { tables } = bench.hub.tavio
  if (like !== undefined) expect(bench.hub.tavio.comparable()).toEqual(like)
  const plan = await planned(bench, config)
  expect(actions({ plan })).toEqual([])
  expect(hasChanges(plan)).toBe(false)
  expect(plan.drift).toEqual([])
  expect(plan.refreshed).toEqual({})
  const invited = tables.invitations.all().map((invitation) => invitation.to)
  expect(invited.length).toBe(new Set(invited).size)
  const state = await stateOf(bench)
  for (const [type, ids] of Object.entries(idsInHub(bench))) {
    const known = [...state.records.values()]
      .filter((record) => record.address.type === type)
      .map((record) => String(record.attributes['id']))
    expect(known.sort(), `${type}: recorded and there`).toEqual([...ids].sort())
  }
}

/** What an earlier run set going may be on its way still. It arrives by itself: nothing is left to do meanwhile. */
export async function untilStill(bench: HubBench, config: Json): Promise<void> {
  const isMoving = () => bench.hub.tavio.tables.deployments.all().some((one) => one.becomes !== undefined)
  do expect(actions(await bench.apply(config))).toEqual([])
  while (isMoving())
}

/** Ids of everything that a run could have made. */
export function idsInHub({ hub }: HubBench): Readonly<Record<string, readonly string[]>> {
  const { users, environments, configurations, deployments } = hub.tavio.tables
  const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id)
  return {
    tavio_user: ids(users.all().filter((user) => user.email !== hub.ready.username)),
    tavio_environment: ids(environments.all()),
    tavio_configuration: ids(configurations.all()),
    tavio_deployment: ids(deployments.all()),
  }
}

/** The errors among diagnostics, in words; empty if there are none. */
export function errorsOf(diagnostics: Parameters<typeof text>[0]): string {
  return text(diagnostics.filter((one) => one.severity === 'error'))
}

/** The warnings given so far, in words. */
export function warningsOf(bench: HubBench): string {
  return text(bench.events.flatMap((event) => (event.kind === 'warning' ? [event.diagnostic] : [])))
}
