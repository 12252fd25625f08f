// An object is made, and what follows its making fails. The next run goes on with it: it is not made again.
import { describe, expect, it } from 'vitest'
import { changed, customer, document } from '../support/customer.ts'
import { actions } from '../support/engine.ts'
import { type HubBench, startHub } from '../support/hub.ts'
import { errorsOf, expectEnd, undisturbed, untilStill } from './ends.ts'

const cases = [
  { type: 'tavio_environment', route: 'readEnvironment', table: 'environments', change: {} },
  { type: 'tavio_user', route: 'readUser', table: 'users', change: {} },
  { type: 'tavio_deployment', route: 'readDeployment', table: 'deployments', change: {} },
  // What is enabled by itself has to be disabled by a second call.
  {
    type: 'tavio_deployment',
    route: 'disableDeployment',
    table: 'deployments',
    change: { enabled: false },
  },
] as const

describe('a half-made object', () => {
  it.each(cases)('$type, where $route fails, is gone on with', async ({ type, route, table, change }) => {
    const blocks = ({ hub }: HubBench) => changed(customer(hub, 'acme'), type, 'acme', change)
    const like = await undisturbed(blocks)
    const bench = await startHub()
    try {
      const config = document(blocks(bench))
      bench.hub.faults.add({ route, status: 403, times: 1_000 })
      const first = await bench.apply(config)
      expect(errorsOf(first.diagnostics)).not.toBe('')
      const half = first.state.records.get(`${type}.acme`)
      expect(half, 'what is known of it is recorded').toBeDefined()
      expect(half?.tainted).toBe(false)
      const made = bench.hub.tavio.tables[table].all().map(({ id }) => id)

      bench.hub.faults.clear()
      const next = await bench.apply(config)
      expect(errorsOf(next.diagnostics)).toBe('')
      expect(actions(next)).not.toContain(`create ${type}.acme`)
      expect(actions(next).join()).not.toMatch(/replace|delete/)
      expect(bench.hub.tavio.tables[table].all().map(({ id }) => id)).toEqual(made)
      await untilStill(bench, config)
      await expectEnd(bench, config, like)
    } finally {
      await bench.close()
    }
  })
})
