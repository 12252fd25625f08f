import { describe, expect, it } from 'vitest'
import { makePalette } from '../../src/review/palette.ts'
import { doneLine } from '../../src/review/summary.ts'
import { planText } from '../../src/review/terminal.ts'
import { UNKNOWN } from '../../src/schema/value.ts'
import { emptyState } from '../../src/state/state.ts'
import { address, change, lines, plan } from './sample.ts'

const palette = makePalette(false)

describe('a plan as text', () => {
  it('has a legend of what it uses, blocks, outputs, a summary and its cost', () => {
    const text = planText(
      plan({
        changes: [
          change({ action: 'create', reason: 'create_because_new', after: { id: UNKNOWN } }),
          change({ address: address('tavio_user', 'bob'), before: { id: '1' }, after: { id: '1' } }),
        ],
        outputs: [
          { name: 'url', action: 'create', before: null, after: UNKNOWN, sensitive: false },
          { name: 'key', action: 'update', before: 'a', after: 'b', sensitive: true },
          { name: 'gone', action: 'delete', before: 'x', after: null, sensitive: false },
          { name: 'same', action: 'no-op', before: 'x', after: 'x', sensitive: false },
        ],
        usage: { reads: 2, lists: 3, writes: 0, signIns: 1, retries: 1 },
      }),
      { palette },
    )
    expect(text).toBe(
      lines(
        'Meaning of the signs:',
        '  + create',
        '',
        'Hubform will do the following:',
        '',
        '  # tavio_user.ada will be created',
        '  # because it is new in the configuration',
        '  + resource "tavio_user" "ada" {',
        '      + id = (known after apply)',
        '    }',
        '',
        'Changes to outputs:',
        '  + url  = (known after apply)',
        '  ~ key  = (sensitive value)',
        '  - gone = "x" -> null',
        '',
        'Plan: 1 to add, 0 to change, 0 to destroy.',
        'Read 1 object with 5 calls (1 retry).',
      ),
    )
  })

  it('counts what is held back apart, and says so where it would be made', () => {
    const text = planText(
      plan({
        changes: [
          change({
            action: 'create',
            reason: 'create_because_new',
            isBlocked: true,
            after: { id: UNKNOWN },
          }),
          change({ address: address('tavio_user', 'bob'), action: 'create', after: { id: UNKNOWN } }),
          change({
            address: address('tavio_user', 'eve'),
            action: 'create',
            isBlocked: true,
            waitsFor: 'tavio_user.ada',
            after: { id: UNKNOWN },
          }),
        ],
      }),
      { palette },
    )
    expect(text).toContain('  # tavio_user.eve is held back: it waits for tavio_user.ada\n')
    expect(text).toContain(
      '  # tavio_user.ada is held back: a different object is in its place\n  + resource',
    )
    expect(text).toContain('Plan: 1 to add, 0 to change, 0 to destroy, 2 held back.')
  })

  it.each([
    ['nothing to do', plan({}), 'No changes. What is there matches the configuration.'],
    ['nothing to destroy', plan({ mode: 'destroy' }), 'No changes. There is nothing to destroy.'],
    ['nothing found', plan({ mode: 'refresh-only' }), 'No changes. What is recorded is what is there.'],
    [
      'something found',
      plan({ mode: 'refresh-only', refreshed: { 'tavio_user.ada': null } }),
      'Applying this records what was found (1 object), and changes nothing in the service.',
    ],
    [
      'only outputs',
      plan({ outputs: [{ name: 'o', action: 'delete', before: 1, after: null, sensitive: false }] }),
      'No objects change. Only outputs do.',
    ],
    [
      'a part only',
      plan({ targeted: true }),
      'No changes. What is there matches the configuration. Only a part of the configuration was looked at (--target).',
    ],
  ])('says when there is %s', (_name, value, line) => {
    expect(planText(value, { palette }).split('\n').at(-1)).toBe(line)
  })

  it('counts a replacement as added and destroyed', () => {
    const replace = change({ action: 'replace', before: { a: 1 }, after: { a: 2 } })
    expect(planText(plan({ changes: [replace] }), { palette })).toMatch(
      /Plan: 1 to add, 0 to change, 1 to destroy\.$/,
    )
  })

  it('tells of drift before what will be done', () => {
    const drift = change({ action: 'update', before: { a: 1 }, after: { a: 2 } })
    expect(planText(plan({ drift: [drift] }), { palette })).toMatch(
      /^1 object was changed outside Hubform since the last run:\n\n {2}# tavio_user.ada was changed\n/,
    )
  })

  it('a large plan shows destructions first and counts what it leaves out by type', () => {
    const changes = [
      ...Array.from({ length: 5 }, (_, i) =>
        change({ address: address('tavio_user', 'u', i), action: 'create', after: { n: i } }),
      ),
      change({ address: address('tavio_user', 'zed'), action: 'delete', before: { n: 1 } }),
    ]
    const text = planText(plan({ changes }), { palette, limit: 2 })
    expect(text.match(/^ {2}# .*/gm)).toEqual([
      '  # tavio_user.u[0] will be created',
      '  # tavio_user.zed will be destroyed',
    ])
    expect(text).toContain(
      '  4 more changes not shown in detail:\n    tavio_user: 4 to add\n  Use --show-all',
    )
    expect(planText(plan({ changes }), { palette, limit: 2, showAll: true }).match(/^ {2}# /gm)).toHaveLength(
      6,
    )
  })
})

describe('the last line of an apply', () => {
  const result = {
    state: emptyState,
    diagnostics: [],
    done: { added: 1, changed: 2, destroyed: 3 },
    skipped: 4,
    interrupted: false,
  }
  it.each([
    ['success', result, 'Applied: 1 added, 2 changed, 3 destroyed.'],
    [
      'interruption',
      { ...result, interrupted: true },
      'Interrupted: 1 added, 2 changed, 3 destroyed, 4 not tried. State is saved; run again to go on.',
    ],
    [
      'failure',
      { ...result, diagnostics: [{ severity: 'error' as const, summary: 's', detail: 'd' }] },
      'Failed: 1 added, 2 changed, 3 destroyed, 4 not tried. State is saved; run again to go on.',
    ],
    [
      'a plan that was refused',
      { ...result, diagnostics: [{ severity: 'error' as const, summary: 's', detail: 'd' }], refused: true },
      'Refused: nothing was done, and nothing is lost. Make a new plan, and apply that.',
    ],
  ])('tells of %s', (_name, value, text) => {
    expect(doneLine(value, 'normal', palette)).toBe(text)
  })
})
