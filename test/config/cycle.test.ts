import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findCycles } from '../../src/config/cycle.ts'

const graph = fc
  .array(fc.array(fc.nat({ max: 9 }), { maxLength: 3 }), { minLength: 1, maxLength: 8 })
  .map((needs) => new Map(needs.map((targets, i) => [`n${i}`, targets.map((t) => `n${t}`)])))

/** All nodes that can be reached from a node, by at least one step. */
function reach(needs: ReadonlyMap<string, readonly string[]>, from: string): ReadonlySet<string> {
  const seen = new Set<string>()
  const queue = [from]
  for (const node of queue) {
    for (const target of needs.get(node) ?? []) {
      if (!needs.has(target) || seen.has(target)) continue
      seen.add(target)
      queue.push(target)
    }
  }
  return seen
}

describe('cycles', () => {
  it('are named in order, closed', () => {
    const needs = new Map([
      ['a', ['x', 'b']],
      ['b', ['c']],
      ['c', ['a']],
      ['d', ['a']],
      ['e', ['e']],
    ])
    expect(findCycles(needs)).toEqual([
      ['a', 'b', 'c', 'a'],
      ['e', 'e'],
    ])
  })

  it('are found exactly where a node reaches itself, and follow the graph', () => {
    fc.assert(
      fc.property(graph, (needs) => {
        const cycles = findCycles(needs)
        const circular = [...needs.keys()].filter((node) => reach(needs, node).has(node))
        expect(cycles.length > 0).toBe(circular.length > 0)
        for (const node of circular)
          expect(
            cycles.some(
              ([first = '']) =>
                first === node || (reach(needs, first).has(node) && reach(needs, node).has(first)),
            ),
          ).toBe(true)
        for (const cycle of cycles) {
          expect(cycle.at(-1)).toBe(cycle[0])
          expect(new Set(cycle).size).toBe(cycle.length - 1)
          cycle.slice(0, -1).forEach((node, i) => {
            expect(needs.get(node)).toContain(cycle[i + 1])
          })
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('are found in long chains without running out of stack', () => {
    const chain = Array.from({ length: 100_000 }, (_, i): [string, string[]] => [`n${i}`, [`n${i + 1}`]])
    expect(findCycles(new Map(chain))).toEqual([])
    expect(findCycles(new Map([...chain, ['n100000', ['n0']]]))[0]).toHaveLength(100_002)
  })
})
