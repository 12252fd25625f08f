// Every single choice of the service, taken alone: a customer comes, stays and goes.
import { describe, expect, it } from 'vitest'
import { switchTable, type TavioSwitches } from '../../src/emulator/tavio/switches.ts'
import { hasChanges } from '../../src/engine/plan.ts'
import { customer, document } from '../support/customer.ts'
import { actions, text } from '../support/engine.ts'
import { type SignIn, startHub } from '../support/hub.ts'

const positions = Object.entries(switchTable).flatMap(([name, { positions, row }]) =>
  positions.slice(1).map((position) => ({ name, position, row })),
)

/** Where a client alone cannot do it, or where only a user is concerned. */
const signInFor: { readonly [name: string]: SignIn } = {
  environmentAcceptsAdmin: 'both',
  connectContext: 'user',
  connectAcceptsAdmin: 'both',
  environmentAcceptsOrgAuth: 'user',
  renewalEndsOldToken: 'user',
  badCredentials: 'user',
  missingAccess: 'user',
  ownersMayConnect: 'user',
}

describe('a customer comes and goes', () => {
  it.each(positions)('with $name = $position', async ({ name, position, row }) => {
    const as = signInFor[name] ?? 'client'
    // As a user one must be let into environments.
    const switches = { ...(as === 'client' ? {} : { ownersMayConnect: true }), [name]: position }
    const bench = await startHub({ as, switches: switches as Partial<TavioSwitches> })
    try {
      // Where domains are not accepted, none is given: the service derives it from the name.
      const derived = { tavio_environment: { acme: { name: 'Acme', description: 'A customer' } } }
      const blocks = { ...customer(bench.hub, 'acme'), ...(position === 'derived' ? derived : {}) }
      const wanted = document(blocks)
      const because = `contract row ${row}`

      const made = await bench.apply(wanted)
      expect(text(made.diagnostics.filter((one) => one.severity === 'error')), because).toBe('')
      const { plan } = await bench.plan(wanted)
      expect(plan && actions({ plan }), because).toEqual([])
      expect(plan && hasChanges(plan), because).toBe(false)
      expect(plan?.drift, because).toEqual([])

      const destroyed = await bench.apply(wanted, { mode: 'destroy' })
      expect(text(destroyed.diagnostics.filter((one) => one.severity === 'error')), because).toBe('')
      expect(destroyed.state.records.size, because).toBe(0)
      const { tables } = bench.hub.tavio
      expect(
        tables.environments.all().filter((one) => one.status !== 'DELETED'),
        because,
      ).toEqual([])
      expect(tables.memberships.size, because).toBe(0)
      expect(tables.deployments.size, because).toBe(0)
      expect(tables.invitations.size, because).toBe(1)
    } finally {
      await bench.close()
    }
  })
})
