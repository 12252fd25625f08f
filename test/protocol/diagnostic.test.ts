import { describe, expect, it } from 'vitest'
import { DiagnosticError, problem } from '../../src/diagnostics.ts'
import type { Path } from '../../src/path.ts'
import { pathToWire, toDiagnostics } from '../../src/protocol/diagnostic.ts'
import { type Attributes, list, map, object, set, string } from '../../src/schema/attribute.ts'

const inner = object({ name: string.optional(''), deep: object({ x: string.optional('') }).optional('') })
const attributes: Attributes = {
  text: string.optional(''),
  values: map(string).optional(''),
  rows: list(inner).optional(''),
  bag: set(inner).optional(''),
  one: inner.optional(''),
}

describe('pathToWire', () => {
  const cases: { path: Path; steps: object[]; because: string }[] = [
    { path: ['text'], steps: [{ attribute: 'text' }], because: 'attributes go by name' },
    {
      path: ['values', 'api key'],
      steps: [{ attribute: 'values' }, { key: 'api key' }],
      because: 'elements of maps go by key, not by name',
    },
    {
      path: ['rows', 0, 'deep', 'x'],
      steps: [{ attribute: 'rows' }, { index: 0 }, { attribute: 'deep' }, { attribute: 'x' }],
      because: 'elements of lists go by index',
    },
    { path: ['one', 'name'], steps: [{ attribute: 'one' }, { attribute: 'name' }], because: 'objects nest' },
    {
      path: ['bag', 1, 'name'],
      steps: [{ attribute: 'bag' }],
      because: 'the host has no way to name an element of a set',
    },
    {
      path: ['values', 'k', 'more'],
      steps: [{ attribute: 'values' }, { key: 'k' }],
      because: 'a text has no parts',
    },
    { path: ['nothing'], steps: [{ attribute: 'nothing' }], because: 'hosts tolerate a wrong path' },
  ]
  it.each(cases)('$path: $because', ({ path, steps }) => {
    expect(pathToWire(path, attributes)).toEqual({ steps })
  })
})

describe('toDiagnostics', () => {
  it('keeps diagnostics, and makes words of everything else', () => {
    const known = problem('Known', 'Detail.', { path: ['x'] })
    expect(toDiagnostics(new DiagnosticError(known))).toMatchObject([
      { summary: 'Known', where: { path: ['x'] } },
    ])
    expect(toDiagnostics(AbortSignal.abort().reason)).toMatchObject([{ summary: 'Interrupted' }])
    expect(toDiagnostics(new Error('outer', { cause: new Error('inner') }))).toMatchObject([
      { summary: 'Operation failed', detail: 'outer (inner)' },
    ])
    expect(toDiagnostics('text')).toMatchObject([{ detail: 'text' }])
  })
})
