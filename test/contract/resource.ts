// What every resource must do, through the engine and over HTTP, whatever the service leaves open.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { formatAddress } from '../../src/address.ts'
import { hasErrors } from '../../src/diagnostics.ts'
import type { Emulator } from '../../src/emulator/server.ts'
import type { Plan } from '../../src/engine/plan.ts'
import { hasChanges } from '../../src/engine/plan.ts'
import type { ObjectValue } from '../../src/schema/value.ts'
import { type Blocks, changed, document, without } from '../support/customer.ts'
import { actions, type Json, text } from '../support/engine.ts'
import type { HubBench } from '../support/hub.ts'

/** One change of configuration. */
export interface SampleChange {
  readonly name: string
  /** Undefined takes an attribute out. */
  readonly change: Json
}

/** What the suite needs to know of a resource. The subject's block is named `acme`. */
export interface ResourceSample {
  readonly type: string
  /** The subject and everything it refers to, also after any of the changes. */
  readonly blocks: (hub: Emulator) => Blocks
  /** Each makes an update in place. */
  readonly updates: (hub: Emulator) => readonly SampleChange[]
  /** Each makes a new object. */
  readonly replacements: (hub: Emulator) => readonly SampleChange[]
  readonly importId: (attributes: ObjectValue) => string
  /** What the plan after an import still wants to do, because no service can tell it: actions, and attributes that differ. */
  readonly afterImport?: { readonly actions: readonly string[]; readonly attributes: readonly string[] }
  /** Set if this service keeps the object on destroy: summary of the warning that says so. */
  readonly remains?: (hub: Emulator) => string | undefined
  /** Set if this service does not let anyone look at the object: the reason, and the error of an import. */
  readonly unseen?: (hub: Emulator) => { readonly because: string; readonly error: string } | undefined
}

/** Runs the suite for each sample against one hub, which is emptied before every test. */
export function resourceContract(
  name: string,
  start: () => Promise<HubBench>,
  samples: readonly ResourceSample[],
): void {
  describe.each(samples)(`the contract of a resource: $type against ${name}`, (sample) => {
    const address = `${sample.type}.acme`
    let bench: HubBench
    let blocks: Blocks

    beforeAll(async () => {
      bench = await start()
    })
    afterAll(async () => {
      await bench.close()
    })
    beforeEach(() => {
      bench.reset()
      blocks = sample.blocks(bench.hub)
    })

    const apply = async (wanted: Blocks, options?: Parameters<HubBench['apply']>[1]) => {
      const result = await bench.apply(document(wanted), options)
      expect(text(result.diagnostics.filter((one) => one.severity === 'error'))).toBe('')
      return result
    }
    const plan = async (wanted: Blocks, options?: Parameters<HubBench['plan']>[1]): Promise<Plan> => {
      const result = await bench.plan(document(wanted), options)
      if (result.plan === undefined) throw new Error(text(result.diagnostics))
      return result.plan
    }
    const subject = async (): Promise<ObjectValue> => {
      const open = await bench.session()
      await open.close()
      return open.state.records.get(address)?.attributes ?? {}
    }
    const expectEmpty = async (wanted: Blocks) => {
      const after = await plan(wanted)
      expect(actions({ plan: after })).toEqual([])
      expect(hasChanges(after)).toBe(false)
    }
    const warnings = () =>
      bench.events.flatMap((event) => (event.kind === 'warning' ? [event.diagnostic] : []))

    it('what was created is read back the same', async () => {
      await apply(blocks)
      const seen = await plan(blocks, { mode: 'refresh-only' })
      expect(seen.drift).toEqual([])
      expect(seen.refreshed).toEqual({})
    })

    it('a plan after apply is empty', async () => {
      await apply(blocks)
      await expectEmpty(blocks)
    })

    it('a change keeps the object, and is all that is planned', async () => {
      for (const { name: what, change } of sample.updates(bench.hub)) {
        bench.reset()
        await apply(blocks)
        const before = await subject()
        const wanted = changed(blocks, sample.type, 'acme', change)
        const { plan: made } = await apply(wanted)
        expect(actions({ plan: made }), what).toEqual([`update ${address}`])
        expect((await subject())['id'], what).toEqual(before['id'])
        await expectEmpty(wanted)
        await apply(blocks)
        await expectEmpty(blocks)
      }
    })

    it('a change of what makes it another object replaces it', async () => {
      for (const { name: what, change } of sample.replacements(bench.hub)) {
        bench.reset()
        await apply(blocks)
        const before = await subject()
        const wanted = changed(blocks, sample.type, 'acme', change)
        const { plan: made, done } = await apply(wanted)
        expect(actions({ plan: made }), what).toEqual([`replace ${address}`])
        expect(done, what).toEqual({ added: 1, changed: 0, destroyed: 1 })
        if (before['id'] !== undefined) expect((await subject())['id'], what).not.toEqual(before['id'])
        await expectEmpty(wanted)
      }
    })

    it('deleting succeeds, also when it is gone already', async () => {
      await apply(blocks)
      const recorded = bench.store.text
      const wanted = without(blocks, sample.type)
      const remains = sample.remains?.(bench.hub)
      const first = await apply(wanted)
      expect(actions(first)).toEqual([`delete ${address}`])
      expect(await subject()).toEqual({})
      await expectEmpty(wanted)
      const told = warnings().filter((one) => one.where?.address === address && one.summary === remains)
      expect(told.length).toBe(remains === undefined ? 0 : 1)

      bench.store.text = recorded
      // What remains is not as it is recorded any more, so it has to be looked at.
      const again = await apply(wanted, { refresh: remains !== undefined })
      expect(actions(again)).toEqual([`delete ${address}`])
      expect(await subject()).toEqual({})
    })

    it('what was deleted is read as gone, or a warning names what remains', async () => {
      await apply(blocks)
      const id = (await subject())['id']
      const recorded = bench.store.text
      await apply(without(blocks, sample.type))
      bench.store.text = recorded
      const seen = await plan(blocks, { mode: 'refresh-only' })
      const lost = seen.drift
        .filter((one) => one.action === 'delete')
        .map((one) => formatAddress(one.address))
      const remains = sample.remains?.(bench.hub)
      const unseen = sample.unseen?.(bench.hub)
      expect(lost, unseen?.because).toEqual(remains === undefined && unseen === undefined ? [address] : [])
      if (remains !== undefined) {
        const told = warnings().find((one) => one.summary === remains)
        expect(told?.detail).toContain(String(id))
      }
    })

    it('what was imported needs no change', async () => {
      await apply(blocks)
      const made = await subject()
      const recorded = JSON.parse(bench.store.text ?? '') as { resources: { type: string; name: string }[] }
      const rest = recorded.resources.filter((one) => one.type !== sample.type || one.name !== 'acme')
      bench.store.text = JSON.stringify({ ...recorded, resources: rest })
      const found = await bench.import(document(blocks), address, sample.importId(made))
      const unseen = sample.unseen?.(bench.hub)
      if (unseen !== undefined) {
        expect(
          found.map((one) => one.summary),
          unseen.because,
        ).toEqual([unseen.error])
        return
      }
      expect(hasErrors(found), text(found)).toBe(false)
      expect((await subject())['id']).toEqual(made['id'])
      const after = await plan(blocks)
      expect(actions({ plan: after })).toEqual(sample.afterImport?.actions ?? [])
      const change = after.changes.find((one) => formatAddress(one.address) === address)
      const differing = change?.fields.map((field) => String(field.path[0])) ?? []
      expect(differing).toEqual(expect.arrayContaining([...(sample.afterImport?.attributes ?? [])]))
      await apply(blocks)
      await expectEmpty(blocks)
    })
  })
}
