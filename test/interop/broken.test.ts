// What one engine could not finish, and the other takes on: tainted objects, deposed ones, and ones made in part.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from '../support/engine.ts'
import { type FakeService, fakeService, refusal } from '../support/fake-service.ts'
import { noTerraform } from '../support/terraform.ts'
import { type Duo, startDuo } from './engines.ts'

const thing = (attributes: Json): Json => ({ resource: { fake_thing: { a: attributes } } })
const firstCreated = { create_before_destroy: true }
const orders = [
  { first: 'hubform', second: 'terraform' },
  { first: 'terraform', second: 'hubform' },
] as const

describe.skipIf(noTerraform)(
  `unfinished work in shared state${noTerraform ? ` (skipped: ${noTerraform})` : ''}`,
  { timeout: 60_000 },
  () => {
    let service: FakeService
    let duo: Duo

    beforeAll(async () => {
      service = fakeService()
      duo = await startDuo(service.provider)
    })
    afterAll(() => duo?.close())
    beforeEach(() => {
      service.things.clear()
      service.before = () => {}
      service.after = () => {}
      duo.reset()
    })

    /** Lets calls of a kind fail as long as the work goes on, before or after they took effect. */
    const failing = async (when: 'before' | 'after', kind: string, work: () => Promise<string>) => {
      service[when] = (call) => {
        if (call.startsWith(kind)) throw refusal(`no ${kind} today`)
      }
      const said = await work()
      service[when] = () => {}
      expect(said.replace(/\s+/g, ' ')).toContain(`no ${kind} today`)
    }
    const instances = () => duo.state().resources.flatMap((block) => block.instances)
    const groups = () => [...service.things.values()].map(({ group }) => group)

    it.each(orders)('a create that failed half-way under $first is put right by $second', async (order) => {
      const [a, b] = [duo[order.first], duo[order.second]]
      const config = thing({ name: 'one', note: 'all of it' })
      await failing('after', 'create', () => a.apply(config))
      expect(instances()).toHaveLength(1)
      expect(await b.apply(config)).toBe('')
      expect(instances()).toMatchObject([{ attributes: { note: 'all of it' } }])
      expect(instances()[0]).not.toHaveProperty('status')
      expect([...service.things.values()]).toMatchObject([{ note: 'all of it' }])
      expect(await a.pending(config)).toEqual([])
    })

    it('what failed half-way under Terraform is tainted, and we replace it', async () => {
      const config = thing({ name: 'one' })
      await failing('after', 'create', () => duo.terraform.apply(config))
      expect(instances()).toMatchObject([{ status: 'tainted' }])
      expect(await duo.hubform.pending(config)).toEqual([expect.stringMatching(/^replace .*tainted$/)])
    })

    it('what Terraform was told to taint, we replace, in the order that is recorded', async () => {
      const config = thing({ name: 'one', lifecycle: firstCreated, group: 'g' })
      await duo.terraform.apply(config)
      expect((await duo.workspace.run('taint', 'fake_thing.a')).status).toBe(0)
      service.calls.length = 0
      expect(await duo.hubform.apply(config)).toBe('')
      const writes = service.calls.filter((call) => /^(create|delete)/.test(call))
      expect(writes).toEqual(['create g/one', 'delete g/one'])
      expect(await duo.terraform.pending(config)).toEqual([])
      expect(groups()).toEqual(['g'])
    })

    it('a taint that we were to keep is kept, and what Terraform untaints we leave alone', async () => {
      const both = (size: number) => ({
        resource: { fake_thing: { a: { name: 'one' }, b: { name: 'two', size } } },
      })
      await duo.hubform.apply(both(1))
      await duo.workspace.run('taint', 'fake_thing.a')
      const b = await duo.bench.apply(both(2), { targets: ['fake_thing.b'] })
      expect(b.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
      expect(instances()).toMatchObject([{ status: 'tainted' }, { attributes: { size: 2 } }])
      expect((await duo.workspace.run('untaint', 'fake_thing.a')).status).toBe(0)
      expect(await duo.hubform.pending(both(2))).toEqual([])
    })

    it.each(orders)(
      'an object that $first could not destroy after its successor is destroyed by $second',
      async (order) => {
        const [a, b] = [duo[order.first], duo[order.second]]
        const config = (group: string) => thing({ name: 'one', group, lifecycle: firstCreated })
        expect(await a.apply(config('g'))).toBe('')
        await failing('before', 'delete', () => a.apply(config('h')))
        expect(groups()).toEqual(['g', 'h'])
        expect(instances().map((one) => Object.hasOwn(one, 'deposed'))).toEqual([false, true])
        expect(await b.pending(config('h'))).toHaveLength(1)
        expect(await b.apply(config('h'))).toBe('')
        expect(groups()).toEqual(['h'])
        expect(instances()).toHaveLength(1)
        expect(await a.pending(config('h'))).toEqual([])
      },
    )

    it.each(orders)('all that $first left, $second destroys', async (order) => {
      const [a, b] = [duo[order.first], duo[order.second]]
      const config = (group: string) => thing({ name: 'one', group, lifecycle: firstCreated })
      await a.apply(config('g'))
      await failing('before', 'delete', () => a.apply(config('h')))
      expect(await b.destroy(config('h'))).toBe('')
      expect(groups()).toEqual([])
      expect(instances()).toEqual([])
    })

    it.each(orders)(
      'a replacement of which $first could not make the new object leaves the old one to $second',
      async (order) => {
        const [a, b] = [duo[order.first], duo[order.second]]
        const config = (group: string) => thing({ name: 'one', group, lifecycle: firstCreated })
        await a.apply(config('g'))
        await failing('before', 'create', () => a.apply(config('h')))
        expect(instances()).toMatchObject([{ attributes: { group: 'g' } }])
        expect(await b.pending(config('g'))).toEqual([])
        expect(await b.apply(config('h'))).toBe('')
        expect(groups()).toEqual(['h'])
        expect(await a.pending(config('h'))).toEqual([])
      },
    )

    it.each(orders)(
      'a destroy that stopped under $first is finished by $second, dependents first',
      async (order) => {
        const [a, b] = [duo[order.first], duo[order.second]]
        const config = {
          resource: {
            fake_thing: {
              a: { name: 'one' },
              b: { name: 'two', note: '${fake_thing.a.id}' },
              c: { name: 'three', note: '${fake_thing.b.id}' },
            },
          },
        }
        await a.apply(config)
        await failing('before', 'delete a/two', () => a.apply({}))
        expect(instances()).toHaveLength(2)
        service.calls.length = 0
        expect(await b.apply({})).toBe('')
        expect(service.calls.filter((call) => call.startsWith('delete'))).toEqual([
          'delete a/two',
          'delete a/one',
        ])
        expect(groups()).toEqual([])
      },
    )

    it.each(orders)('what $first made on top of data, $second destroys in the right order', async (order) => {
      const config = {
        data: { fake_lookup: { a: { name: '${fake_thing.a.name}' } } },
        resource: {
          fake_thing: { a: { name: 'one' }, b: { name: 'two', size: '${data.fake_lookup.a.size}' } },
        },
      }
      await duo[order.first].apply(config)
      service.calls.length = 0
      expect(await duo[order.second].apply({})).toBe('')
      const writes = service.calls.filter((call) => call.startsWith('delete'))
      expect(writes).toEqual(['delete a/two', 'delete a/one'])
    })
  },
)
