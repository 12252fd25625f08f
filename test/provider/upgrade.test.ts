import { describe, expect, it } from 'vitest'
import { DiagnosticError, problem } from '../../src/diagnostics.ts'
import type { Resource } from '../../src/provider/resource.ts'
import { upgradeStored } from '../../src/provider/upgrade.ts'
import { schema, string } from '../../src/schema/attribute.ts'
import type { ObjectValue } from '../../src/schema/value.ts'

const note = (step: string) => (stored: ObjectValue) => ({
  ...stored,
  steps: `${String(stored['steps'] ?? '')}${step}`,
})

function kind(version: number, upgrades?: Resource['upgrades']) {
  const current = schema({ name: string.required('') }, { version })
  return { type: 'fake_thing', schema: current, ...(upgrades && { upgrades }) }
}

describe('upgradeStored', () => {
  it.each([
    {
      from: 0,
      upgrades: [note('a'), note('b')],
      expected: { steps: 'ab' },
      because: 'each step in its turn',
    },
    {
      from: 1,
      upgrades: [note('a'), note('b')],
      expected: { steps: 'b' },
      because: 'done steps are left out',
    },
    { from: 2, upgrades: [note('a'), note('b')], expected: {}, because: 'a current object is as it is' },
    { from: 0, upgrades: [undefined, note('b')], expected: { steps: 'b' }, because: 'a gap changes nothing' },
    { from: 0, upgrades: undefined, expected: {}, because: 'nothing needs to be said' },
  ])('from version $from, $because', ({ from, upgrades, expected, because }) => {
    expect(upgradeStored(kind(2, upgrades), from, {}), because).toEqual(expected)
  })

  it.each([
    ['throws', () => fault(), 'no such word'],
    ['returns nothing', () => undefined as unknown as ObjectValue, 'it returned no object'],
  ])('a step that %s is the provider’s fault, and says which', (_name, step, words) => {
    expect(() => upgradeStored(kind(2, [step]), 0, {})).toThrow(
      `A fake_thing that version 0 of its schema recorded could not be brought to version 1: ${words}`,
    )
  })

  it('what a step has to say to the user is said', () => {
    const step = () => {
      throw new DiagnosticError(problem('Object of an older kind', 'Import it again.'))
    }
    expect(() => upgradeStored(kind(1, [step]), 0, {})).toThrow('Import it again.')
  })
})

function fault(): ObjectValue {
  throw new Error('no such word')
}
