import { describe, expect, it } from 'vitest'
import { upgradeState } from '../../src/protocol/stored-state.ts'
import { decodeObject, encodeObject } from '../../src/protocol/value-codec.ts'
import { dynamic, list, object, schema, set, string } from '../../src/schema/attribute.ts'
import { setOf } from '../../src/schema/value.ts'

const current = schema(
  {
    any: dynamic.optional(''),
    rows: list(object({ any: dynamic.optional(''), tags: set(string).optional('') })).optional(''),
    added: string.optional(''),
  },
  { version: 2 },
)

function upgraded(state: object) {
  const { msgpack } = upgradeState(
    { type: 'fake_thing', schema: current },
    1,
    Buffer.from(JSON.stringify(state)),
  )
  return {
    bytes: msgpack ?? new Uint8Array(),
    value: decodeObject(current.attributes, msgpack ?? new Uint8Array()),
  }
}

describe('upgradeState', () => {
  it('takes dynamic values out of the pair they are stored in, at any depth, with their types', () => {
    const { bytes, value } = upgraded({
      any: { value: ['a'], type: ['list', 'string'] },
      rows: [{ any: { value: ['b', 'a'], type: ['set', 'string'] }, tags: ['y', 'x'], dropped: 1 }],
    })
    expect(value).toEqual({
      any: ['a'],
      rows: [{ any: setOf(['a', 'b']), tags: setOf(['x', 'y']) }],
      added: null,
    })
    expect(Buffer.from(bytes).toString('latin1')).toContain('["list","string"]')
    expect(Buffer.compare(encodeObject(current.attributes, value ?? {}), bytes)).toBe(0)
  })

  it('keeps null what is null', () => {
    expect(upgraded({ any: null, rows: null }).value).toEqual({ any: null, rows: null, added: null })
  })

  it('says what does not fit', () => {
    expect(() => upgraded({ added: [1] })).toThrow(/added/)
  })
})
