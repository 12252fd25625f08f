import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fillPath, routeKeys, routeOf } from '../../../src/systems/tavio/routes.ts'

describe('the table of calls', () => {
  it('has no two main rows with the same verb and path', () => {
    const rows = routeKeys.map((key) => `${routeOf(key).method} ${routeOf(key).path}`)
    expect(new Set(rows).size).toBe(rows.length)
  })

  it('gives a variant no placeholder that the main row does not have', () => {
    const names = (path: string) => new Set(path.match(/\{\w+\}/g))
    const needing = routeKeys.flatMap((key) =>
      routeOf(key)
        .variants.filter(({ name }) => name !== 'in-environment')
        .filter(({ path }) => !names(path).isSubsetOf(names(routeOf(key).path)))
        .map(({ name }) => `${key} ${name}`),
    )
    expect(needing).toEqual([])
  })

  it('counts no sign-in and no read as a write', () => {
    for (const key of ['login', 'renew', 'connect', 'clientToken'] as const)
      expect(routeOf(key).writes, key).toBe(false)
    for (const key of routeKeys)
      if (routeOf(key).method === 'GET') expect(routeOf(key).writes, key).toBe(false)
  })

  it('calls documented only what the vendor shows with verb and path', () => {
    expect(routeKeys.filter((key) => routeOf(key).evidence === 'documented')).toEqual(['login', 'renew'])
  })
})

describe('fillPath', () => {
  it('keeps any value inside its segment', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ minLength: 1 }), (a, b) => {
        fc.pre(![a, b].some((value) => value === '.' || value === '..'))
        const path = fillPath('/x/{a}/y/{b}', { a, b })
        expect(path.split('/').map(decodeURIComponent)).toEqual(['', 'x', a, 'y', b])
        expect(new URL(path, 'http://h').pathname).toBe(path)
      }),
    )
  })

  it.each([
    ['an absent value', {}],
    ['an empty value', { a: '' }],
    ['a value that means the folder', { a: '.' }],
    ['a value that means the folder above', { a: '..' }],
  ])('refuses %s', (_, params) => {
    expect(() => fillPath('/x/{a}', params)).toThrow(TypeError)
  })
})
