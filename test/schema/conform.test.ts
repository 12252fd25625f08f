import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bool, dynamic, list, map, number, object, schema, set, string } from '../../src/schema/attribute.ts'
import { conform, conformToType } from '../../src/schema/conform.ts'
import { typeFromJson, typeToJson } from '../../src/schema/type.ts'
import { equal, isObject, setOf, UNKNOWN, type Value } from '../../src/schema/value.ts'
import { values } from './values.ts'

const { attributes } = schema({
  name: string.required('A name.', { validators: [(v) => (v === '' ? 'It must not be empty.' : undefined)] }),
  size: number.optional('A number.'),
  on: bool.optional('A switch.'),
  tags: set(string).optional('A set.'),
  parts: list(
    object({ key: string.required('Key.'), weight: number.optional('Weight.'), id: string.computed('Id.') }),
  ).optional('Parts.'),
  labels: map(number).optional('A map.'),
  any: dynamic.optional('Anything.'),
  id: string.computed('Assigned.'),
  zone: string.optionalComputed('Maybe assigned.'),
})

const check = (value: Value) => {
  if (!isObject(value)) throw new Error('not an object')
  const { value: conformed, problems } = conform(value, attributes, 'thing.a')
  return { conformed, problems: problems.map((one) => `${one.summary}: ${one.detail}`) }
}

describe('conforming', () => {
  it('fills in what is absent, converts as Terraform does, and turns lists into sets', () => {
    const { conformed, problems } = check({
      name: 5,
      size: '0.10',
      on: 'true',
      tags: ['b', 'a', 'b'],
      labels: { x: '1' },
    })
    expect(problems).toEqual([])
    expect(conformed).toEqual({
      name: '5',
      size: 0.1,
      on: true,
      tags: setOf(['a', 'b']),
      parts: null,
      labels: { x: 1 },
      any: null,
      id: null,
      zone: null,
    })
  })

  it('lets unknown values pass anywhere, without validating them', () => {
    const { conformed, problems } = check({
      name: UNKNOWN,
      tags: ['a', UNKNOWN],
      parts: [{ key: UNKNOWN }],
      labels: UNKNOWN,
    })
    expect(problems).toEqual([])
    expect(conformed['parts']).toEqual([{ key: UNKNOWN, weight: null, id: null }])
  })

  it('reports every problem, each with its path and a suggestion', () => {
    const { problems } = check({
      nme: 'x',
      id: 'mine',
      size: 'many',
      tags: 'a',
      parts: [{ key: 'a', wieght: 1 }, { weight: [] }, 7],
      labels: { 'a b': {} },
    })
    expect(problems).toEqual([
      'Unknown attribute: thing.a has no attribute "nme". Did you mean "name"?',
      'Missing required attribute: thing.a: name must be set, and is not.',
      'Wrong attribute type: thing.a: size must be a number, but is a string.',
      'Wrong attribute type: thing.a: tags must be a set of string, but is a string.',
      'Unknown attribute: thing.a has no attribute "wieght" in parts[0]. Did you mean "weight"?',
      'Missing required attribute: thing.a: parts[1].key must be set, and is not.',
      'Wrong attribute type: thing.a: parts[1].weight must be a number, but is a list.',
      'Wrong attribute type: thing.a: parts[2] must be a object, but is a number.'.replace(
        'a object',
        'an object',
      ),
      'Wrong attribute type: thing.a: labels["a b"] must be a number, but is an object.',
      'Computed attribute set: thing.a: id is assigned by the service and cannot be set. Remove it.',
    ])
  })

  it('says what a validator says, and never the value', () => {
    expect(check({ name: '' }).problems).toEqual([
      'Invalid attribute value: thing.a: name is not valid. It must not be empty.',
    ])
    expect(check({ name: 'n', size: 'hunter2-secret' }).problems.join()).not.toContain('hunter2')
  })

  it('is idempotent, and never throws', () => {
    fc.assert(
      fc.property(
        fc.record({
          name: values(),
          size: values(),
          tags: values(),
          parts: values(),
          labels: values(),
          any: values(),
        }),
        (value) => {
          const first = conform(value as never, attributes, 'x')
          if (first.problems.length > 0) return
          const again = conform(first.value, attributes, 'x')
          expect(again.problems).toEqual([])
          expect(equal(again.value, first.value)).toBe(true)
        },
      ),
    )
  })
})

describe('reading by type', () => {
  it('drops what it does not know and nulls what is absent, as data of another version needs', () => {
    const { value, problems } = conformToType(
      { name: 'a', gone: 1, id: 'kept' },
      { kind: 'object', attributes },
      'x',
    )
    expect(problems).toEqual([])
    expect(value).toMatchObject({ name: 'a', id: 'kept', size: null })
    expect(Object.keys(value as object)).toEqual(Object.keys(attributes))
  })
})

describe('types in JSON', () => {
  it.each([
    ['string'],
    [['list', 'number']],
    [['map', ['set', 'bool']]],
    [['object', { a: 'string', b: ['tuple', ['number', 'dynamic']] }]],
  ])('%j round-trips', (json) => {
    expect(typeToJson(typeFromJson(json))).toEqual(json)
  })

  it('says what it cannot read', () => {
    expect(() => typeFromJson(['bag', 'string'])).toThrow(
      '["bag","string"] is not a type that Hubform knows.',
    )
  })
})
