import { describe, expect, it } from 'vitest'
import { problem, warning } from '../../src/diagnostics.ts'
import { diagnosticsText } from '../../src/review/diagnostics.ts'
import { makePalette } from '../../src/review/palette.ts'
import { lines } from './sample.ts'

const plain = { palette: makePalette(false) }

describe('diagnostics as text', () => {
  it('says what, where and what to do, wrapped', () => {
    const text = diagnosticsText(
      [
        problem(
          'Unknown attribute',
          'tavio_environment.acme has no attribute "titel". Did you mean "title"? Correct it in the configuration.',
          {
            file: 'main.tf.json',
            line: 12,
            column: 3,
            address: 'tavio_environment.acme',
            path: ['titel'],
            construct: 'fleet/acme',
          },
        ),
      ],
      { ...plain, width: 60 },
    )
    expect(text).toBe(
      lines(
        'Error: Unknown attribute',
        '  at main.tf.json:12:3, tavio_environment.acme.titel, construct fleet/acme',
        '',
        '  tavio_environment.acme has no attribute "titel". Did you',
        '  mean "title"? Correct it in the configuration.',
      ),
    )
  })

  it('says the same thing once, and errors last', () => {
    const text = diagnosticsText([problem('E', 'e.'), warning('W', 'w.'), problem('E', 'e.')], plain)
    expect(text).toBe(lines('Warning: W', '', '  w.', '', 'Error: E', '', '  e.'))
  })

  it('is bounded and says how many are left out', () => {
    const many = Array.from({ length: 50 }, (_, i) => problem('E', `Number ${i}.`))
    const text = diagnosticsText(many, { ...plain, limit: 2 })
    expect(text.match(/^Error/gm)).toHaveLength(2)
    expect(text.endsWith('48 more errors not shown.')).toBe(true)
  })

  it('shows control characters instead of sending them', () => {
    expect(diagnosticsText([problem('E', 'a\u001b[2Jb\nc')], plain)).toBe(
      lines('Error: E', '', '  a\\u001b[2Jb', '  c'),
    )
  })
})
