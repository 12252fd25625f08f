import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Blobs, segmentedJournal } from '../../../src/state/remote/segments.ts'
import { ChangedError } from '../../../src/state/remote/versioned.ts'

class Crash extends Error {}

/** A place in memory, whose owner dies at one of its changes: before it is made, or after. */
function memory() {
  const texts = new Map<number, { text: string; tag: string }>()
  const seen = { puts: 0, bytes: 0, crashAt: undefined as { change: number; done: boolean } | undefined }
  let changes = 0
  const change = <T>(work: () => T): T => {
    const { crashAt } = seen
    const dies = crashAt?.change === changes++
    if (dies && !crashAt.done) throw new Crash()
    const result = work()
    if (dies) throw new Crash()
    return result
  }
  const blobs: Blobs = {
    describe: (index) => `segment ${index}`,
    get: async (index) => texts.get(index),
    put: async (index, text, expected) =>
      change(() => {
        if (texts.get(index)?.tag !== expected) throw new ChangedError(`segment ${index}`)
        const tag = `tag-${++seen.puts}`
        seen.bytes += text.length
        texts.set(index, { text, tag })
        return tag
      }),
    remove: async (index) => change(() => void texts.delete(index)),
  }
  const restart = () => {
    changes = 0
  }
  return { blobs, texts, seen, restart }
}

describe('a journal in segments', () => {
  it('costs one bounded write for each step, however long it is', async () => {
    const { blobs, seen, texts } = memory()
    const journal = segmentedJournal(blobs, { bound: 1_000 })
    const cost = async (steps: number) => {
      const before = seen.bytes
      for (let i = 0; i < steps; i++) await journal.append(['x'.repeat(99)])
      return seen.bytes - before
    }
    const [early] = [await cost(100), await cost(300)]
    const late = await cost(100)
    expect(seen.puts).toBe(500)
    expect(Math.abs(late - early) / early).toBeLessThan(0.05)
    expect(texts.size).toBe(50)
  })

  it('takes what is larger than a segment as one', async () => {
    const { blobs, texts } = memory()
    const journal = segmentedJournal(blobs, { bound: 10 })
    await journal.append(['x'.repeat(50), 'y'])
    await journal.append(['z'])
    expect(texts.size).toBe(2)
    expect(await segmentedJournal(blobs).read()).toBe(`${'x'.repeat(50)}\ny\nz\n`)
  })

  it.each([
    { name: 'cut short', damage: (text: string) => text.slice(0, -3) },
    { name: 'cut in its first line', damage: (text: string) => text.slice(0, 20) },
    { name: 'empty', damage: () => '' },
    { name: 'changed', damage: (text: string) => text.replace('line', 'lime') },
  ])('says so when a segment is $name', async ({ damage }) => {
    const { blobs, texts } = memory()
    await segmentedJournal(blobs).append(['a line'])
    const [segment] = texts.values()
    texts.set(0, { text: damage(segment?.text ?? ''), tag: 'damaged' })
    await expect(segmentedJournal(blobs).read()).rejects.toThrow('Journal is damaged: segment 0 holds')
  })

  it('never takes what an earlier journal left for its own', async () => {
    const { blobs, texts } = memory()
    const older = segmentedJournal(blobs, { bound: 1 })
    for (const line of ['a', 'b', 'c']) await older.append([line])
    texts.delete(0)
    expect(await segmentedJournal(blobs).read()).toBeUndefined()
    const newer = segmentedJournal(blobs, { bound: 1 })
    await newer.append(['d'])
    expect(await segmentedJournal(blobs).read()).toBe('d\n')
    await newer.append(['e'])
    expect(await segmentedJournal(blobs).read()).toBe('d\ne\n')
    await newer.clear()
    expect([...texts.keys()]).toEqual([])
  })

  it('finds nothing lost, whatever change a run dies at', async () => {
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 8 }), {
          minLength: 1,
          maxLength: 3,
        }),
      },
      { weight: 1, arbitrary: fc.constant('clear' as const) },
    )
    const run = fc.record({
      steps: fc.array(step, { minLength: 1, maxLength: 12 }),
      crashAt: fc.record({ change: fc.nat(30), done: fc.boolean() }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(run, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 40 }),
        async (runs, bound) => {
          const { blobs, seen, restart } = memory()
          let id = 0
          let expected: readonly string[] = ['']
          for (const { steps, crashAt } of runs) {
            const journal = segmentedJournal(blobs, { bound, newId: () => `journal-${++id}` })
            const [start = ''] = [await journal.read()]
            expect(expected).toContain(start)
            let certain = start
            seen.crashAt = crashAt
            restart()
            try {
              for (const one of steps) {
                const next: string = one === 'clear' ? '' : certain + one.map((line) => `${line}\n`).join('')
                expected = [certain, next]
                if (one === 'clear') await journal.clear()
                else await journal.append(one)
                certain = next
                expected = [certain]
              }
            } catch (error) {
              if (!(error instanceof Crash)) throw error
            }
            seen.crashAt = undefined
          }
          expect(expected).toContain((await segmentedJournal(blobs).read()) ?? '')
        },
      ),
    )
  })

  it('knows its own write when the answer to it was lost', async () => {
    const { blobs } = memory()
    let lose = true
    const losing: Blobs = {
      ...blobs,
      // As a client does that tries again: the second try meets what the first has made.
      async put(index, text, expected) {
        if (!lose) return blobs.put(index, text, expected)
        lose = false
        await blobs.put(index, text, expected)
        return blobs.put(index, text, expected)
      },
    }
    const journal = segmentedJournal(losing)
    await journal.append(['a'])
    lose = true
    await journal.append(['b'])
    expect(await journal.read()).toBe('a\nb\n')
  })
})
