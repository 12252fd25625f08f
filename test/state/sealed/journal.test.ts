import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DiagnosticError } from '../../../src/diagnostics.ts'
import { openJournal, sealer } from '../../../src/state/sealed/journal.ts'
import type { Key } from '../../../src/state/sealed/seal.ts'
import { falseKey, newKey, oldKey, phrase } from './keys.ts'

const where = 'hub.tfstate.journal'
const joined = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')

function sealedBy(key: Key, before: string, ...lines: readonly string[]): string {
  const { header, seal } = sealer(key, before)
  return before + joined([header, ...lines.map(seal)])
}

function failure(text: string, keys: readonly Key[]): string {
  try {
    openJournal(text, keys, where)
  } catch (error) {
    expect(error).toBeInstanceOf(DiagnosticError)
    return (error as DiagnosticError).message
  }
  throw new Error('it was opened')
}

const clear = joined(['{"kind":"run"}'])
const first = sealedBy(oldKey, clear, '{"n":1}', '{"n":2}', '{"n":3}')
const second = sealedBy(newKey, first, '{"n":4}', '{"n":5}')
const whole = `${clear}${joined(['{"n":1}', '{"n":2}', '{"n":3}', '{"n":4}', '{"n":5}'])}`

describe('a sealed journal', () => {
  it('opens line by line, what was in clear before and what another key sealed included', () => {
    expect(openJournal(second, [newKey, oldKey], where)).toEqual({ text: whole, endsInClear: false })
    expect(second).not.toContain('"n"')
  })

  it('is read with a passphrase as well', () => {
    expect(openJournal(sealedBy(phrase('a b'), '', 'x'), [phrase('a b')], where).text).toBe('x\n')
  })

  it('in clear it comes back as it is, and nobody vouches for it', () => {
    expect(openJournal(`${clear}{"ha`, [], where)).toEqual({ text: `${clear}{"ha`, endsInClear: true })
  })

  it('keeps an incomplete last line recognisable', () => {
    expect(openJournal(`${first}sealed:AAAA`, [oldKey], where).text).toMatch(/"n":3\}\nsealed:AAAA$/)
  })

  const lines = second.split('\n').slice(0, -1)
  const without = (...gone: readonly number[]) => joined(lines.filter((_, i) => !gone.includes(i)))
  const keys = [oldKey, newKey]
  it.each([
    {
      name: 'without a key',
      text: second,
      keys: [],
      says: 'Journal is encrypted: hub.tfstate.journal is encrypted with the key "old", and no key is set.',
    },
    {
      name: 'without the right key',
      text: second,
      keys: [newKey],
      says: 'Journal is encrypted: hub.tfstate.journal is encrypted with the key "old", and none of the keys that are set opens it: "new".',
    },
    {
      name: 'with a wrong key of that name',
      text: second,
      keys: [falseKey, newKey],
      says: 'Journal not opened: Line 2',
    },
    { name: 'a line in clear less before it', text: without(0), keys, says: 'Journal not opened: Line 1' },
    { name: 'a line less in its middle', text: without(3), keys, says: 'Journal not opened: Line 4' },
    { name: 'a run less', text: without(1, 2, 3, 4), keys, says: 'Journal not opened: Line 2' },
    { name: 'the header of a run less', text: without(1), keys, says: 'Journal not opened: Line 2' },
    {
      name: 'two lines in another order',
      text: joined([...lines.slice(0, 2), lines[3] ?? '', lines[2] ?? '', ...lines.slice(4)]),
      keys,
      says: 'Journal not opened: Line 3',
    },
    {
      name: 'a line twice',
      text: joined([...lines, lines.at(-1) ?? '']),
      keys,
      says: 'Journal not opened: Line 9',
    },
    { name: 'a line in clear after it', text: second + clear, keys, says: 'Journal not opened: Line 9' },
    {
      name: 'of a newer format',
      text: '{"hubform_journal":2}\n',
      keys,
      says: 'Journal encryption too new: Line 1 of hub.tfstate.journal',
    },
  ])('$name: a clear error', ({ text, keys: given, says }) => {
    expect(failure(text, given)).toContain(says)
  })

  it('cut off anywhere, it gives the lines before the cut', () => {
    for (let length = 0; length < second.length; length++) {
      const { text } = openJournal(second.slice(0, length), keys, where)
      const complete = text.slice(0, text.lastIndexOf('\n') + 1)
      expect(whole.startsWith(complete), `cut at ${length}`).toBe(true)
      // The two headers are lines of their own.
      expect(complete.split('\n').length).toBeGreaterThanOrEqual(
        second.slice(0, length).split('\n').length - 2,
      )
    }
  })

  it('with any bit turned over it is refused, or only the last line is lost', () => {
    const complete = (text: string) => text.slice(0, text.lastIndexOf('\n') + 1)
    const start = Buffer.byteLength(clear) * 8
    fc.assert(
      fc.property(fc.integer({ min: start, max: second.length * 8 - 1 }), (bit) => {
        const bytes = Buffer.from(second)
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
        let opened: string
        try {
          opened = complete(openJournal(bytes.toString(), keys, where).text)
        } catch (error) {
          expect(error).toBeInstanceOf(DiagnosticError)
          return
        }
        expect([whole, whole.slice(0, -'{"n":5}\n'.length)]).toContain(opened)
      }),
      { numRuns: 1000 },
    )
  })
})
