// Real Terraform with a provider that this process serves: every part of a resource's life.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Served, serveProvider } from '../../src/protocol/serve.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { defineResource } from '../../src/provider/resource.ts'
import { bool, dynamic, list, map, number, object, schema, set, string } from '../../src/schema/attribute.ts'
import { setOf, UNKNOWN } from '../../src/schema/value.ts'
import { fakeService, lostAnswer } from '../support/fake-service.ts'
import { noTerraform, type Workspace, workspace } from '../support/terraform.ts'

const required = { terraform: { required_providers: { fake: { source: 'hubform/fake' } } } }

/** Holds every kind of value, and gives back what it was given. */
const shapes = defineResource<unknown>()({
  type: 'fake_shapes',
  schema: schema({
    id: string.computed('', { always: true, stable: true }),
    flag: bool.optional(''),
    exact: number.optional(''),
    any: dynamic.optional(''),
    names: list(string).optional(''),
    bag: set(number).optional(''),
    table: map(bool).optional(''),
    one: object({
      hidden: string.optional('', { writeOnly: true }),
      depth: number.optional('', { default: 1 }),
      made: string.computed('', { stable: true }),
    }).optional(''),
    rows: list(object({ key: string.required(''), made: string.computed('', { stable: true }) })).optional(
      '',
    ),
  }),
  read: async ({ prior }) => prior,
  create: async ({ planned }) => filled(planned, 'id-1'),
  update: async ({ planned, prior }) => filled(planned, prior.id),
  delete: async () => {},
})

// The fields of nested objects have more precise types than this needs.
function filled<T>(planned: T, id: string): never {
  const fill = (value: unknown): unknown => {
    if (value === UNKNOWN) return 'made'
    if (Array.isArray(value)) return value.map(fill)
    const plain =
      typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
    return plain ? Object.fromEntries(Object.entries(value as object).map(([k, v]) => [k, fill(v)])) : value
  }
  return { ...(fill(planned) as object), id } as never
}

describe.skipIf(noTerraform)(
  `under Terraform${noTerraform ? ` (skipped: ${noTerraform})` : ''}`,
  { timeout: 60_000 },
  () => {
    let service: ReturnType<typeof fakeService>
    let served: Served
    let terraform: Workspace

    const open = async (provider: Provider = service.provider) => {
      served = await serveProvider(provider, { env: {} })
      terraform = workspace({ TF_REATTACH_PROVIDERS: served.reattach })
    }
    const write = (blocks: object) => terraform.write({ ...required, ...blocks })
    const things = (blocks: { readonly [name: string]: object }, more: object = {}) =>
      write({ ...more, resource: { fake_thing: blocks } })
    const first = () => [...service.things.values()][0]

    beforeEach(async () => {
      service = fakeService()
      await open()
    })
    afterEach(async () => {
      terraform.dispose()
      await served.close()
    })

    it('an object is planned, made, left alone, changed and destroyed', async () => {
      things({ a: { name: 'one', tags: ['y', 'x'], labels: { k: 'v' } } })
      expect(await terraform.plan()).toEqual(['create fake_thing.a'])
      await terraform.run('apply', 'plan.bin')
      expect(first()).toMatchObject({ name: 'one', size: 1, group: 'a', tags: ['x', 'y'] })
      expect(await terraform.plan()).toEqual([])
      things({ a: { name: 'one', size: 7, note: 'n' } })
      expect(await terraform.plan()).toEqual(['update fake_thing.a'])
      await terraform.apply()
      expect(first()).toMatchObject({ size: 7, note: 'n', revision: 2 })
      expect(await terraform.plan()).toEqual([])
      await terraform.run('destroy', '-auto-approve')
      expect(service.things.size).toBe(0)
    })

    it('another spelling of the same is no change', async () => {
      things({ a: { name: 'One' } })
      await terraform.apply()
      things({ a: { name: 'ONE' } })
      expect(await terraform.plan()).toEqual([])
    })

    it('a change that needs a new object makes one, in either order', async () => {
      things({ a: { name: 'one', group: 'a' } })
      await terraform.apply()
      things({ a: { name: 'one', group: 'b' } })
      expect(await terraform.plan()).toEqual(['delete+create fake_thing.a'])
      await terraform.run('apply', 'plan.bin')
      expect([...service.things.values()]).toMatchObject([{ group: 'b' }])
      things({ a: { name: 'one', group: 'c', lifecycle: { create_before_destroy: true } } })
      expect(await terraform.plan()).toEqual(['create+delete fake_thing.a'])
      service.calls.length = 0
      await terraform.run('apply', 'plan.bin')
      expect(service.calls.filter((call) => !call.startsWith('list'))).toEqual([
        'create c/one',
        'delete b/one',
      ])
    })

    it('a changed secret is an update, and the secret is nowhere in state', async () => {
      things({ a: { name: 'one', secret: 'the first secret' } })
      await terraform.apply()
      expect(await terraform.plan()).toEqual([])
      things({ a: { name: 'one', secret: 'the second secret' } })
      expect(await terraform.plan()).toEqual(['update fake_thing.a'])
      await terraform.run('apply', 'plan.bin')
      expect(first()?.secret).toBe('the second secret')
      expect(await terraform.plan()).toEqual([])
      expect(JSON.stringify(terraform.state())).not.toContain('second secret')
    })

    it('sensitive values are marked, in state and on the screen', async () => {
      things({ a: { name: 'one', labels: { k: 'visible?' } } })
      expect(await terraform.apply()).not.toContain('visible?')
      const [record] = terraform.state().resources
      expect(record?.instances[0]?.sensitive_attributes).toEqual(
        expect.arrayContaining([[{ type: 'get_attr', value: 'labels' }]]),
      )
    })

    it('what is known only after apply flows from one object into the next', async () => {
      things({
        a: { name: 'one' },
        b: { name: 'two', note: '${fake_thing.a.id}', secret: 'pre-${fake_thing.a.id}' },
      })
      expect(await terraform.plan()).toEqual(['create fake_thing.a', 'create fake_thing.b'])
      await terraform.run('apply', 'plan.bin')
      const [one, two] = [...service.things.values()]
      expect([two?.note, two?.secret]).toEqual([one?.id, `pre-${one?.id}`])
      expect(await terraform.plan()).toEqual([])
    })

    it('a mistake is shown at its attribute', async () => {
      things({ a: { name: 'bad', size: 1 } })
      const { status, stdout } = await terraform.run('validate', '-json')
      expect(status).toBe(1)
      const { diagnostics } = JSON.parse(stdout) as {
        diagnostics: { summary: string; detail: string; snippet: { code: string } }[]
      }
      expect(diagnostics).toMatchObject([
        { summary: 'Invalid attribute value', detail: expect.stringContaining('name') },
      ])
      const { text } = await terraform.run('plan')
      expect(text).toContain('with fake_thing.a')
    })

    it('a data source is read, and waits for what it depends on', async () => {
      const data = { fake_lookup: { it: { name: '${fake_thing.a.name}', depends_on: ['fake_thing.a'] } } }
      const output = { size: { value: '${data.fake_lookup.it.size}' } }
      things({ a: { name: 'one', size: 4 } }, { data, output })
      await terraform.apply()
      expect((await terraform.run('output', '-raw', 'size')).stdout).toBe('4')
      expect(await terraform.plan()).toEqual([])
    })

    it('an object that is there is imported', async () => {
      things({ a: { name: 'one', size: 3 } })
      await terraform.apply()
      const id = first()?.id ?? ''
      await terraform.run('state', 'rm', 'fake_thing.a')
      const { status, text } = await terraform.run('import', 'fake_thing.a', id)
      expect(status, text).toBe(0)
      expect(await terraform.plan()).toEqual([])
      const missing = await terraform.run('import', 'fake_thing.b', 'nobody')
      expect(missing.text).toMatch(
        /Object to import not found|resource address "fake_thing.b" does not exist/,
      )
    })

    it('an import block makes its configuration', async () => {
      things({ a: { name: 'one', size: 3 } })
      await terraform.apply()
      const id = first()?.id ?? ''
      await terraform.run('state', 'rm', 'fake_thing.a')
      write({ import: [{ to: 'fake_thing.b', id }] })
      const { status, text } = await terraform.run('plan', '-generate-config-out=made.tf')
      expect(status, text).toBe(0)
      expect(text).toContain('1 to import, 0 to add, 0 to change, 0 to destroy')
    })

    it('what is changed behind the back is put right, and what is gone is made again', async () => {
      things({ a: { name: 'one', size: 3 } })
      await terraform.apply()
      const thing = first()
      if (thing !== undefined) thing.size = 99
      expect(await terraform.plan()).toEqual(['update fake_thing.a'])
      service.things.clear()
      expect(await terraform.plan()).toEqual(['create fake_thing.a'])
    })

    it('an object whose creation failed half-way is recorded as tainted and made anew', async () => {
      things({ a: { name: 'one' } })
      service.after = () => {
        throw new Error('the line went dead')
      }
      const failed = await terraform.run('apply', '-auto-approve')
      expect(failed.status).toBe(1)
      expect(failed.text).toContain('the line went dead')
      expect(terraform.state().resources[0]?.instances[0]).toMatchObject({
        status: 'tainted',
        attributes: { name: 'one' },
      })
      service.after = () => {}
      expect(await terraform.plan()).toEqual(['delete+create fake_thing.a'])
    })

    it('a create without an answer is looked for, not repeated', async () => {
      things({ a: { name: 'one' } })
      service.after = (call) => {
        if (call.startsWith('create')) throw lostAnswer()
      }
      await terraform.apply()
      expect(service.things.size).toBe(1)
      expect(await terraform.plan()).toEqual([])
    })

    it('values of every kind arrive exactly, and come back so', async () => {
      terraform.dispose()
      await served.close()
      await open({ ...service.provider, resources: { fake_shapes: shapes } })
      const config = {
        flag: false,
        exact: '${0.1 + 9007199254740993}',
        any: { list: ['a', 1, null], exact: '${123456789012345678901234567890}' },
        names: ['b', 'a', '${null}', '🙂'],
        bag: [3, 1, 2, 1],
        table: { __proto__x: true, k: false },
        one: { hidden: 'not kept' },
        rows: [{ key: 'r1' }, { key: 'r2' }],
      }
      write({ resource: { fake_shapes: { all: config } } })
      await terraform.apply()
      const kept = terraform.attributes('fake_shapes.all')
      expect(kept).toMatchObject({
        flag: false,
        names: ['b', 'a', null, '🙂'],
        bag: [1, 2, 3],
        one: { hidden: null, depth: 1, made: 'made' },
        rows: [
          { key: 'r1', made: 'made' },
          { key: 'r2', made: 'made' },
        ],
      })
      expect(await terraform.plan()).toEqual([])
      for (const [any, because] of [
        ['${tolist(["x"])}', 'a list is no tuple'],
        ['${toset([1])}', 'nor a set'],
        ['${tomap({a = 1})}', 'a map is no object'],
        [true, 'a leaf'],
        ['${null}', 'nothing'],
      ]) {
        write({ resource: { fake_shapes: { all: { ...config, any } } } })
        await terraform.apply()
        expect(await terraform.plan(), String(because)).toEqual([])
      }
    })

    it('settings that another object gives stop what needs the service, with words', async () => {
      write({
        provider: { fake: [{ alias: 'late', token: '${fake_thing.a.id}' }] },
        resource: { fake_thing: { a: { name: 'one' }, b: { name: 'two', provider: 'fake.late' } } },
      })
      const { status, text } = await terraform.run('plan')
      expect(status).toBe(1)
      expect(text).toContain('Provider settings not known')
      await terraform.apply('-target=fake_thing.a')
      expect(await terraform.plan()).toEqual(['create fake_thing.b'])
    })

    it('an interrupt ends waiting, and what was made is recorded', async () => {
      const waits = defineResource<unknown>()({
        type: 'fake_slow',
        schema: schema({
          id: string.computed('', { always: true }),
          tags: set(string).optional('', { default: setOf([]) }),
        }),
        read: async ({ prior }) => prior,
        create: async ({ checkpoint, poll }) => {
          await checkpoint({ id: 'half' })
          waiting()
          await poll({ what: 'for ever', probe: async () => 0, until: () => false, timeoutMs: 1e9 })
          throw new Error('not reached')
        },
        delete: async () => {},
      })
      let waiting = (): void => {}
      const begun = new Promise<void>((resolve) => {
        waiting = resolve
      })
      terraform.dispose()
      await served.close()
      await open({ ...service.provider, resources: { fake_slow: waits } })
      write({ resource: { fake_slow: { a: {} } } })
      const running = terraform.run('apply', '-auto-approve')
      await begun
      terraform.interrupt()
      const { status, text } = await running
      expect(status, text).toBe(1)
      expect(text).toContain('Interrupted')
      expect(terraform.state().resources[0]?.instances[0]).toMatchObject({
        status: 'tainted',
        attributes: { id: 'half' },
      })
    })
  },
)
