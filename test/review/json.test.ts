import { describe, expect, it } from 'vitest'
import { planJson } from '../../src/review/json.ts'
import { parseNumber } from '../../src/schema/number.ts'
import { Sensitive, setOf, UNKNOWN } from '../../src/schema/value.ts'
import { address, change, plan } from './sample.ts'

const read = <R>(record: R): R => record

/** As a tool would read it. */
function written(value: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value))
}

describe('plan JSON', () => {
  const json = written(
    planJson(
      plan({
        changes: [
          change({
            address: address('tavio_user', 'all', 'k'),
            action: 'replace',
            createBeforeDestroy: true,
            reason: 'replace_because_cannot_update',
            before: { id: '1', values: { a: 'secret' }, email: 'a', tags: setOf(['x']) },
            after: { id: UNKNOWN, values: { a: 'secret2' }, email: 'b', tags: [UNKNOWN, 'x'] },
            beforeSensitive: [['values', 'a']],
            afterSensitive: [['values']],
            replacePaths: [['email']],
            fields: [{ path: ['email'], why: 'configuration' }],
            construct: 'fleet/all',
          }),
          change({ action: 'delete', reason: 'delete_by_request', before: { id: '1' } }),
        ],
        outputs: [
          { name: 'open', action: 'update', before: 'a', after: 'b', sensitive: false },
          { name: 'shut', action: 'create', before: null, after: 'secret3', sensitive: true },
        ],
        scope: {
          ...plan({}).scope,
          variables: { v: new Sensitive('secret4'), n: parseNumber('9007199254740993') ?? 0 },
        },
      }),
      { applyable: true, read },
    ),
  )
  const [first, second] = json.resource_changes as Record<string, unknown>[]

  it('names its format', () => {
    expect(json.format_version).toBe('1.2')
  })

  it('gives a change its identity and its actions in order', () => {
    expect(first).toMatchObject({
      address: 'tavio_user.all["k"]',
      mode: 'managed',
      type: 'tavio_user',
      name: 'all',
      index: 'k',
      provider_name: 'registry.terraform.io/hubform/tavio',
      action_reason: 'replace_because_cannot_update',
      hubform: { construct: 'fleet/all', fields: [{ path: 'email', why: 'configuration' }] },
    })
    expect(first?.change).toMatchObject({ actions: ['create', 'delete'] })
  })

  it('leaves unknown attributes out, makes sensitive ones null, and says where both are', () => {
    expect(first?.change).toEqual({
      actions: ['create', 'delete'],
      before: { id: '1', values: { a: null }, email: 'a', tags: ['x'] },
      after: { values: null, email: 'b', tags: [null, 'x'] },
      after_unknown: { id: true, values: {}, tags: [true, false] },
      before_sensitive: { values: { a: true }, tags: [false] },
      after_sensitive: { values: true, tags: [false, false] },
      replace_paths: [['email']],
    })
  })

  it('gives the patch of a change, without what is in an attribute that holds a secret', () => {
    const patched = planJson(
      plan({
        changes: [
          change({
            action: 'update',
            afterSensitive: [['values', 'a']],
            patch: [
              { op: 'replace', path: '/email', value: 'b' },
              { op: 'replace', path: '/values/b', value: 'secret' },
              { op: 'remove', path: '/values/c' },
            ],
          }),
        ],
      }),
      { applyable: true, read },
    )
    expect(written(patched)).toMatchObject({
      resource_changes: [
        {
          hubform: {
            patch: [
              { op: 'replace', path: '/email', value: 'b' },
              { op: 'replace', path: '/values/b', value: null },
              { op: 'remove', path: '/values/c' },
            ],
          },
        },
      ],
    })
  })

  it("says nothing in Terraform's words that Terraform has no word for", () => {
    expect(second).not.toHaveProperty('action_reason')
    expect(second).toMatchObject({ hubform: { reason: 'delete_by_request' } })
    expect(second?.change).toMatchObject({ after: null, after_sensitive: false, after_unknown: {} })
  })

  it('hides sensitive outputs and variables', () => {
    expect(json.output_changes).toMatchObject({
      open: { before: 'a', after: 'b', after_sensitive: false },
      shut: { before: null, after: null, after_sensitive: true },
    })
    expect(JSON.stringify(json)).not.toContain('secret')
  })

  it('keeps numbers exact', () => {
    const text = JSON.stringify(
      planJson(
        plan({ scope: { ...plan({}).scope, variables: { n: parseNumber('9007199254740993') ?? 0 } } }),
        { applyable: false, read },
      ),
    )
    expect(text).toContain('"n":{"value":9007199254740993}')
  })
})
