import { describe, expect, it } from 'vitest'
import { parseExpression, parseTemplate } from '../../src/expression/parse.ts'
import { type Reference, references } from '../../src/expression/references.ts'

const user = { root: 'resource', block: { mode: 'managed', type: 'tavio_user', name: 'ada' } }

function found(text: string): object[] {
  return references(parseExpression(text)).map(({ range: _range, ...rest }) => rest)
}

describe('references', () => {
  const cases: readonly (readonly [text: string, expected: readonly object[], because: string])[] = [
    ['tavio_user.ada', [{ ...user, path: [] }], 'the whole block'],
    ['tavio_user.ada.id', [{ ...user, path: ['id'] }], 'an attribute'],
    ['resource.tavio_user.ada.id', [{ ...user, path: ['id'] }], 'the long form means the same'],
    ['tavio_user.ada[0].id', [{ ...user, path: [0, 'id'] }], 'an index is a step'],
    ['tavio_user.ada["x"].id', [{ ...user, path: ['x', 'id'] }], 'so is a key'],
    ['tavio_user.ada[*].id', [{ ...user, path: [undefined, 'id'] }], 'a splat stands for any element'],
    ['tavio_user.ada.*.id', [{ ...user, path: [undefined, 'id'] }], 'in its old form too'],
    [
      'tavio_user.ada[each.key].id',
      [
        { ...user, path: [undefined, 'id'] },
        { root: 'each', name: 'key', path: [] },
      ],
      'a computed key is unknown here, and refers to something itself',
    ],
    [
      'data.tavio_solution.s.id',
      [{ root: 'resource', block: { mode: 'data', type: 'tavio_solution', name: 's' }, path: ['id'] }],
      'data sources',
    ],
    ['var.a.b', [{ root: 'variable', name: 'a', path: ['b'] }], 'variables'],
    ['local.a', [{ root: 'local', name: 'a', path: [] }], 'locals'],
    ['each.value.x', [{ root: 'each', name: 'value', path: ['x'] }], 'for_each'],
    ['count.index', [{ root: 'count', path: [] }], 'count'],
    ['self.id', [{ root: 'self', path: ['id'] }], 'self'],
    ['path.module', [{ root: 'path', name: 'module', path: [] }], 'path'],
    ['terraform.workspace', [{ root: 'terraform', name: 'workspace', path: [] }], 'workspace'],
    ['module.m.out', [{ root: 'unsupported', text: 'module.m', path: ['out'] }], 'not handled, but named'],
    [
      'ephemeral.a.b.c',
      [{ root: 'unsupported', text: 'ephemeral.a.b', path: ['c'] }],
      'not handled, but named',
    ],
    ['[for x in var.l : x.id]', [{ root: 'variable', name: 'l', path: [] }], 'a bound name is no reference'],
    [
      '[for tavio_user in var.l : tavio_user.ada]',
      [{ root: 'variable', name: 'l', path: [] }],
      'also when it hides a type',
    ],
    [
      'concat([for x in var.l : x], x.y)',
      [
        { root: 'variable', name: 'l', path: [] },
        { root: 'resource', block: { mode: 'managed', type: 'x', name: 'y' }, path: [] },
      ],
      'it is bound only inside the for',
    ],
    [
      '{ (local.k) = local.v, k = 1 }',
      [
        { root: 'local', name: 'k', path: [] },
        { root: 'local', name: 'v', path: [] },
      ],
      'a bare key is text',
    ],
    ['(tavio_user.ada).id', [{ ...user, path: ['id'] }], 'parentheses change nothing'],
    ['1 + 2', [], 'nothing is referred to'],
  ]
  it.each(cases)('%s', (text, expected, because) => {
    expect(found(text), because).toEqual(expected)
  })

  it('are found in directives and nested templates, in order', () => {
    const text = '%{for x in local.a}${x}${"${local.b}"}%{endfor}%{if local.c}${local.d}%{endif}'
    const names = references(parseTemplate(text)).map(
      (reference: Reference) => 'name' in reference && reference.name,
    )
    expect(names).toEqual(['a', 'b', 'c', 'd'])
  })
})
