import { describe, expect, it } from 'vitest'
import { hasMark, unmark } from '../../src/schema/marks.ts'
import { Sensitive, UNKNOWN } from '../../src/schema/value.ts'
import { errorOf, resultOf, scopeOf } from './table.ts'

const scope = scopeOf({
  variable: () => new Sensitive('s3cret'),
  local: () => ({ open: 1, secret: new Sensitive('s3cret'), object: new Sensitive({ a: 1 }) }),
})

describe('sensitivity', () => {
  const cases: readonly (readonly [
    text: string,
    paths: readonly (readonly (string | number)[])[],
    because: string,
  ])[] = [
    ['var.s', [[]], 'the variable is'],
    ['local.l.open', [], 'its neighbour is not'],
    ['local.l', [['secret'], ['object']], 'marks stay where they are'],
    ['local.l.object.a', [[]], 'what is inside is, too'],
    ['"a${var.s}"', [[]], 'text made from it'],
    ['"%{ if var.s == "a" }x%{ endif }"', [[]], 'text that depends on it'],
    ['"%{ for c in [var.s] }${c}%{ endfor }"', [[]], 'text of a loop'],
    ['[1, var.s]', [[1]], 'a list keeps it on the element'],
    ['{ a = var.s }', [['a']], 'an object too'],
    ['{ (var.s) = 1 }', [[]], 'a key cannot carry it'],
    ['var.s == "x"', [[]], 'a comparison'],
    ['[var.s] == ["x"]', [[]], 'also of something inside'],
    ['sensitive(1) + 1', [[]], 'arithmetic'],
    ['-sensitive(1)', [[]], 'negation'],
    ['sensitive(true) ? 1 : 2', [[]], 'the condition'],
    ['true ? 1 : sensitive(2)', [[]], 'either branch'],
    ['[1][sensitive(0)]', [[]], 'the index'],
    ['sensitive([1, 2])[*]', [[]], 'a splat over it'],
    ['[for x in sensitive([1]) : x]', [[]], 'a loop over it'],
    ['[for x in [sensitive(1)] : 2]', [], 'only what is used of it counts'],
    ['[for x in [sensitive(1)] : 2 if x == 1]', [[]], 'the filter'],
    ['{ for x in [var.s] : x => 1 }', [[]], 'the key'],
    ['{ for x in [var.s] : "k" => x }', [['k']], 'the value'],
    ['upper(var.s)', [[]], 'functions'],
    ['upper([var.s]...)', [[]], 'expanded arguments'],
    ['jsonencode({ a = var.s })', [[]], 'what is deep inside an argument'],
    ['length([var.s])', [], 'the length of a list does not tell its elements'],
    ['length(sensitive([1]))', [[]], 'unless the list itself is marked'],
    ['keys({ a = var.s })', [], 'nor do keys'],
    ['values({ a = var.s })', [[0]], 'values keep it'],
    ['merge({ a = var.s }, { b = 1 })', [['a']], 'element by element'],
    ['concat([var.s], [1])', [[0]], 'element by element'],
    ['flatten([sensitive(["a"]), ["b"]])', [[]], 'a list that is dissolved'],
    ['zipmap([var.s], [1])', [[]], 'keys'],
    ['tolist([var.s, "b"])', [[0]], 'conversion keeps it'],
    ['toset([var.s, "b"])', [[]], 'a set as a whole'],
    ['lookup({ a = var.s, b = 1 }, "b")', [], 'the element asked for'],
    ['contains([var.s, "b"], "b")', [[]], 'all were looked at'],
    ['nonsensitive(var.s)', [], 'taken off by hand'],
    ['try(var.s, 1)', [[]], 'try hands it on'],
    ['can(var.s)', [], 'can tells nothing of it'],
    ['issensitive(var.s)', [], 'nor does this'],
  ]
  it.each(cases)('%s', (text, paths, because) => {
    expect(unmark(resultOf(text, scope)).sensitive, because).toEqual(paths)
  })

  it('is kept on unknown results', () => {
    const result = resultOf('upper(var.s)', scopeOf({ variable: () => new Sensitive(UNKNOWN) }))
    expect(result).toEqual(new Sensitive(UNKNOWN))
    expect(hasMark(result)).toBe(true)
  })

  it.each([
    'var.s + 1',
    'tonumber(var.s)',
    'parseint(var.s, 10)',
    'base64decode(var.s)',
    '{}[var.s]',
    'jsondecode(var.s)',
    '[for x in var.s : x]',
    '{ for x in [1, 2] : var.s => x }',
    'formatdate(var.s, var.s)',
    'regex(var.s, "a")',
    'file(var.s)',
    'cidrhost(var.s, 1)',
    'timeadd(var.s, var.s)',
    'uuidv5(var.s, "x")',
  ])('does not end up in the error of %s', (text) => {
    const { summary, detail } = errorOf(() => resultOf(text, scope))
    expect(summary + detail).not.toContain('s3cret')
  })
})
