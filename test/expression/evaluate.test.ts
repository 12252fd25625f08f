import { describe, expect, it } from 'vitest'
import { errorOf, resultOf, scopeOf } from './table.ts'

const scope = scopeOf({
  resource: ({ mode, type, name }) =>
    mode === 'managed' && type === 'tavio_user' && name === 'ada'
      ? { id: 'u1', email: 'ada@example.org' }
      : undefined,
  variable: (name) => (name === 'none' ? null : undefined),
  local: (name) => (name === 'list' ? [{ id: 1 }, { id: 2 }] : undefined),
  each: { key: 'k', value: { v: 1 } },
  count: { index: 3 },
  self: { id: 's' },
  workspace: 'prod',
})

describe('names', () => {
  it.each([
    ['tavio_user.ada.id', 'u1'],
    ['tavio_user.ada["email"]', 'ada@example.org'],
    ['var.none', null],
    ['local.list[1].id', 2],
    ['local.list[*].id', [1, 2]],
    ['"${each.key}-${each.value.v}"', 'k-1'],
    ['count.index + 1', 4],
    ['self.id', 's'],
    ['terraform.workspace', 'prod'],
    ['path.module', '.'],
    ['[for x in [null, 1] : x]', [null, 1]],
    ['[{ a = null }][*].a', [null]],
  ])('%s', (text, value) => {
    expect(resultOf(text, scope)).toEqual(value)
  })
})

describe('errors', () => {
  const cases: readonly (readonly [text: string, summary: string, detail: string])[] = [
    ['tavio_user.bob.id', 'Reference to undeclared resource', 'tavio_user.bob is not declared'],
    ['var.x', 'Reference to undeclared input variable', 'The variable "x" is not declared'],
    ['local.x', 'Reference to undeclared local value', '"x"'],
    [
      'tavio_user.ada.emial',
      'Unsupported attribute',
      'tavio_user.ada.emial: There is no attribute named "emial". Did you mean "email"?',
    ],
    ['tavio_user.ada["emial"]', 'Invalid index', 'Did you mean "email"?'],
    ['local.list.id', 'Unsupported attribute', 'Use an index, or [*].id for all elements.'],
    ['local.list[2]', 'Invalid index', 'the list has 2'],
    ['var.none.x', 'Attempt to get attribute from null value', 'var.none.x'],
    ['module.m.x', 'Unsupported reference', 'does not handle module.m yet'],
    ['uper("a")', 'Unknown function', 'no function named "uper". Did you mean "upper"?'],
    ['tryy(1)', 'Unknown function', 'Did you mean "try"?'],
    [
      'substr("a", 1)',
      'Not enough function arguments',
      '"length" is missing. substr takes str, offset, length.',
    ],
    ['lower("a", "b")', 'Too many function arguments', 'lower takes only str.'],
    [
      'lower([])',
      'Invalid function argument',
      'lower([]): The argument "str" is not valid: string required.',
    ],
    [
      'join(",", ["a", null])',
      'Invalid function argument',
      'The argument "lists" is not valid: element 1 is null',
    ],
    ['1 + [2]', 'Invalid operand', '1 + [2]: Unsuitable value for the right operand: number required.'],
    ['1 / 0', 'Operation failed', '1 / 0: division by zero'],
    ['"x${[]}"', 'Invalid template interpolation value', 'Use jsonencode() or join().'],
    ['[for x in 5 : x]', 'Iteration over non-iterable value', '5: a number cannot be iterated over'],
    ['{for x in ["a", "a"] : x => 1}', 'Duplicate object key', 'the key "a"'],
    ['true ? [] : {}', 'Inconsistent conditional result types', 'one is a list, the other an object'],
    ['try(null.a, [][0])', 'Error in function call', '- null.a'],
  ]
  it.each(cases)('%s', (text, summary, detail) => {
    const error = errorOf(() => resultOf(text, scope))
    expect(error.summary).toBe(summary)
    expect(error.detail).toContain(detail)
  })

  it.each([
    ['each.key', 'Reference to "each" in context without for_each'],
    ['count.index', 'Reference to "count" in non-counted context'],
    ['self.id', 'Invalid "self" reference'],
  ])('%s is refused where there is none', (text, summary) => {
    expect(errorOf(() => resultOf(text)).summary).toBe(summary)
  })

  it('cut a long expression', () => {
    const { detail } = errorOf(() => resultOf(`lower([${'"abcdefgh", '.repeat(40)}])`))
    expect(detail.length).toBeLessThan(250)
    expect(detail).toContain('…')
  })
})

describe('files', () => {
  const files: Readonly<Record<string, string>> = {
    'a.txt': 'hello',
    't.tpl': '%{ for x in l }${x}${n};%{ endfor }',
  }
  const withFiles = scopeOf({
    readFile: (path) => {
      const found = files[path]
      if (found === undefined) throw new Error(`ENOENT ${path}`)
      return found
    },
  })

  it.each([
    ['file("a.txt")', 'hello'],
    ['filebase64("a.txt")', 'aGVsbG8='],
    ['fileexists("a.txt")', true],
    ['fileexists("b.txt")', false],
    ['filemd5("a.txt")', '5d41402abc4b2a76b9719d911017c592'],
    ['filesha256("a.txt")', '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'],
    ['templatefile("t.tpl", { l = ["a", "b"], n = 1 })', 'a1;b1;'],
    ['basename("a/b/")', 'b'],
    ['basename("/")', '/'],
    ['basename("")', '.'],
    ['dirname("a//b/../c")', 'a'],
    ['dirname("a/")', 'a'],
    ['dirname("c")', '.'],
    ['abspath("x/../y")', '/home/y'],
  ])('%s', (text, value) => {
    expect(resultOf(text, withFiles)).toEqual(value)
  })

  it('say what is missing', () => {
    expect(errorOf(() => resultOf('file("b.txt")', withFiles)).summary).toBe('Invalid function argument')
    expect(errorOf(() => resultOf('file("a.txt")')).detail).toContain('files cannot be read here')
    expect(errorOf(() => resultOf('templatefile("t.tpl", {})', withFiles)).detail).toContain('"l" alone')
  })
})
