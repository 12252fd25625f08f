// Every kind of value and block, recorded by one engine and found as it is by the other.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from '../support/engine.ts'
import { type FakeService, fakeService } from '../support/fake-service.ts'
import { noTerraform } from '../support/terraform.ts'
import { type Duo, startDuo } from './engines.ts'
import { withShapes } from './shapes.ts'

interface Case {
  readonly name: string
  readonly because: string
  readonly config: Json
  readonly changed: Json
  readonly vars?: Json
  readonly changedVars?: Json
}

const thing = (attributes: Json): Json => ({ resource: { fake_thing: { a: attributes } } })
const shape = (attributes: Json): Json => ({ resource: { fake_shapes: { a: attributes } } })
const data = (blocks: Json): Json => ({ resource: { terraform_data: blocks } })
const secretVariable = { variable: { secret: { type: 'string', sensitive: true } } }

const cases: readonly Case[] = [
  {
    name: 'counted and keyed instances',
    because: 'keys are numbers or texts, with whatever characters, and some go away',
    config: {
      resource: {
        fake_thing: {
          counted: { count: 3, name: 'c${count.index}' },
          keyed: { for_each: { a: 'x', 'b "q" ${1}': 'y' }, name: '${each.value}' },
          user: { count: 2, name: 'u${count.index}', note: '${fake_thing.counted[count.index].id}' },
        },
      },
      output: { ids: { value: '${fake_thing.counted[*].id}' } },
    },
    changed: {
      resource: {
        fake_thing: {
          counted: { count: 2, name: 'c${count.index}', size: 4 },
          keyed: { for_each: { a: 'x', new: 'z' }, name: '${each.value}' },
        },
      },
      output: { ids: { value: '${fake_thing.counted[*].name}' } },
    },
  },
  {
    name: 'a block that becomes counted',
    because: 'the object stays and its address changes',
    config: thing({ name: 'one' }),
    changed: thing({ count: 1, name: 'one' }),
  },
  {
    name: 'secrets',
    because: 'marks come from the schema, from variables and through references',
    config: {
      ...secretVariable,
      resource: {
        fake_thing: {
          a: { name: 'one', secret: '${var.secret}', note: '${var.secret}', labels: { k: 'v' } },
          b: { name: 'two', note: '${fake_thing.a.note}!', labels: '${{ (var.secret) = "w" }}' },
        },
        terraform_data: { c: { input: { deep: ['${var.secret}', 'open'] }, triggers_replace: 1 } },
      },
      output: { told: { value: '${fake_thing.b.note}', sensitive: true } },
    },
    changed: {
      ...secretVariable,
      resource: {
        fake_thing: { a: { name: 'one', secret: '${var.secret}', note: 'open' }, b: { name: 'two' } },
        terraform_data: { c: { input: { deep: ['open', '${var.secret}'] }, triggers_replace: 2 } },
      },
      output: { told: { value: '${fake_thing.a.note}' } },
    },
    vars: { secret: 's3cret' },
    changedVars: { secret: 'an0ther' },
  },
  {
    name: 'a write-only secret alone',
    because: 'only its digest is recorded',
    config: { ...secretVariable, ...thing({ name: 'one', secret: '${var.secret}' }) },
    changed: { ...secretVariable, ...thing({ name: 'one', secret: '${var.secret}' }) },
    vars: { secret: 's3cret' },
    changedVars: { secret: 'an0ther' },
  },
  {
    name: 'nested attributes',
    because: 'objects in lists, maps and sets have computed and secret fields of their own',
    config: shape({
      one: { hidden: 'h', token: 't' },
      rows: [{ key: 'b', token: 't' }, { key: 'a' }],
      places: { z: { town: 'Z' }, a: {} },
      points: [{ x: 2, label: 'two' }, { x: 1 }],
      matrix: [[1, 2], [], [3]],
    }),
    changed: shape({
      one: { depth: 7 },
      rows: [{ key: 'a' }, { key: 'c', token: 'u' }],
      places: { a: { size: 5 } },
      points: [{ x: 3 }, { x: 1, label: 'one' }],
      matrix: [[3], [1]],
    }),
  },
  {
    name: 'nothing, and empty things',
    because: 'null, empty and absent are three things in a state file',
    config: shape({ names: [], bag: [], table: {}, rows: [], places: {}, points: [], matrix: [[]] }),
    changed: shape({ names: null, bag: null, flag: false, one: {}, any: null }),
  },
  {
    name: 'exact numbers',
    because: 'neither engine may round what the other wrote',
    config: {
      ...shape({
        exact: '${9007199254740993}',
        bag: ['${123456789012345678901234567890}', 0.1, -0.5, 1e30],
        any: { big: '${18446744073709551616}', small: '${1e-20}' },
      }),
      output: { big: { value: '${fake_shapes.a.exact + 1}' } },
    },
    changed: { ...shape({ exact: 0.30000000000000004, any: 1e21 }), output: { big: { value: 1.5e300 } } },
  },
  {
    name: 'values of any type',
    because: 'state keeps their type beside them',
    config: {
      resource: {
        fake_shapes: { a: { any: '${tolist(["a"])}' }, b: { any: { value: 1, type: 'x' } } },
        terraform_data: {
          tuple: { input: [1, 'two', null, { three: true }] },
          set: { input: '${toset(["b", "a"])}' },
          map: { input: '${tomap({ b = 1, a = 2 })}' },
          empty: { input: '${tolist([])}' },
          none: { input: null },
        },
      },
      output: {
        map: { value: '${terraform_data.map.output}' },
        set: { value: '${toset([3, 1, 2])}' },
        empty: { value: [] },
        mixed: { value: { list: '${tolist([])}', none: null } },
      },
    },
    changed: {
      resource: {
        fake_shapes: { a: { any: 'a' }, b: { any: ['x'] } },
        terraform_data: {
          tuple: { input: ['1'] },
          set: { input: '${toset([2, 1])}' },
          map: { input: { b: 1, a: 2 } },
          empty: { input: {} },
          none: { input: '' },
        },
      },
      output: { map: { value: null }, mixed: { value: '${tomap({})}' }, added: { value: true } },
    },
  },
  {
    name: 'texts of all kinds',
    because: 'escapes differ from writer to writer',
    config: {
      ...data({ a: { input: '<&>\u2028 é e\u0301 🙂 $${x} %%{y} \\ " \n\t\u0001' } }),
      output: { same: { value: '${terraform_data.a.output}' } },
    },
    changed: data({ a: { input: { 'key with "quotes" <>': '', '': 'empty key' } } }),
  },
  {
    name: 'two configurations of one provider',
    because: 'records say which of them made the object',
    config: {
      provider: { fake: [{ token: 'one' }, { alias: 'second', token: 'two' }] },
      resource: {
        fake_thing: { a: { name: 'one' }, b: { name: 'two', provider: 'fake.second' } },
      },
    },
    changed: {
      provider: { fake: [{ token: 'one' }, { alias: 'second', token: 'two' }] },
      resource: {
        fake_thing: { a: { name: 'one', provider: 'fake.second' }, b: { name: 'two', provider: 'fake' } },
      },
    },
  },
  {
    name: 'data, dependencies and a chain of references',
    because: 'each record says what it needed, so that it is destroyed before that',
    config: {
      data: { fake_lookup: { b: { name: '${fake_thing.b.name}' } } },
      resource: {
        fake_thing: {
          a: { name: 'one' },
          b: { name: 'two', note: '${fake_thing.a.id}' },
          c: { name: 'three', size: '${data.fake_lookup.b.size}', depends_on: ['terraform_data.d'] },
        },
        terraform_data: { d: { input: '${fake_thing.b.id}' } },
      },
      locals: { ids: '${[fake_thing.a.id, fake_thing.c.id]}' },
      output: { ids: { value: '${local.ids}' } },
    },
    changed: {
      data: { fake_lookup: { b: { name: 'two' } } },
      resource: {
        fake_thing: {
          b: { name: 'two', note: 'alone' },
          c: { name: 'three', size: '${data.fake_lookup.b.size}' },
        },
      },
    },
  },
  {
    name: 'the order of a replacement',
    because: 'create_before_destroy is recorded, also where a dependent asks for it',
    config: {
      resource: {
        fake_thing: {
          a: { name: 'one', group: 'g' },
          b: { name: 'two', zone: '${fake_thing.a.id}', lifecycle: { create_before_destroy: true } },
        },
      },
    },
    changed: {
      resource: {
        fake_thing: {
          a: { name: 'one', group: 'h' },
          b: { name: 'two', zone: '${fake_thing.a.id}', lifecycle: { create_before_destroy: true } },
        },
      },
    },
  },
  {
    name: 'checks of variables',
    because: 'Terraform records their results, and we keep them',
    config: {
      variable: { size: { default: 1, validation: { condition: '${var.size > 0}', error_message: 'No.' } } },
      ...thing({ name: 'one', size: '${var.size}' }),
    },
    changed: {
      variable: { size: { default: 2, validation: { condition: '${var.size > 1}', error_message: 'No.' } } },
      ...thing({ name: 'one', size: '${var.size}' }),
    },
  },
]

describe.skipIf(noTerraform)(
  `values in shared state${noTerraform ? ` (skipped: ${noTerraform})` : ''}`,
  { timeout: 60_000 },
  () => {
    let service: FakeService
    let duo: Duo

    beforeAll(async () => {
      service = fakeService()
      duo = await startDuo(withShapes(service))
    })
    afterAll(() => duo?.close())
    beforeEach(() => {
      service.things.clear()
      duo.reset()
    })

    const orders = [
      ['hubform', 'terraform'],
      ['terraform', 'hubform'],
    ] as const
    const table = cases.flatMap((one) => orders.map(([first, second]) => ({ ...one, first, second })))

    it.each(table)('$name, $first first: $because', async ({ first, second, ...one }) => {
      const [a, b] = [duo[first], duo[second]]
      const changedVars = one.changedVars ?? one.vars
      expect(await a.apply(one.config, one.vars)).toBe('')
      expect(await b.pending(one.config, one.vars)).toEqual([])
      const before = duo.stateText()
      if (second === 'hubform') expect(await b.apply(one.config, one.vars)).toBe('')
      expect(duo.stateText()).toBe(before)
      expect(await b.apply(one.changed, changedVars)).toBe('')
      expect(await a.pending(one.changed, changedVars)).toEqual([])
      expect(await a.apply(one.config, one.vars)).toBe('')
      expect(await b.pending(one.config, one.vars)).toEqual([])
      expect(await b.destroy(one.config, one.vars)).toBe('')
      expect(duo.state()).toMatchObject({ resources: [], outputs: {} })
      expect([...service.things.values()]).toEqual([])
    })
  },
)
