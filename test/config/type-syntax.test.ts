import { describe, expect, it } from 'vitest'
import { parseType } from '../../src/config/type-syntax.ts'
import { typeToJson } from '../../src/schema/type.ts'

const jsonOf = (text: string) => {
  const result = parseType(text)
  return 'type' in result ? typeToJson(result.type) : result.mistake
}

describe('a type constraint', () => {
  it.each([
    { text: 'string', type: 'string' },
    { text: ' bool ', type: 'bool' },
    { text: 'any', type: 'dynamic' },
    { text: 'list', type: ['list', 'dynamic'] },
    { text: 'map', type: ['map', 'dynamic'] },
    { text: 'set(number)', type: ['set', 'number'] },
    { text: 'map(list(any))', type: ['map', ['list', 'dynamic']] },
    { text: 'list(string,)', type: ['list', 'string'] },
    { text: 'tuple([string, bool,])', type: ['tuple', ['string', 'bool']] },
    { text: 'tuple([])', type: ['tuple', []] },
    { text: 'object({})', type: ['object', {}] },
    { text: 'object({ a = string, b : number, })', type: ['object', { a: 'string', b: 'number' }] },
    {
      text: 'object({\n  a = string # first\n  o = list(bool)\n})',
      type: ['object', { a: 'string', o: ['list', 'bool'] }],
    },
    {
      text: 'object({ optional = string, option = bool })',
      type: ['object', { optional: 'string', option: 'bool' }],
    },
  ])('$text is read', ({ text, type }) => {
    expect(jsonOf(text)).toEqual(type)
  })

  it('has optional attributes, with or without a default', () => {
    const result = parseType(
      'object({ a = optional(number), b = optional(list(string), ["x", "(y"]), c = optional(bool, "true") })',
    )
    expect(result).toMatchObject({
      type: {
        attributes: {
          a: { mode: 'optional', type: { kind: 'number' } },
          b: { mode: 'optional', default: ['x', '(y'] },
          c: { mode: 'optional', default: true },
        },
      },
    })
  })

  it.each([
    { text: 'strin', says: 'there is no type "strin"; did you mean "string"' },
    { text: '"string"', says: 'a type is expected before ""string""' },
    { text: '', says: 'a type is expected at the end' },
    { text: 'set', says: '"set" needs the type of what is in it, such as set(string)' },
    { text: 'object', says: 'such as object({ name = string })' },
    { text: 'list(string', says: '")" is expected at the end' },
    { text: 'list(string) x', says: '"x" is left over after the type' },
    { text: 'list(optional(string))', says: '"optional" can only stand in the attributes of an object type' },
    { text: 'object({ a = string b = string })', says: '"," is expected before "b = string })"' },
    { text: 'object({ "a" = string })', says: 'an attribute name is expected before ""a" = string })"' },
    { text: 'object({ a = string, a = bool })', says: 'the attribute "a" is given twice' },
    {
      text: 'object({ a = optional(number, "x") })',
      says: 'the default "x" does not fit: it must be a number, but is a string',
    },
    { text: 'object({ a = optional(number, var.x) })', says: 'cannot refer to anything' },
    { text: 'object({ a = optional(string, upper("x")) })', says: 'cannot call functions' },
    { text: 'object({ a = optional(number, (1) })', says: 'a parenthesis is not closed' },
    { text: '${string}', says: 'a type is expected before "${string}"' },
  ])('$text is refused', ({ text, says }) => {
    expect(jsonOf(text)).toContain(says)
  })
})
