import { describe, expect, it } from 'vitest'
import { normalize } from '../../src/provider/normalize.ts'
import { planObject } from '../../src/provider/plan-object.ts'
import { defineResource } from '../../src/provider/resource.ts'
import { list, map, object, schema, set, string } from '../../src/schema/attribute.ts'
import { conform } from '../../src/schema/conform.ts'
import { type ObjectValue, setOf, UNKNOWN, type Value } from '../../src/schema/value.ts'

const part = object({
  name: string.required('Its name.'),
  id: string.computed('Assigned.'),
  fixed: string.computed('Assigned once.', { stable: true }),
  secret: string.optional('Never kept.', { writeOnly: true }),
})

const shape = schema({
  title: string.required('A title.', { equivalent: (a, b) => String(a).trim() === String(b).trim() }),
  zone: string.optionalComputed('Chosen by the service if not given.'),
  state: string.computed('Moves on by itself.'),
  born: string.computed('Never changes.', { stable: true }),
  one: part.optional('One part.'),
  many: list(part).optional('Parts in order.'),
  named: map(part).optional('Parts by name.'),
  bag: set(part).optional('Parts in no order.'),
})

const noCall = {
  signal: new AbortController().signal,
  warn: () => {},
  poll: () => Promise.reject(new Error('nothing to wait for')),
}

function resource(answer: ObjectValue = {}) {
  return defineResource<unknown>()({
    type: 'fake_shape',
    schema: shape,
    plan: async () => ({ computed: answer as never }),
    read: async () => undefined,
    create: async () => Promise.reject(new Error('not here')),
    update: async () => Promise.reject(new Error('not here')),
    delete: async () => {},
  })
}

async function plan(written: ObjectValue, prior?: ObjectValue, answer?: ObjectValue) {
  const { value: config, problems } = conform(written, shape.attributes, 'fake_shape.x')
  expect(problems).toEqual([])
  return planObject({ ...noCall, resource: resource(answer), client: undefined, prior, config })
}

const nulls = { zone: null, state: null, born: null, one: null, many: null, named: null, bag: null }
const made = (name: string, id = name) => ({ name, id, fixed: `f-${id}`, secret: null })

describe('a planned object', () => {
  it('leaves to the service what nobody may set, at every depth, and drops what is only written', async () => {
    const written = { name: 'a', secret: 's3cret' }
    const fresh: ObjectValue = { name: 'a', id: UNKNOWN, fixed: UNKNOWN, secret: null }
    const { planned } = await plan({
      title: 't',
      one: written,
      many: [written],
      named: { k: written },
      bag: [written],
    })
    expect(planned).toEqual({
      title: 't',
      zone: UNKNOWN,
      state: UNKNOWN,
      born: UNKNOWN,
      one: fresh,
      many: [fresh],
      named: { k: fresh },
      bag: setOf<Value>([fresh]),
    })
  })

  const prior: ObjectValue = {
    ...nulls,
    title: 't',
    zone: 'north',
    state: 'ready',
    born: 'today',
    one: made('a'),
    many: [made('a'), made('b')],
    named: { k: made('a') },
    bag: setOf<Value>([made('a'), made('b')]),
  }
  const same = {
    title: 't',
    one: { name: 'a' },
    many: [{ name: 'a' }, { name: 'b' }],
    named: { k: { name: 'a' } },
    bag: [{ name: 'b' }, { name: 'a' }],
  }

  it.each<[string, ObjectValue, string]>([
    ['nothing is different', same, 'what is computed inside is taken from the object'],
    ['a spelling is different', { ...same, title: ' t ' }, 'both spell the same'],
    ['a secret inside is given', { ...same, one: { name: 'a', secret: 'x' } }, 'it is never kept'],
    ['a choice is left to the service again', same, 'it chose already, or was told once'],
  ])('is the prior object itself when %s', async (_name, written, because) => {
    const { planned } = await plan(written, prior)
    expect(planned, because).toBe(prior)
  })

  it('forgets on a change whatever the service may move on, at every depth', async () => {
    const { planned } = await plan({ ...same, title: 'new', bag: [{ name: 'b' }, { name: 'c' }] }, prior)
    const kept = (name: string): ObjectValue => ({ name, id: UNKNOWN, fixed: `f-${name}`, secret: null })
    expect(planned).toEqual({
      ...prior,
      title: 'new',
      state: UNKNOWN,
      one: kept('a'),
      many: [kept('a'), kept('b')],
      named: { k: kept('a') },
      bag: setOf<Value>([kept('b'), { name: 'c', id: UNKNOWN, fixed: UNKNOWN, secret: null }]),
    })
  })

  it.each<[string, ObjectValue, RegExp]>([
    ['what the user sets', { title: 'mine' }, /planned a value for title, which is for the user to set/],
    ['what does not exist', { colour: 'red' }, /planned a value for colour, which is for the user to set/],
    ['a value of another type', { state: ['ready'] }, /planned a value for state that does not fit/],
  ])('blames the resource that plans %s', async (_name, answer, message) => {
    await expect(plan({ title: 't' }, undefined, answer)).rejects.toThrow(message)
    await expect(plan({ title: 't' }, undefined, answer)).rejects.toThrow('This is a fault in the provider.')
  })
})

describe('a returned object', () => {
  it('loses what is only written, at every depth', () => {
    const told = { name: 'a', id: 'a', fixed: 'f', secret: 's3cret' }
    const returned = { title: 't', one: told, many: [told], named: { k: told }, bag: setOf<Value>([told]) }
    const kept = normalize('fake_shape', shape, returned, undefined)
    expect(JSON.stringify(kept)).not.toContain('s3cret')
  })

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /It returned no object at all/],
    ['a text', 'done', /It returned no object at all/],
    ['a list for a text', { title: ['t'] }, /does not fit its schema/],
  ])('that is %s is the fault of the provider', (_name, returned, message) => {
    expect(() => normalize('fake_shape', shape, returned, undefined)).toThrow(message)
    expect(() => normalize('fake_shape', shape, returned, undefined)).toThrow(
      'This is a fault in the provider.',
    )
  })
})
