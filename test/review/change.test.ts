import { describe, expect, it } from 'vitest'
import type { Change } from '../../src/engine/change.ts'
import { changeLines, driftLines } from '../../src/review/change.ts'
import { makePalette } from '../../src/review/palette.ts'
import { noLimits, usualLimits } from '../../src/review/view.ts'
import { setOf, UNKNOWN } from '../../src/schema/value.ts'
import { address, change, lines } from './sample.ts'

const plain = makePalette(false)
const shown = (value: Change) => changeLines(value, plain, usualLimits).join('\n')

/** The rows inside the block of an update from one object to another. */
function updated(before: Change['before'], after: Change['after'], parts: Partial<Change> = {}): string {
  return changeLines(change({ action: 'update', before, after, ...parts }), plain, usualLimits)
    .filter((line) => !/^ {2}[#~] |^ {4}}$/.test(line))
    .join('\n')
}

const cases: readonly { name: string; because: string; change: Change; text: string }[] = [
  {
    name: 'a creation shows what is set, what is not known and why, and hides what is sensitive',
    because: 'a reviewer sees every value that will be sent, except secrets',
    change: change({
      action: 'create',
      reason: 'create_because_new',
      after: {
        id: UNKNOWN,
        email: 'ada@example.com',
        first_name: null,
        environment: UNKNOWN,
        token: 'hunter2',
        values: { a: 'x', 'b c': 'y' },
        ids: ['1'],
        none: [],
      },
      afterSensitive: [['token']],
      fields: [{ path: ['environment'], why: 'computed', because: ['tavio_environment.acme'] }],
      construct: 'fleet/acme/ada',
    }),
    text: lines(
      '  # tavio_user.ada will be created',
      '  # because it is new in the configuration',
      '  # construct: fleet/acme/ada',
      '  + resource "tavio_user" "ada" {',
      '      + email       = "ada@example.com"',
      '      + environment = (known after apply: tavio_environment.acme)',
      '      + id          = (known after apply)',
      '      + ids         = [',
      '          + "1",',
      '        ]',
      '      + none        = []',
      '      + token       = (sensitive value)',
      '      + values      = {',
      '          + a     = "x"',
      '          + "b c" = "y"',
      '        }',
      '    }',
    ),
  },
  {
    name: 'a deletion shows what is lost',
    because: 'what goes is as much a part of the review as what comes',
    change: change({
      action: 'delete',
      reason: 'delete_because_each_key',
      address: address('tavio_user', 'all', 'a"b'),
      before: { id: '7', roles: { admin: true } },
    }),
    text: lines(
      '  # tavio_user.all["a\\"b"] will be destroyed',
      '  # because key ["a\\"b"] is not in its for_each',
      '  - resource "tavio_user" "all" {',
      '      - id    = "7" -> null',
      '      - roles = {',
      '          - admin = true',
      '        } -> null',
      '    }',
    ),
  },
  {
    name: 'a replacement names what forces it',
    because: 'an object is about to be lost, so the cause must stand beside it',
    change: change({
      action: 'replace',
      reason: 'replace_because_cannot_update',
      before: { id: '7', email: 'a@x', status: 'ACTIVE' },
      after: { id: UNKNOWN, email: 'b@x', status: 'ACTIVE' },
      replacePaths: [['email']],
      patch: [
        { op: 'replace', path: '/email', value: 'b@x' },
        { op: 'replace', path: '/id', value: { $: 'unknown' } },
      ],
      fields: [{ path: ['email'], why: 'configuration' }],
    }),
    text: lines(
      '  # tavio_user.ada must be replaced',
      '  # because this cannot be changed in place: email',
      '  # because its configuration changed: email',
      '-/+ resource "tavio_user" "ada" {',
      '      ~ email = "a@x" -> "b@x" # forces replacement',
      '      ~ id    = "7" -> (known after apply)',
      '        # (1 unchanged attribute hidden)',
      '    }',
    ),
  },
  {
    name: 'an update tells configuration, drift and secrets apart',
    because: 'undoing what someone did by hand is a decision that needs to be seen',
    change: change({
      action: 'update',
      reason: 'update_because_configuration',
      before: { id: '7', name: 'Ada', description: 'by hand', secret_values: null, fingerprint: 'x' },
      after: { id: '7', name: 'Ada L.', description: 'ours', secret_values: null, fingerprint: UNKNOWN },
      beforeSensitive: [['fingerprint']],
      fields: [
        { path: ['name'], why: 'configuration' },
        { path: ['description'], why: 'drift' },
        { path: ['secret_values'], why: 'secret' },
      ],
    }),
    text: lines(
      '  # tavio_user.ada will be updated in place',
      '  # because its configuration changed: name, and the object was changed outside: description, and a secret changed: secret_values',
      '  ~ resource "tavio_user" "ada" {',
      '      ~ secret_values = (write-only value) # its secret changed',
      '      ~ description = "by hand" -> "ours" # changed outside',
      '      ~ fingerprint = (sensitive value)',
      '        id          = "7"',
      '      ~ name        = "Ada" -> "Ada L."',
      '    }',
    ),
  },
  {
    name: 'a deposed object says so',
    because: 'it has the address of the object that replaced it',
    change: change({ action: 'delete', reason: 'delete_deposed', deposed: '1a2b3c4d', before: { id: '7' } }),
    text: lines(
      '  # tavio_user.ada (deposed object 1a2b3c4d) will be destroyed',
      '  # because an earlier replacement left it behind',
      '  - resource "tavio_user" "ada" {',
      '      - id = "7" -> null',
      '    }',
    ),
  },
  {
    name: 'a data source is read',
    because: 'reading during apply is no change, and has a sign of its own',
    change: change({
      action: 'read',
      reason: 'read_because_config_unknown',
      address: { mode: 'data', type: 'tavio_solution', name: 's', key: undefined },
      after: { name: UNKNOWN },
    }),
    text: lines(
      '  # data.tavio_solution.s will be read during apply',
      '  # because its arguments are not known yet',
      ' <= data "tavio_solution" "s" {',
      '      + name = (known after apply)',
      '    }',
    ),
  },
]

describe('changes as text', () => {
  it.each(cases)('$name', ({ because, change, text }) => {
    expect(shown(change), because).toBe(text)
  })

  it('every action has a reason when the engine gave none but attributes have', () => {
    const text = shown(
      change({
        action: 'update',
        before: { a: 1 },
        after: { a: 2 },
        fields: [{ path: ['a'], why: 'drift' }],
      }),
    )
    expect(text).toContain('# because the object was changed outside: a')
  })
})

describe('what differs inside', () => {
  it('a map shows its changed keys and counts the others', () => {
    expect(updated({ m: { a: '1', b: '2', c: '3' } }, { m: { a: '1', b: '5', d: null } })).toBe(
      lines(
        '      ~ m = {',
        '          ~ b = "2" -> "5"',
        '          - c = "3" -> null',
        '          + d = null',
        '            # (1 unchanged element hidden)',
        '        }',
      ),
    )
  })

  it('a list shows where elements came and went', () => {
    expect(updated({ l: ['a', 'b', 'c', 'd'] }, { l: ['a', 'c', 'd', 'e'] })).toBe(
      lines(
        '      ~ l = [',
        '            # (1 unchanged element hidden)',
        '          - "b",',
        '            # (2 unchanged elements hidden)',
        '          + "e",',
        '        ]',
      ),
    )
  })

  it('objects in a list are compared with those they became', () => {
    expect(updated({ l: [{ x: 1, y: 2 }] }, { l: [{ x: 1, y: 3 }] })).toBe(
      lines(
        '      ~ l = [',
        '          ~ {',
        '              ~ y = 2 -> 3',
        '                # (1 unchanged element hidden)',
        '            },',
        '        ]',
      ),
    )
  })

  it('sets are compared without regard to place', () => {
    expect(updated({ s: setOf(['a', 'b']) }, { s: setOf(['b', 'c']) })).toBe(
      lines(
        '      ~ s = [',
        '          - "a",',
        '            # (1 unchanged element hidden)',
        '          + "c",',
        '        ]',
      ),
    )
  })

  it('a JSON document in a string is compared by its structure', () => {
    expect(updated({ d: '{"a":1,"b":[1,2],"n":null}' }, { d: '{ "a": 2, "b": [1], "n": null }' })).toBe(
      lines(
        '      ~ d = jsonencode(',
        '          ~ {',
        '              ~ a = 1 -> 2',
        '              ~ b = [',
        '                    # (1 unchanged element hidden)',
        '                  - 2,',
        '                ]',
        '                # (1 unchanged element hidden)',
        '            }',
        '        )',
      ),
    )
  })

  it('a JSON document that only looks different is said to', () => {
    expect(updated({ d: '{"a":1}' }, { d: '{ "a": 1 }' })).toBe(
      '      ~ d = jsonencode(…) # only spaces or the order of keys',
    )
  })

  it('a text of several lines is compared line by line', () => {
    expect(updated({ t: '1\n2\n3\n4\n5\n6' }, { t: '1\n2\n3\n4\nV\n6' })).toBe(
      lines(
        '      ~ t = <<-EOT',
        '            # (2 unchanged lines hidden)',
        '            3',
        '            4',
        '          - 5',
        '          + V',
        '            6',
        '        EOT',
      ),
    )
  })

  it('something that becomes unknown shows what it was', () => {
    expect(updated({ m: { a: 1 } }, { m: UNKNOWN })).toBe(
      lines('      ~ m = {', '          - a = 1', '        } -> (known after apply)'),
    )
  })

  it('a sensitive element hides itself and nothing else', () => {
    const text = updated(
      { m: { a: 'open', b: 'closed' } },
      { m: { a: 'Open', b: 'Closed' } },
      {
        beforeSensitive: [['m', 'b']],
        afterSensitive: [['m', 'b']],
      },
    )
    expect(text).toBe(
      lines(
        '      ~ m = {',
        '          ~ a = "open" -> "Open"',
        '          ~ b = (sensitive value)',
        '        }',
      ),
    )
  })

  it('a value stays hidden when only one side is sensitive', () => {
    expect(updated({ p: 'seen' }, { p: 'unseen' }, { afterSensitive: [['p']] })).toBe(
      '      ~ p = (sensitive value)',
    )
  })

  it('a difference that the patch does not name is shown all the same', () => {
    expect(
      updated({ a: 1, b: 1 }, { a: 2, b: 2 }, { patch: [{ op: 'replace', path: '/a', value: 2 }] }),
    ).toBe(lines('      ~ a = 1 -> 2', '      ~ b = 1 -> 2'))
  })
})

describe('names that mean harm', () => {
  it.each([
    ['quotes and backslashes', 'a"b\\', '"a\\"b\\\\"'],
    ['templates', '${x} %{y}', '"$${x} %%{y}"'],
    ['terminal control', '\u001b[2Jgone\u0007', '"\\u001b[2Jgone\\u0007"'],
    ['direction overrides and invisible characters', 'a\u202eb\u200bc', '"a\\u202eb\\u200bc"'],
    ['emoji, also joined ones', '😀 👩‍🚀', '"😀 👩‍🚀"'],
    ['half a character', 'a\ud800', '"a\\ud800"'],
    ['a line break at the end', 'a\n', '"a\\n"'],
  ])('%s are shown safely', (_name, value, text) => {
    expect(updated({ n: 'x' }, { n: value })).toBe(`      ~ n = "x" -> ${text}`)
  })

  it('lines of a text cannot leave their block or clear the screen', () => {
    expect(updated({ n: null }, { n: 'a\n    }\n\u001b[2J\r' })).toBe(
      lines(
        '      + n = <<-EOT # no line break at the end',
        '            a',
        '                }',
        '            \\u001b[2J\\r',
        '        EOT',
      ),
    )
  })
})

describe('large values', () => {
  it('elements and characters beyond the limit are counted', () => {
    const many = Array.from({ length: 100 }, (_, i) => `e${i}`)
    const text = shown(change({ action: 'create', after: { l: many, s: 'x'.repeat(1500) } }))
    expect(text).toContain('            # (60 more elements)')
    expect(text).toContain(`"${'x'.repeat(1000)}"… (500 more characters)`)
  })

  it('without limits all is there', () => {
    const many = Array.from({ length: 100 }, (_, i) => `e${i}`)
    const text = changeLines(change({ action: 'create', after: { l: many } }), plain, noLimits).join('\n')
    expect(text).toContain('"e99",')
    expect(text).not.toContain('more')
  })
})

describe('drift', () => {
  it('shows what was recorded against what is', () => {
    const drift = change({ action: 'update', before: { id: '1', d: 'a' }, after: { id: '1', d: 'b' } })
    expect(driftLines(drift, plain, usualLimits).join('\n')).toBe(
      lines(
        '  # tavio_user.ada was changed',
        '  ~ resource "tavio_user" "ada" {',
        '      ~ d  = "a" -> "b"',
        '        id = "1"',
        '    }',
      ),
    )
  })

  it('says what is gone', () => {
    const drift = change({ action: 'delete', before: { id: '1' } })
    expect(driftLines(drift, plain, usualLimits)[0]).toBe('  # tavio_user.ada is gone')
  })
})
