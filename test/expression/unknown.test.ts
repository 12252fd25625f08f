import { describe, expect, it } from 'vitest'
import { UNKNOWN, type Unknown, type Value } from '../../src/schema/value.ts'
import { resultOf, scopeOf } from './table.ts'

const U: Unknown = UNKNOWN
const scope = scopeOf({
  resource: () => ({ id: U, name: 'a', tags: [U, 'x'] }),
  local: (name) => (name === 'u' ? U : undefined),
})

describe('unknown values', () => {
  const cases: readonly (readonly [text: string, value: Value, because: string])[] = [
    ['t.x.name', 'a', 'known parts of an object stay known'],
    ['t.x.id', U, 'unknown parts are unknown'],
    ['local.u.anything[0].more', U, 'nothing is known of what is inside'],
    ['local.u[*].id', U, 'not even how many elements there are'],
    ['[t.x][*].id', [U], 'here the number is known'],
    ['"a${t.x.id}"', U, 'text with an unknown part'],
    ['"${t.x.id}"', U, 'a single insertion'],
    ['[1, t.x.id]', [1, U], 'a list keeps what is known'],
    ['{ a = t.x.id }', { a: U }, 'so does an object'],
    ['{ (t.x.id) = 1 }', U, 'unless its keys are unknown'],
    ['{ a = 1 }[t.x.id]', U, 'an unknown key'],
    ['[1, 2][local.u]', U, 'an unknown index'],
    ['t.x.id == "a"', U, 'equality with something unknown'],
    ['t.x.id == null', U, 'even with null'],
    ['[t.x.id, 1] == [1, 2]', U, 'the first unknown element decides'],
    ['[1, t.x.id] == [2, 2]', false, 'unless an earlier one differs'],
    ['[t.x.id] == [1, 2]', false, 'or the number of elements'],
    ['local.u + 1', U, 'arithmetic'],
    ['-local.u', U, 'negation'],
    ['false && t.x.id == "a"', U, 'both operands are needed'],
    ['true || t.x.id == "a"', U, 'here too'],
    ['t.x.id == "b" ? 1 : 2', U, 'an unknown condition'],
    ['t.x.id == "b" ? 1 : 1', 1, 'unless it makes no difference'],
    ['local.u ? null.a : 1', U, 'a branch that fails is not an error yet'],
    ['true ? t.x.id : "b"', U, 'the branch taken is unknown'],
    ['false ? t.x.id : "b"', 'b', 'the branch taken is known'],
    ['[for x in local.u : x]', U, 'an unknown collection'],
    ['[for x in t.x.tags : x]', [U, 'x'], 'unknown elements'],
    ['[for x in t.x.tags : x if x != "a"]', U, 'an unknown condition'],
    ['{ for x in t.x.tags : x => 1 }', U, 'an unknown key'],
    ['"%{ for x in t.x.tags }${x}%{ endfor }"', U, 'a loop with an unknown part'],
    ['upper(t.x.id)', U, 'functions'],
    ['upper(local.u...)', U, 'expanded arguments'],
    ['length(t.x.tags)', 2, 'the length of a list is known'],
    ['try(t.x.name, 1)', 'a', 'what can be evaluated and is known stands'],
    ['try([t.x.id, "a"], 1)', U, 'it may turn out to be impossible'],
    ['try(keys({ a = t.x.id }), 1)', ['a'], 'what comes of it counts, not what it was made of'],
    ['try({ a = t.x.id }.b, 5)', 5, 'what fails will fail'],
    ['can([t.x.id])', U, 'it may turn out to be impossible'],
    ['can(length([t.x.id]))', true, 'the length is known'],
    ['can({ a = t.x.id }.b)', false, 'what fails will fail'],
    ['length(toset([t.x.id, "a"]))', U, 'that of a set is not, as elements may be equal'],
    ['keys({ a = t.x.id })', ['a'], 'keys do not depend on values'],
    ['values({ a = t.x.id })', [U], 'values do'],
    ['lookup({ a = t.x.id }, "b", "d")', 'd', 'the element asked for decides'],
    ['merge({ a = 1 }, { b = t.x.id })', { a: 1, b: U }, 'merging keeps what is known'],
    ['merge({ a = 1 }, local.u)', U, 'but needs to know all keys'],
    ['concat([t.x.id], [1])', [U, 1], 'lists keep what is known'],
    ['flatten([[t.x.id], [1]])', U, 'an unknown element may be a list'],
    ['element([t.x.id, 1], 1)', 1, 'the element asked for decides'],
    ['one([t.x.id])', U, 'the only element is unknown'],
    ['join(",", ["a", t.x.id])', U, 'all elements are needed'],
    ['jsonencode([t.x.id])', U, 'all of the value is needed'],
    ['contains(["a", t.x.id], "a")', true, 'it has been found'],
    ['contains(["b", t.x.id], "a")', U, 'it may be the unknown one'],
    ['alltrue([false, local.u])', false, 'one false settles it'],
    ['alltrue([true, local.u])', U, 'the unknown one may be false'],
    ['anytrue([true, local.u])', true, 'one true settles it'],
    ['coalesce("a", t.x.id)', 'a', 'the first is good'],
    ['coalesce(t.x.id, "a")', U, 'the first may be null'],
    ['formatlist("%s", ["a", t.x.id])', ['a', U], 'element by element'],
    ['zipmap(["a"], [t.x.id])', { a: U }, 'only keys must be known'],
    ['nonsensitive(chunklist(sensitive(local.u), 2))', U, 'a list that is both unknown and secret'],
    ['can(t.x.id)', U, 'whether it will work is not known'],
    ['try(t.x.id, "d")', U, 'nor which one will be taken'],
    ['try(t.x.name, "d")', 'a', 'only what is used must be known'],
    ['try(null.a, "d")', 'd', 'a failure is known'],
    ['timestamp()', U, 'impure functions are unknown unless someone answers them'],
  ]
  it.each(cases)('%s', (text, value, because) => {
    expect(resultOf(text, scope), because).toEqual(value)
  })

  it('impure functions answer what they are told to', () => {
    expect(resultOf('uuid()', scopeOf({ impure: { uuid: () => 'u-1' } }))).toBe('u-1')
  })
})
