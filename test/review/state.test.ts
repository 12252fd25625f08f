import { describe, expect, it } from 'vitest'
import { dotText, mermaidText } from '../../src/review/graph.ts'
import { makePalette } from '../../src/review/palette.ts'
import { outputsText, recordText, valueText } from '../../src/review/state.ts'
import { usualLimits } from '../../src/review/view.ts'
import { address, lines } from './sample.ts'

const palette = makePalette(false)

describe('a record as text', () => {
  it('is a block with sensitive values hidden', () => {
    const record = {
      address: address('tavio_user', 'ada', 0),
      tainted: true,
      attributes: { id: '1', values: { a: 'x' }, none: null },
      sensitive: [['values']],
    }
    expect(recordText(record, palette, usualLimits)).toBe(
      lines(
        '# tavio_user.ada[0]: (tainted)',
        'resource "tavio_user" "ada" {',
        '    id     = "1"',
        '    values = (sensitive value)',
        '}',
      ),
    )
  })
})

describe('outputs as text', () => {
  it('stand below each other by name', () => {
    const outputs = {
      zed: { value: [1, 'a'], sensitive: false },
      alpha: { value: 'secret', sensitive: true },
    }
    expect(outputsText(outputs, palette, usualLimits)).toBe(
      lines('alpha = (sensitive value)', 'zed   = [', '    1,', '    "a",', ']'),
    )
  })

  it('one alone is written as a value', () => {
    expect(valueText({ a: '${x}' }, palette)).toBe(lines('{', '    a = "$${x}"', '}'))
  })
})

describe('graphs', () => {
  const nodes = [
    { id: 'a.b["x"]', label: 'a.b["x"]', needs: ['c.d', 'c.d', 'not.there'] },
    { id: 'c.d', label: 'c.d', needs: [] },
  ]

  it('for Graphviz', () => {
    expect(dotText(nodes)).toBe(
      lines(
        'digraph {',
        '  rankdir = "RL";',
        '  node [shape = box];',
        '  "a.b[\\"x\\"]" [label = "a.b[\\"x\\"]"];',
        '  "c.d" [label = "c.d"];',
        '  "a.b[\\"x\\"]" -> "c.d";',
        '}',
      ),
    )
  })

  it('for Mermaid, with nothing in a label that could end it', () => {
    expect(mermaidText(nodes)).toBe(
      lines('flowchart RL', '  n0["a.b#91;#34;x#34;#93;"]', '  n1["c.d"]', '  n0 --> n1'),
    )
  })
})
