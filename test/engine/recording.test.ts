import { describe, expect, it } from 'vitest'
import { DiagnosticError } from '../../src/diagnostics.ts'
import type { Backend } from '../../src/state/backend.ts'
import { memoryBackend, memoryStore } from '../../src/state/memory.ts'
import { actions, bench, text } from '../support/engine.ts'
import { fakeService, lostAnswer, refusal } from '../support/fake-service.ts'

const things = (names: readonly string[]) => ({
  resource: {
    fake_thing: Object.fromEntries(
      names.map((name, i) => [
        name,
        i === 0 ? { name } : { name, depends_on: [`fake_thing.${names[i - 1]}`] },
      ]),
    ),
  },
})

/** State in memory on a disk that fills up: `room` says how many journal lines and whether files still fit. */
function smallDisk() {
  const store = memoryStore()
  const room = { lines: Number.POSITIVE_INFINITY, file: true }
  const full = (what: string) =>
    new DiagnosticError({
      severity: 'error',
      summary: 'Disk is full',
      detail: `Hubform could not write ${what}.`,
    })
  const backend = (): Backend => {
    const memory = memoryBackend(store)
    return {
      ...memory,
      async append(lines) {
        room.lines -= lines.length
        if (room.lines < 0) throw full('the journal')
        await memory.append(lines)
      },
      async write(content) {
        if (!room.file) throw full('the state')
        await memory.write(content)
      },
    }
  }
  return { backend, room, store }
}

describe('a disk that fills up in mid-run', () => {
  it.each([2, 3, 4, 5, 6, 7, 8])(
    'after %i journal lines loses nothing, starts nothing more, and says so',
    async (lines) => {
      const service = fakeService()
      const { backend, room } = smallDisk()
      const { apply, plan } = bench(service.provider, { backend })
      const names = ['a', 'b', 'c', 'd', 'e']
      room.lines = lines
      const result = await apply(things(names), { parallelism: 1 })
      expect(text(result.diagnostics)).toMatch(
        /^Disk is full: Hubform could not write the journal\.\nRun stopped early: What the run does could not be recorded any more/,
      )
      expect(result.skipped).toBeGreaterThan(0)
      expect([...result.state.records.keys()].sort()).toEqual(
        [...service.things.values()].map(({ name }) => `fake_thing.${name}`).sort(),
      )
      room.lines = Number.POSITIVE_INFINITY
      const rest = await apply(things(names))
      expect(text(rest.diagnostics)).toBe('')
      expect(service.things.size).toBe(5)
      expect(actions(await plan(things(names)))).toEqual([])
    },
  )

  it('so that not even the state can be saved tells what went wrong before as well', async () => {
    const service = fakeService()
    const { backend, room } = smallDisk()
    const { apply } = bench(service.provider, { backend })
    service.before = (call) => {
      if (call === 'create a/a') throw refusal('the service said no')
    }
    room.file = false
    const failure = await apply(things(['a'])).then(
      () => 'nothing',
      (error: unknown) => (error instanceof DiagnosticError ? text(error.diagnostics) : error),
    )
    // Nothing was made, so there is nothing to save, and nothing to fail at.
    expect(failure).toBe('nothing')
    const both = { resource: { fake_thing: { a: { name: 'a' }, b: { name: 'b' } } } }
    await expect(apply(both)).rejects.toThrow(
      /Request refused: the service said no[\s\S]*Disk is full: Hubform could not write the state[\s\S]*State not saved: .*Nothing is lost: the journal of memory holds everything/,
    )
    room.file = true
    service.before = () => {}
    const mended = await apply(both)
    expect(actions(mended)).toEqual(['create fake_thing.a'])
  })

  it('between setting an object aside and replacing it leaves the object where it was', async () => {
    const service = fakeService()
    const { backend, room } = smallDisk()
    const { apply, plan } = bench(service.provider, { backend })
    const config = (zone: string) => ({
      resource: { fake_thing: { a: { name: 'a', zone, lifecycle: { create_before_destroy: true } } } },
    })
    await apply(config('north'))
    // The run and the intent fit; that the old object waits aside does not.
    room.lines = 2
    const result = await apply(config('south'))
    expect(text(result.diagnostics)).toContain('Run stopped early')
    expect([...result.state.records.keys()]).toEqual(['fake_thing.a'])
    room.lines = Number.POSITIVE_INFINITY
    expect(actions(await plan(config('south')))).toEqual(['replace fake_thing.a'])
    expect(service.things.size).toBe(1)
  })
})

describe('create_before_destroy that cannot create', () => {
  const config = (zone: string) => ({
    resource: { fake_thing: { a: { name: 'a', zone, lifecycle: { create_before_destroy: true } } } },
  })

  it('keeps the old object as the current one', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    await apply(config('north'))
    service.before = (call) => {
      if (call === 'create a/a') throw refusal('no room in the south')
    }
    const broken = await apply(config('south'))
    expect(text(broken.diagnostics)).toBe('Request refused: no room in the south')
    expect([...broken.state.records.keys()]).toEqual(['fake_thing.a'])
    expect(broken.done).toEqual({ added: 0, changed: 0, destroyed: 0 })
    expect(actions(await plan(config('south')))).toEqual(['replace fake_thing.a'])
    expect(actions(await plan(config('north')))).toEqual([])
  })

  it('takes the new object over if it was made without an answer, and not the old one', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    await apply(config('north'))
    service.canCheckpoint = false
    service.after = (call) => {
      if (call === 'create a/a') throw lostAnswer()
    }
    const result = await apply(config('south'))
    expect(text(result.diagnostics)).toBe('')
    expect([...service.things.values()].map(({ zone }) => zone)).toEqual(['south'])
    service.after = () => {}
    expect(actions(await plan(config('south')))).toEqual([])
  })

  it('takes the old object for the current one again when a run died over it and made nothing', async () => {
    const service = fakeService()
    const { apply, plan } = bench(service.provider)
    await apply(config('north'))
    service.before = (call) => {
      if (call === 'create a/a') throw new Error('the process is as good as dead')
    }
    const broken = await apply(config('south'))
    expect(text(broken.diagnostics)).toContain('Outcome of create unknown: fake_thing.a may have been')
    expect([...broken.state.records.keys()]).toEqual(['fake_thing.a (deposed 00000005)'])
    service.before = () => {}
    expect(actions(await plan(config('north')))).toEqual([])
    expect(actions(await plan(config('south')))).toEqual(['replace fake_thing.a'])
    const mended = await apply(config('south'))
    expect(text(mended.diagnostics)).toBe('')
    expect([...mended.state.records.keys()]).toEqual(['fake_thing.a'])
    expect([...service.things.values()].map(({ zone }) => zone)).toEqual(['south'])
  })
})

describe('a call that is broken off', () => {
  it('leaves the question open, and the next run finds the object', async () => {
    const service = fakeService()
    const { apply, plan, session } = bench(service.provider)
    const abort = new AbortController()
    service.after = (call) => {
      if (call !== 'create a/a') return
      abort.abort()
      throw lostAnswer()
    }
    service.canCheckpoint = false
    const broken = await apply(things(['a', 'b']), { abort: abort.signal, interrupt: abort.signal })
    expect(broken.interrupted).toBe(true)
    expect(text(broken.diagnostics)).toContain('Outcome of create unknown')
    const open = await session()
    expect(open.recovered?.openIntents.map(({ step }) => step)).toEqual(['create fake_thing.a'])
    await open.close()
    service.after = () => {}
    expect(actions(await plan(things(['a', 'b'])))).toEqual(['create fake_thing.b'])
    await apply(things(['a', 'b']))
    expect(service.things.size).toBe(2)
  })

  it('is no failure of the run when everything was done by then', async () => {
    const service = fakeService()
    const { apply } = bench(service.provider)
    const interrupt = new AbortController()
    service.after = () => interrupt.abort()
    const result = await apply(things(['a']), { interrupt: interrupt.signal })
    expect(text(result.diagnostics)).toBe('')
    expect(result.interrupted).toBe(false)
  })
})

describe('a saved plan', () => {
  it('whose run died is not carried out a second time', async () => {
    const service = fakeService()
    const { plan, applyPlan, store } = bench(service.provider)
    const saved = (await plan(things(['a', 'b']))).plan
    if (saved === undefined) throw new Error('no plan')
    await applyPlan(saved)
    // As if the process had died right before the file was written.
    const journal = [
      { kind: 'run', run: 'r', lineage: '', serial: 0, startedAt: 'today' },
      { kind: 'outcome', step: 'create fake_thing.a', records: {} },
    ]
    store.text = undefined
    store.journal = journal.map((line) => `${JSON.stringify(line)}\n`).join('')
    service.calls.length = 0
    const refused = await applyPlan(saved)
    expect(text(refused.diagnostics)).toMatch(/^Plan is stale/)
    expect(refused.refused).toBe(true)
    expect(service.calls).toEqual([])
  })

  it('is refused while nobody knows whether an earlier run created what it would create', async () => {
    const service = fakeService()
    const { plan, applyPlan } = bench(service.provider)
    const saved = (await plan(things(['a', 'b']))).plan
    if (saved === undefined) throw new Error('no plan')
    service.before = () => {
      throw new Error('the process is as good as dead')
    }
    await applyPlan(saved)
    service.before = () => {}
    expect(text((await applyPlan(saved)).diagnostics)).toBe(
      'Plan is stale: A run stopped while it created fake_thing.a, and nobody knows whether it did. This plan was made before, and would create it again. Run plan again: it looks for the object first.',
    )
  })
})
