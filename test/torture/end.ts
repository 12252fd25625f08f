// How a case ends, ids and times apart: what an undisturbed run is compared with.
import { formatBlock } from '../../src/address.ts'
import type { Emulator } from '../../src/emulator/server.ts'
import { decodeState } from '../../src/state/file.ts'
import type { State } from '../../src/state/state.ts'
import { canonical } from './canonical.ts'
import type { TorturePlace } from './places.ts'

export interface End {
  readonly hub: unknown
  /** Types and addresses of what is recorded. */
  readonly recorded: readonly string[]
  readonly invitations: readonly string[]
  /** Recorded ids that the hub does not have. */
  readonly dangling: readonly string[]
}

export async function endOf(hub: Emulator, place: TorturePlace): Promise<End> {
  const { users, environments, configurations, deployments, invitations } = hub.tavio.tables
  const { state } = await readState(place)
  const there = new Set(
    [users, environments, configurations, deployments].flatMap((table) => table.all().map(({ id }) => id)),
  )
  const records = [...(state?.records.values() ?? [])]
  return {
    hub: hub.tavio.comparable(),
    recorded: records
      .map(({ address, deposed }) => `${formatBlock(address)}[${address.key ?? ''}]${deposed ?? ''}`)
      .sort(),
    invitations: invitations
      .all()
      .map(({ to }) => to)
      .sort(),
    dangling: records
      .filter(({ address: { type } }) => /_(user|environment|configuration|deployment)$/.test(type))
      .map(({ attributes }) => String(attributes['id']))
      .filter((id) => !there.has(id)),
  }
}

/** What is not as it must be; empty if all is. */
export function differences(end: End, like: End): readonly string[] {
  return (Object.keys(like) as (keyof End)[])
    .filter((name) => canonical(end[name]) !== canonical(like[name]))
    .map((name) => `${name} ends as ${JSON.stringify(end[name])} and not as ${JSON.stringify(like[name])}`)
}

/** The state as it is kept; the fault says why it cannot be read. */
export async function readState(
  place: TorturePlace,
): Promise<{ readonly state?: State; readonly fault?: string }> {
  try {
    const content = await place.backend().read()
    return content === undefined ? {} : { state: decodeState(content, { file: 'the state' }) }
  } catch (error) {
    return { fault: `the state is not valid: ${String(error)}` }
  }
}
