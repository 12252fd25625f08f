// What must not compile, checked by the type check: nothing of this is run.
import { type ConfigFor, defineResource, type StateFor } from '../../src/provider/resource.ts'
import { bool, list, map, number, object, schema, set, string } from '../../src/schema/attribute.ts'
import type { Num } from '../../src/schema/number.ts'
import type { SetValue } from '../../src/schema/value.ts'

interface Reader {
  get(path: string): Promise<string>
}
interface Writer extends Reader {
  put(path: string): Promise<void>
}

const thing = defineResource<Reader, Writer>()({
  type: 'test_thing',
  schema: schema({
    name: string.required('Name.'),
    size: number.optional('Size.'),
    on: bool.optional('Switch.', { default: true }),
    tags: set(string).optional('Tags.'),
    parts: list(object({ key: string.required('Key.'), id: string.computed('Id.') })).optional('Parts.'),
    labels: map(string).optional('Labels.'),
    secret: string.optional('Secret.', { writeOnly: true }),
    zone: string.optionalComputed('Zone.'),
    id: string.computed('Id.', { always: true }),
    seen: string.computed('Seen.'),
  }),
  async read({ client, prior }) {
    // @ts-expect-error a reader has nothing to write with
    await client.put(prior.id)
    const id: string = prior.id
    // @ts-expect-error a computed attribute may be null unless the schema says that it never is
    const seen: string = prior.seen
    // @ts-expect-error an optional attribute may be null
    const size: Num = prior.size
    const on: boolean = prior.on
    // @ts-expect-error there is no such attribute
    void prior.nmae
    void [id, seen, size, on]
    return prior
  },
  async create({ client, planned, config }) {
    await client.put(planned.name)
    const secret: string | null = config.secret
    // @ts-expect-error what only the service knows is unknown while planning
    const id: string | null = planned.id
    void [secret, id]
    throw new Error('never run')
  },
  async update({ prior, planned }) {
    return { ...prior, name: planned.name }
  },
  async delete() {},
})

export const careless = defineResource<Reader, Writer>()({
  type: 'test_careless',
  schema: schema({ name: string.required('Name.'), size: number.optional('Size.') }),
  read: async ({ prior }) => prior,
  // @ts-expect-error a result has every attribute
  create: async ({ planned }) => ({ name: planned.name }),
  // @ts-expect-error a size is no text
  update: async ({ prior }) => ({ ...prior, size: 'big' }),
  async delete() {},
})

export const minimal: ConfigFor<typeof thing> = { name: 'a' }
export const whole: ConfigFor<typeof thing> = {
  name: 'a',
  size: 1,
  on: false,
  tags: ['x'],
  parts: [{ key: 'k' }],
  labels: { a: 'b' },
  secret: null,
  zone: 'north',
}
// @ts-expect-error a required attribute is missing
export const missing: ConfigFor<typeof thing> = { size: 1 }
// @ts-expect-error a computed attribute cannot be set
export const computed: ConfigFor<typeof thing> = { name: 'a', id: 'mine' }
// @ts-expect-error a computed attribute cannot be set inside another
export const nested: ConfigFor<typeof thing> = { name: 'a', parts: [{ key: 'k', id: 'mine' }] }
// @ts-expect-error a list of numbers is no set of texts
export const wrong: ConfigFor<typeof thing> = { name: 'a', tags: [1] }

declare const state: StateFor<typeof thing>
export const tags: SetValue<string> | null = state.tags
// @ts-expect-error state is never changed in place
state.name = 'b'
