import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeLimit } from '../../src/engine/limit.ts'
import { walk } from '../../src/engine/walk.ts'

interface Node {
  readonly id: string
  readonly needs: readonly string[]
}

const never = new AbortController().signal

/** Graphs without cycles: a node needs only nodes before it. */
const graphs = fc
  .integer({ min: 1, max: 25 })
  .chain((size) =>
    fc.tuple(
      ...Array.from({ length: size }, (_, i) =>
        fc
          .uniqueArray(fc.integer({ min: 0, max: Math.max(0, i - 1) }), { maxLength: Math.min(i, 4) })
          .map((needs): Node => ({ id: `n${i}`, needs: i === 0 ? [] : needs.map((n) => `n${n}`) })),
      ),
    ),
  )

async function run(nodes: readonly Node[], failing: ReadonlySet<string>, parallelism: number) {
  const visited: string[] = []
  const finished = new Set<string>()
  const skipped = new Map<string, string | undefined>()
  let running = 0
  let peak = 0
  let early = false
  await walk<Node>({
    nodes,
    parallelism,
    stop: never,
    skip: (node, because) => skipped.set(node.id, because?.id),
    visit: async (node) => {
      running += 1
      peak = Math.max(peak, running)
      early ||= node.needs.some((id) => !finished.has(id))
      visited.push(node.id)
      await Promise.resolve()
      running -= 1
      if (failing.has(node.id)) return false
      finished.add(node.id)
      return true
    },
  })
  return { visited, skipped, peak, early }
}

describe('walking a graph', () => {
  it('visits each node once, after all it needs, and skips exactly what depends on a failure', async () => {
    await fc.assert(
      fc.asyncProperty(
        graphs,
        fc.uniqueArray(fc.integer({ min: 0, max: 24 })),
        fc.integer({ min: 1, max: 5 }),
        async (nodes, fails, parallelism) => {
          const failing = new Set(fails.map((n) => `n${n}`))
          const { visited, skipped, peak, early } = await run(nodes, failing, parallelism)
          expect(early).toBe(false)
          expect(peak).toBeLessThanOrEqual(parallelism)
          expect(new Set(visited).size).toBe(visited.length)
          expect(visited.length + skipped.size).toBe(nodes.length)
          const lost = new Set(failing)
          for (const node of nodes) if (node.needs.some((id) => lost.has(id))) lost.add(node.id)
          for (const node of nodes) expect(skipped.has(node.id)).toBe(node.needs.some((id) => lost.has(id)))
        },
      ),
    )
  })

  it('names the node that failed to those that wait for it at a distance', async () => {
    const nodes = [
      { id: 'a', needs: [] },
      { id: 'b', needs: ['a'] },
      { id: 'c', needs: ['b'] },
    ]
    expect((await run(nodes, new Set(['a']), 1)).skipped).toEqual(
      new Map([
        ['b', 'a'],
        ['c', 'a'],
      ]),
    )
  })

  it('throws on a cycle instead of waiting for ever', async () => {
    const nodes = [
      { id: 'a', needs: ['b'] },
      { id: 'b', needs: ['a'] },
    ]
    await expect(run(nodes, new Set(), 1)).rejects.toThrow('cycle')
  })

  it('takes a need that is not in the graph as done', async () => {
    expect((await run([{ id: 'a', needs: ['elsewhere'] }], new Set(), 1)).visited).toEqual(['a'])
  })
})

describe('a limit', () => {
  it('runs all tasks, never more than so many at a time, also when some fail', async () => {
    const limit = makeLimit(3, never)
    let running = 0
    let peak = 0
    const results = await Promise.allSettled(
      Array.from({ length: 3000 }, (_, i) =>
        limit(async () => {
          running += 1
          peak = Math.max(peak, running)
          await Promise.resolve()
          running -= 1
          if (i % 7 === 0) throw new Error('no')
          return i
        }),
      ),
    )
    expect(peak).toBe(3)
    expect(results.filter((one) => one.status === 'rejected')).toHaveLength(Math.ceil(3000 / 7))
  })

  it('rejects what waits once it is stopped', async () => {
    const stop = new AbortController()
    const limit = makeLimit(1, stop.signal)
    const first = limit(async () => stop.abort(new Error('enough')))
    const second = limit(async () => 'never')
    await first
    await expect(second).rejects.toThrow('enough')
  })
})
