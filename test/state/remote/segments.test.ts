import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Blobs, segmentedJournal } from '../../../src/state/remote/segments.ts'
import { ChangedError } from '../../../src/state/remote/versioned.ts'

class Crash extends Error {}

/** A place in memory, whose owner dies at one of its changes: before it is made, or after. */
function memory(namesById = false) {
  const texts = new Map<string, { text: string; tag: string }>()
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
  const at = (index: number, journal: string | undefined) =>
    index === 0 || journal === undefined ? String(index) : `${journal}-${index}`
  const blobs: Blobs = {
    namesById,
    describe: (index, journal) => `segment ${at(index, journal)}`,
    get: async (index, journal) => texts.get(at(index, journal)),
    put: async (index, journal, text, expected) =>
      change(() => {
        const name = at(index, journal)
        if (texts.get(name)?.tag !== expected) throw new ChangedError(`segment ${name}`)
        const tag = `tag-${++seen.puts}`
        seen.bytes += text.length
        texts.set(name, { text, tag })
        return tag
      }),
    remove: async (index, journal) => change(() => void texts.delete(at(index, journal))),
  }
  const restart = () => {
    changes = 0
  }
  return { blobs, texts, seen, restart }
}

const kinds = [
  { kind: 'by number', namesById: false },
  { kind: 'by id and number', namesById: true },
]

describe.each(kinds)('a journal in segments with names $kind', ({ namesById }) => {
  it('costs one bounded write for each step, however long it is', async () => {
    const { blobs, seen, texts } = memory(namesById)
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
    const { blobs, texts } = memory(namesById)
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
    const { blobs, texts } = memory(namesById)
    await segmentedJournal(blobs).append(['a line'])
    const [segment] = texts.values()
    texts.set('0', { text: damage(segment?.text ?? ''), tag: 'damaged' })
    await expect(segmentedJournal(blobs).read()).rejects.toThrow('Journal is damaged: segment 0 holds')
  })

  it('never takes what an earlier journal left for its own', async () => {
    const { blobs, texts } = memory(namesById)
    const older = segmentedJournal(blobs, { bound: 1 })
    for (const line of ['a', 'b', 'c']) await older.append([line])
    texts.delete('0')
    expect(await segmentedJournal(blobs).read()).toBeUndefined()
    const newer = segmentedJournal(blobs, { bound: 1 })
    await newer.append(['d'])
    expect(await segmentedJournal(blobs).read()).toBe('d\n')
    await newer.append(['e'])
    expect(await segmentedJournal(blobs).read()).toBe('d\ne\n')
    await newer.clear()
    expect(await segmentedJournal(blobs).read()).toBeUndefined()
    if (!namesById) expect([...texts.keys()]).toEqual([])
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
          const { blobs, seen, restart } = memory(namesById)
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

  it('takes what is left of a longer text that it could not begin for no part of a shorter one', async () => {
    const { blobs } = memory(namesById)
    let refuse = true
    const refusing: Blobs = {
      ...blobs,
      async put(index, ...more) {
        if (index === 0 && refuse) throw new Error('refused')
        return blobs.put(index, ...more)
      },
    }
    const journal = segmentedJournal(refusing, { bound: 2 })
    await expect(journal.append(['a', 'b', 'c'])).rejects.toThrow('refused')
    refuse = false
    await journal.append(['d'])
    expect(await segmentedJournal(blobs).read()).toBe('d\n')
  })

  it('knows its own write when the answer to it was lost', async () => {
    const { blobs } = memory(namesById)
    let lose = true
    const losing: Blobs = {
      ...blobs,
      // As a client does that tries again: the second try meets what the first has made.
      async put(...segment) {
        if (!lose) return blobs.put(...segment)
        lose = false
        await blobs.put(...segment)
        return blobs.put(...segment)
      },
    }
    const journal = segmentedJournal(losing)
    await journal.append(['a'])
    lose = true
    await journal.append(['b'])
    expect(await journal.read()).toBe('a\nb\n')
  })
})

describe('a journal in segments whose names begin with its id', () => {
  it('is a copy for who goes on with it, so that what its former writer still writes is not read', async () => {
    const { blobs, texts } = memory(true)
    const former = segmentedJournal(blobs, { bound: 4 })
    for (const line of ['a', 'b', 'c']) await former.append([line])
    const late = segmentedJournal(blobs, { bound: 4 })
    await late.read()
    const mine = segmentedJournal(blobs, { bound: 4 })
    await mine.begin((await mine.read()) ?? '')
    await former.append(['late']).catch(() => undefined)
    await expect(late.append(['later'])).rejects.toBeInstanceOf(ChangedError)
    await mine.append(['d'])
    expect(await segmentedJournal(blobs).read()).toBe('a\nb\nc\nd\n')
    const length = texts.size
    await mine.clear()
    expect(texts.size).toBe(length - 1)
  })

  it('goes on with one whose names do not', async () => {
    const { blobs, texts } = memory(true)
    const older = segmentedJournal({ ...blobs, namesById: false }, { bound: 1 })
    for (const line of ['a', 'b', 'c']) await older.append([line])
    expect([...texts.keys()]).toEqual(['0', '1', '2'])
    const newer = segmentedJournal(blobs, { bound: 1 })
    expect(await newer.read()).toBe('a\nb\nc\n')
    await newer.append(['d'])
    expect(await segmentedJournal(blobs).read()).toBe('a\nb\nc\nd\n')
    expect([...texts.keys()]).not.toContain('1')
  })

  it('is not written over before it is asked whether the lock is still held', async () => {
    const { blobs } = memory(true)
    await segmentedJournal(blobs).append(['theirs'])
    const lost = segmentedJournal(blobs, { confirm: () => Promise.reject(new Error('lost')) })
    await lost.read()
    await expect(lost.append(['late'])).rejects.toThrow('lost')
    await expect(lost.clear()).rejects.toThrow('lost')
    expect(await segmentedJournal(blobs).read()).toBe('theirs\n')
  })
})
