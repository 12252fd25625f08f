import { describe, expect, it } from 'vitest'
import { DiagnosticError } from '../../src/diagnostics.ts'
import { encodeState } from '../../src/state/file.ts'
import type { JournalEntry } from '../../src/state/journal.ts'
import { decodeJournal, encodeEntry } from '../../src/state/journal-text.ts'
import { memoryBackend, memoryStore } from '../../src/state/memory.ts'
import { recordOf, stateOf } from './samples.ts'
import { open } from './sessions.ts'

const run: JournalEntry = {
  kind: 'run',
  run: 'r',
  lineage: 'l',
  serial: 3,
  startedAt: '2026-01-02T03:04:05Z',
}

describe('the format of a journal', () => {
  it('is written with every run, and read back', () => {
    expect(JSON.parse(encodeEntry(run))).toMatchObject({ kind: 'run', format: 1 })
    expect(decodeJournal(`${encodeEntry(run)}\n`, 'j')).toEqual([run])
  })

  it('a run of a version before there were formats is read', () => {
    expect(decodeJournal(`${JSON.stringify(run)}\n`, 'j')).toEqual([run])
  })

  it('a newer one is a clear error, and changes nothing', async () => {
    const store = memoryStore()
    store.text = encodeState(stateOf(recordOf('ada')))
    store.journal = `${JSON.stringify({ ...run, format: 2 })}\n{"kind":"of the future"}\n`
    const before = { ...store }
    const error = await open(memoryBackend(store)).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(DiagnosticError)
    expect(String(error)).toContain(
      'Journal format too new: Line 1 of the journal of memory begins a run in a format that this Hubform does not know: it knows format 1.',
    )
    expect(store).toEqual(before)
  })

  it('a kind of line that is not known is a clear error as well', () => {
    expect(() => decodeJournal('{"kind":"of the future"}\n', 'j')).toThrow('of a kind that this version')
  })
})
