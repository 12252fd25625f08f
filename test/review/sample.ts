import type { Address, InstanceKey } from '../../src/address.ts'
import type { Change } from '../../src/engine/change.ts'
import type { Plan } from '../../src/engine/plan.ts'

export function address(type: string, name: string, key?: InstanceKey): Address {
  return { mode: 'managed', type, name, key }
}

/** A change of tavio_user.ada that does nothing until told otherwise. */
export function change(parts: Partial<Change>): Change {
  return {
    address: address('tavio_user', 'ada'),
    action: 'no-op',
    createBeforeDestroy: false,
    before: null,
    after: null,
    beforeSensitive: [],
    afterSensitive: [],
    replacePaths: [],
    patch: [],
    fields: [],
    schemaVersion: 0,
    provider: 'provider["registry.terraform.io/hubform/tavio"]',
    ...parts,
  }
}

/** A plan without changes until told otherwise. */
export function plan(parts: Partial<Plan>): Plan {
  return {
    format: 1,
    version: '0.0.0',
    createdAt: '2026-01-02T03:04:05Z',
    mode: 'normal',
    directory: '/project',
    lineage: 'l',
    serial: 3,
    changes: [],
    moves: [],
    drift: [],
    steps: [],
    joins: [],
    outputs: [],
    checks: [],
    conditions: [],
    scope: {
      variables: {},
      locals: {},
      outputs: {},
      values: {},
      blocks: {},
      path: { module: '.', root: '.', cwd: '/project' },
      workspace: 'default',
    },
    providers: {},
    written: { resources: [], outputs: {}, variables: {}, providers: {} },
    prior: { records: [], outputs: {} },
    refreshed: {},
    settled: [],
    targeted: false,
    warnings: [],
    usage: { reads: 0, lists: 0, writes: 0, signIns: 0, retries: 0 },
    ...parts,
  }
}

/** Joins lines, so that expected text reads as it is printed. */
export function lines(...text: readonly string[]): string {
  return text.join('\n')
}
