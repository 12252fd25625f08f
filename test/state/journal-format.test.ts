import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DiagnosticError } from '../../src/diagnostics.ts'
import { encodeState } from '../../src/state/file.ts'
import type { Announced, JournalEntry } from '../../src/state/journal.ts'
import { decodeJournal, encodeEntry } from '../../src/state/journal-text.ts'
import { memoryBackend, memoryStore } from '../../src/state/memory.ts'
import { recordOf, stateOf } from './samples.ts'
import { intentOf, open } from './sessions.ts'

const run: JournalEntry = {
  kind: 'run',
  run: 'r',
  lineage: 'l',
  serial: 3,
  startedAt: '2026-01-02T03:04:05Z',
}

describe('the format of a journal', () => {
  it('is written with every run, and read back', () => {
    expect(JSON.parse(encodeEntry(run))).toMatchObject({ kind: 'run', format: 2 })
    expect(decodeJournal(`${encodeEntry(run)}\n`, 'j')).toEqual([run])
  })

  it('a run of a version before there were formats is read', () => {
    expect(decodeJournal(`${JSON.stringify(run)}\n`, 'j')).toEqual([run])
  })

  it('a newer one is a clear error, and changes nothing', async () => {
    const store = memoryStore()
    store.text = encodeState(stateOf(recordOf('ada')))
    store.journal = `${JSON.stringify({ ...run, format: 3 })}\n{"kind":"of the future"}\n`
    const before = { ...store }
    const error = await open(memoryBackend(store)).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(DiagnosticError)
    expect(String(error)).toContain(
      'Journal format too new: Line 1 of the journal of memory begins a run in a format that this Hubform does not know: it knows format 2.',
    )
    expect(store).toEqual(before)
  })

  it('one of the version before, which announced nothing, is read and gone on from', async () => {
    const store = { ...memoryStore(), text: encodeState(stateOf(recordOf('ada'))) }
    const { lineage, serial } = stateOf()
    const bob = intentOf(recordOf('bob'))
    store.journal = `${JSON.stringify({ ...run, lineage, serial, format: 1 })}\n${encodeEntry({ kind: 'intent', ...bob })}\n`
    const session = await open(memoryBackend(store))
    expect(session.recovered).toMatchObject({ openIntents: [bob], progress: undefined })
    await session.beginRun(undefined, [{ step: 'create c', action: 'create', key: 'c' }])
    expect(store.journal.split('\n').map((line) => line.slice(0, 20))).toEqual([
      '{"kind":"run","run":',
      '{"kind":"intent","st',
      '{"kind":"saved"}',
      '{"format":2,"kind":"',
      '{"kind":"announced",',
      '',
    ])
  })

  it('a version that does not know announcements stops before one, at the format of its run', async () => {
    const store = { ...memoryStore(), text: encodeState(stateOf(recordOf('ada'))) }
    const session = await open(memoryBackend(store))
    await session.beginRun(undefined, [{ step: 'create c', action: 'create', key: 'c' }])
    const [first, second] = (store.journal ?? '').split('\n').map((line) => line && JSON.parse(line))
    expect([first.kind, first.format, second.kind]).toEqual(['run', 2, 'announced'])
  })

  it('an announcement comes back as it was, in one line', () => {
    const words = fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 })
    const announced: fc.Arbitrary<Announced> = fc
      .record({
        action: fc.constantFrom('create' as const, 'update' as const, 'delete' as const),
        key: fc.string({ minLength: 1 }),
        step: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
        more: fc.record(
          { collection: fc.string({ minLength: 1 }), target: words, identity: words, expressions: words },
          { requiredKeys: [] },
        ),
      })
      .map(({ action, key, step = `${action} ${key}`, more }) => ({ step, action, key, ...more }))
    fc.assert(
      fc.property(fc.array(announced), fc.option(fc.nat(), { nil: undefined }), (steps, ended) => {
        const entry: JournalEntry = { kind: 'announced', steps, ...(ended !== undefined && { ended }) }
        const line = encodeEntry(entry)
        expect(line).not.toContain('\n')
        expect(decodeJournal(`${line}\n`, 'j')).toEqual([entry])
      }),
    )
  })

  it('an announcement of another form is a clear error', () => {
    const line = '{"kind":"announced","steps":[{"action":"destroy","key":"a"}]}\n'
    expect(() => decodeJournal(line, 'j')).toThrow('announced.action must be create, update or delete')
  })

  it('a kind of line that is not known is a clear error as well', () => {
    expect(() => decodeJournal('{"kind":"of the future"}\n', 'j')).toThrow('of a kind that this version')
  })
})
