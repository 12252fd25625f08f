import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLocate, locateIn } from '../../src/config/locate.ts'
import { positionAt, positionsIn } from '../../src/config/position.ts'
import { seek } from '../../src/config/seek.ts'
import { configOf } from './helpers.ts'

const text = `{
  "provider": {"tavio": [{"base_url": "x"},
    {"alias": "other", "base_url": "y"}]},
  "locals": [{"a": 1}, {"b": {"c": [1, 2]}}],
  "variable": {"v": {"default": 1}},
  "output": {"o": {"value": ["\\"}", {"k": 1}]}},
  "resource": {
    "tavio_user": {"ada": {"email": "{[,"}},
    "tavio_environment": {
      "acme": {"name": "A", "tags": {"x y": 1}},
      "list": [{"name": "B"}]
    }
  }
}`

describe('finding the line of something', () => {
  it.each([
    { name: 'a block', place: { address: 'tavio_environment.acme' }, at: [10, 7] },
    { name: 'one of its instances', place: { address: 'tavio_environment.acme["k"]' }, at: [10, 7] },
    {
      name: 'an attribute',
      place: { address: 'tavio_environment.acme', path: ['tags', 'x y'] },
      at: [10, 38],
    },
    {
      name: 'an attribute of a block in an array',
      place: { address: 'tavio_environment.list', path: ['name'] },
      at: [11, 17],
    },
    {
      name: 'the nearest thing to what is not written',
      place: { address: 'tavio_environment.acme', path: ['tags', 'z'] },
      at: [10, 29],
    },
    {
      name: 'a block after braces in strings',
      place: { address: 'tavio_user.ada', path: ['email'] },
      at: [8, 28],
    },
    { name: 'a local value in the second block', place: { address: 'local.b', path: ['c', 1] }, at: [4, 40] },
    { name: 'a variable', place: { address: 'var.v', path: ['default'] }, at: [5, 22] },
    { name: 'inside the value of an output', place: { address: 'output.o', path: [1, 'k'] }, at: [6, 38] },
    {
      name: 'one configuration of a provider',
      place: { address: 'provider.tavio.other', path: ['base_url'] },
      at: [3, 24],
    },
    { name: 'the one without alias', place: { address: 'provider.tavio', path: ['base_url'] }, at: [2, 27] },
  ])('finds $name', ({ place, at: [line, column] }) => {
    expect(locateIn(text, place)).toEqual({ ...place, line, column })
  })

  it('leaves alone what it cannot find', () => {
    expect(locateIn(text, { address: 'module.x.y.z' })).toEqual({ address: 'module.x.y.z' })
    expect(createLocate(() => text)({ address: 'tavio_user.ada' })).toEqual({ address: 'tavio_user.ada' })
    const gone = { file: '/does/not/exist', address: 'tavio_user.ada' }
    expect(createLocate()(gone)).toEqual(gone)
  })

  it('goes on from the place a block carries, and reads a file once', () => {
    let reads = 0
    const locate = createLocate(() => {
      reads++
      return text
    })
    const place = configOf(text).resources.get('tavio_user.ada')?.place ?? {}
    expect(locate({ ...place, path: ['email'] })).toMatchObject({ file: 'a.tf.json', line: 8, column: 28 })
    expect(locate(place)).toMatchObject({ line: 8, column: 20 })
    expect(reads).toBe(1)
  })

  it('follows any path into any JSON', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.infiniteStream(fc.nat()),
        fc.constantFrom(0, 2),
        (json, picks, indent) => {
          const path: (string | number)[] = []
          let here: unknown = json
          for (const pick of picks) {
            if (typeof here !== 'object' || here === null) break
            const steps = Array.isArray(here) ? here.map((_, i) => i) : Object.keys(here)
            const step = steps[pick % Math.max(1, steps.length)]
            if (step === undefined) break
            path.push(step)
            here = (here as Record<string | number, unknown>)[step]
          }
          const written = JSON.stringify(json, undefined, indent)
          const { depth, offset } = seek(written, path)
          expect(depth).toBe(path.length)
          const last = path.at(-1)
          const expected = typeof last === 'string' ? JSON.stringify(last) : JSON.stringify(here)
          expect(written.replaceAll(/\s/g, '').length).toBeGreaterThan(0)
          const found = written.slice(offset).replaceAll(/\n\s*/g, '')
          expect(found.replaceAll(' ', '').startsWith(expected.replaceAll(' ', ''))).toBe(true)
        },
      ),
    )
  })

  it('counts columns in characters', () => {
    expect(positionAt('a\n"😀é" x', 7)).toEqual({ line: 2, column: 5 })
  })

  it('finds the same whether it has looked at the text before or not', () => {
    const name = fc.constantFrom('a', 'b', 'c')
    const body = fc.dictionary(name, fc.oneof(fc.integer(), fc.constant({ a: 1 }), fc.constant([{ b: 1 }])))
    const object = (of: fc.Arbitrary<string>) =>
      fc.oneof(
        // Not made of an object, which would not have the same key twice.
        fc
          .array(fc.tuple(name, of), { maxLength: 4 })
          .map((all) => `{ ${all.map(([key, value]) => `"${key}" :${value}`).join(',\n')}}`),
        fc.array(of, { maxLength: 2 }).map((all) => `[${all.join(', ')}]`),
      )
    const leaf = body.map((value) => JSON.stringify(value))
    const whole = object(object(leaf)).map((types) => `{"resource": ${types}, "locals": {"😀": 1}}`)
    fc.assert(
      fc.property(whole, name, name, fc.array(name, { maxLength: 2 }), (source, type, block, path) => {
        const place = { address: `${type}.${block}`, path }
        const { offset } = seek(source, ['resource', type, block, ...path])
        expect(locateIn(source, place)).toEqual({ ...place, ...positionAt(source, offset) })
      }),
    )
  })

  it('counts lines and columns as a person does', () => {
    const source = fc.array(fc.constantFrom('a', '\n', 'é', '😀', ' '), { maxLength: 30 })
    fc.assert(
      fc.property(source, fc.nat(30), (characters, count) => {
        const before = characters.slice(0, count)
        const start = before.lastIndexOf('\n') + 1
        expect(positionsIn(characters.join(''))(before.join('').length)).toEqual({
          line: before.filter((character) => character === '\n').length + 1,
          column: before.length - start + 1,
        })
      }),
    )
  })
})
