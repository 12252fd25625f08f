// What a run announced, what it came to, and what the next one is told of it.
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Backend } from '../../src/state/backend.ts'
import { encodeState } from '../../src/state/file.ts'
import { lookAt } from '../../src/state/look.ts'
import { type MemoryStore, memoryBackend, memoryStore } from '../../src/state/memory.ts'
import { recordKey } from '../../src/state/state.ts'
import { recordOf, stateOf } from './samples.ts'
import { announcedOf, intentOf, open } from './sessions.ts'

const [ada, bob, eve] = [recordOf('ada'), recordOf('bob'), recordOf('eve')]
const base = stateOf(ada)
const plan = { id: 'ab12', createdAt: '2026-01-02' }
const three = [announcedOf(bob), announcedOf(eve), announcedOf(ada, 'update', { target: { id: 'ada' } })]

let store: MemoryStore
let backend: Backend
let appends: (readonly string[])[]

beforeEach(() => {
  store = { ...memoryStore(), text: encodeState(base) }
  appends = []
  const inner = memoryBackend(store)
  backend = {
    ...inner,
    append(lines) {
      appends.push(lines)
      return inner.append(lines)
    },
  }
})

/** Opens a session as the next process would, whatever the one before was about. */
function next() {
  store.holder = undefined
  return open(memoryBackend(store))
}

describe('a run that announces what it is to do', () => {
  it('does so in one write, together with its own beginning, and in one line', async () => {
    const session = await open(backend)
    await session.beginRun(plan, three)
    expect(appends).toHaveLength(1)
    expect(appends[0]?.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ kind: 'run', plan }),
      {
        kind: 'announced',
        steps: [
          { action: 'create', key: 'tavio_user.bob' },
          { action: 'create', key: 'tavio_user.eve' },
          { action: 'update', key: 'tavio_user.ada', target: { id: 'ada' } },
        ],
      },
    ])
  })

  it('tells the next one how far it came', async () => {
    const session = await open(backend)
    await session.beginRun(plan, three)
    await session.intend(intentOf(bob))
    await session.outcome('create tavio_user.bob', { [recordKey(bob)]: bob })
    await session.intend(intentOf(eve))
    expect((await next()).recovered).toMatchObject({
      plan,
      outcomes: 1,
      openIntents: [intentOf(eve)],
      progress: { ended: 1, begun: [three[1]], notBegun: [three[2]] },
    })
    expect((await lookAt(memoryBackend(store))).progress?.ended).toBe(1)
  })

  it('that died before its first call disturbs nobody, and its journal goes with the next run', async () => {
    await (await open(backend)).beginRun(plan, three)
    const second = await next()
    expect(second.recovered).toBeUndefined()
    expect(second.state.serial).toBe(base.serial)
    await second.beginRun({ ...plan, id: 'cd34' }, [announcedOf(eve)])
    expect(store.journal).not.toContain('ab12')
    await second.intend(intentOf(eve))
    await second.outcome('create tavio_user.eve', { [recordKey(eve)]: eve })
    await second.save(second.state)
    expect(store.journal).toBeUndefined()
  })

  it('that died before its first call is forgotten by a save as well', async () => {
    await (await open(backend)).beginRun(plan, three)
    const second = await next()
    await second.save(second.state)
    expect(store.journal).toBeUndefined()
  })

  it('announces again if the first time it could not', async () => {
    let isFull = true
    const session = await open({
      ...backend,
      append: (lines) => (isFull ? Promise.reject(new Error('full')) : backend.append(lines)),
    })
    await expect(session.beginRun(plan, three)).rejects.toThrow('full')
    isFull = false
    await session.intend(intentOf(bob))
    expect(appends.map((lines) => lines.map((line) => JSON.parse(line).kind))).toEqual([
      ['run', 'announced'],
      ['intent'],
    ])
  })

  it('may have recorded something before', async () => {
    const session = await open(backend)
    await session.outcome(undefined, { [recordKey(eve)]: eve })
    await session.beginRun(plan, [announcedOf(bob)])
    await session.intend(intentOf(bob))
    const { recovered } = await next()
    expect(recovered).toMatchObject({ outcomes: 1, progress: { ended: 0, begun: [announcedOf(bob)] } })
  })

  it('ends with its save: a later run announces anew', async () => {
    const session = await open(backend)
    await session.beginRun(plan, [announcedOf(bob)])
    await session.intend(intentOf(bob))
    await session.outcome('create tavio_user.bob', { [recordKey(bob)]: bob })
    await session.save(session.state)
    await session.beginRun({ ...plan, id: 'cd34' }, [announcedOf(bob, 'delete')])
    await session.intend(intentOf(bob, 'delete'))
    expect((await next()).recovered).toMatchObject({
      plan: { id: 'cd34' },
      progress: { ended: 0, begun: [announcedOf(bob, 'delete')], notBegun: [] },
    })
  })

  it('that saved what came of it and did not clear its journal has left nothing to tell', async () => {
    const stuck = { ...memoryBackend(store), clearJournal: () => Promise.reject(new Error('no')) }
    const session = await open(stuck)
    await session.beginRun(plan, three)
    await session.intend(intentOf(bob))
    await session.outcome('create tavio_user.bob', { [recordKey(bob)]: bob })
    await session.save(session.state)
    expect(store.journal).toContain('announced')
    expect((await next()).recovered).toBeUndefined()
  })

  it('does not count what it settles of an earlier run as its own', async () => {
    const first = await open(backend)
    await first.beginRun(plan, [announcedOf(bob)])
    await first.intend(intentOf(bob))
    const second = await next()
    await second.beginRun({ ...plan, id: 'cd34' }, three)
    await second.outcome('create tavio_user.bob', {})
    expect((await next()).recovered).toMatchObject({ progress: { ended: 0, begun: [], notBegun: three } })
    await second.intend(intentOf(bob))
    expect((await next()).recovered).toMatchObject({ progress: { ended: 0, begun: [three[0]] } })
    await second.outcome('create tavio_user.bob', { [recordKey(bob)]: bob })
    expect((await next()).recovered).toMatchObject({ progress: { ended: 1, begun: [] }, openIntents: [] })
  })

  it('is told of by what it says, not by what another run after it does', async () => {
    const first = await open(backend)
    await first.beginRun(plan, three)
    await first.intend(intentOf(bob))
    const second = await next()
    await second.outcome(undefined, { [recordKey(eve)]: eve })
    const { recovered } = await next()
    expect(recovered).toMatchObject({ outcomes: 1, openIntents: [intentOf(bob)], progress: undefined })
  })

  it('is known from every beginning of its journal, cut anywhere', async () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(names),
        // Which of those are begun and not ended, and which need no call.
        fc.array(fc.constantFrom('ends', 'stays open', 'needs no call'), { minLength: 5, maxLength: 5 }),
        async (order, fates) => {
          store = { ...memoryStore(), text: encodeState(base) }
          const session = await open(memoryBackend(store))
          const steps = names.map((name) => announcedOf(recordOf(name)))
          const model = { ended: 0, begun: new Set<string>(), isAnnounced: false }
          const marks: [length: number, words: string][] = []
          const mark = () => marks.push([store.journal?.length ?? 0, told(model, steps.length)])
          mark()
          await session.beginRun(plan, steps)
          model.isAnnounced = true
          mark()
          for (const [i, name] of order.entries()) {
            const record = recordOf(name)
            const intent = intentOf(record)
            if (fates[i] !== 'needs no call') {
              await session.intend(intent)
              model.begun.add(intent.key)
              mark()
            }
            if (fates[i] === 'stays open') continue
            await session.outcome(intent.step, { [intent.key]: record })
            model.begun.delete(intent.key)
            model.ended += 1
            mark()
          }
          const text = store.journal ?? ''
          for (let cut = 0; cut <= text.length; cut += cut % 7 === 0 ? 1 : 6) {
            const { progress } = await lookAt(memoryBackend({ ...store, journal: text.slice(0, cut) }))
            const found = {
              isAnnounced: progress !== undefined,
              ended: progress?.ended ?? 0,
              begun: new Set(progress?.begun.map(({ key }) => key)),
            }
            const total = found.ended + found.begun.size + (progress?.notBegun.length ?? steps.length)
            expect(told(found, total), `cut at ${cut}`).toBe(marks.findLast(([length]) => length <= cut)?.[1])
          }
        },
      ),
      { numRuns: 15 },
    )
  })
})

function told(
  { isAnnounced, ended, begun }: { isAnnounced: boolean; ended: number; begun: ReadonlySet<string> },
  total: number,
): string {
  return isAnnounced ? `of ${total} ended ${ended}, begun ${[...begun].sort().join()}` : 'nothing'
}
