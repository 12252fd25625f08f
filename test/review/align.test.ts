import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { align } from '../../src/review/align.ts'
import { touchBelow, touchesOf } from '../../src/review/touches.ts'

const same = (a: number, b: number) => a === b

describe('pairing two sequences', () => {
  it('names every element of both, once and in order, and pairs only equal ones', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 20 })
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const pairs = align(a, b, same)
        expect(pairs.flatMap((pair) => pair.before ?? [])).toEqual(a.map((_, i) => i))
        expect(pairs.flatMap((pair) => pair.after ?? [])).toEqual(b.map((_, i) => i))
        for (const { before, after } of pairs)
          if (before !== undefined && after !== undefined) expect(a[before]).toBe(b[after])
      }),
    )
  })

  it('pairs as many as possible', () => {
    const paired = align([1, 2, 3, 4], [2, 4, 1, 3], same).filter(
      (p) => p.before !== undefined && p.after !== undefined,
    )
    expect(paired).toHaveLength(2)
  })

  it('stays quick on long sequences that share nothing', () => {
    const a = Array.from({ length: 5000 }, (_, i) => i)
    expect(
      align(
        a,
        a.map((n) => -n - 1),
        same,
      ),
    ).toHaveLength(10_000)
  })
})

describe('what a patch touches', () => {
  it('follows escaped steps and stops at encoded values', () => {
    const touch = touchesOf([
      { op: 'replace', path: '/values/a~1b', value: 1 },
      { op: 'add', path: '/tags/$/1/0', value: 'x' },
    ])
    const values = touchBelow(touch, 'values')
    expect(values !== undefined && touchBelow(values, 'a/b')).toBe(true)
    expect(values !== undefined && touchBelow(values, 'other')).toBe(undefined)
    expect(touchBelow(touch, 'tags')).toBe(true)
    expect(touchBelow(touch, 'name')).toBe(undefined)
  })
})
