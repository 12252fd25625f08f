import { describe, expect, it } from 'vitest'
import { checkReferences } from '../../src/config/check.ts'
import { createLocate } from '../../src/config/locate.ts'
import { configOf } from './helpers.ts'

const check = (content: unknown) => checkReferences(configOf(content))
const resources = (blocks: object) => ({ resource: { a_b: blocks } })

describe('references', () => {
  it('that lead somewhere are no problem', () => {
    expect(
      check({
        provider: { a: [{ token: '${local.l}' }, { alias: 'other' }] },
        variable: { v: { default: 1, validation: { condition: '${var.v < 3}', error_message: 'No.' } } },
        locals: { l: '${var.v}' },
        data: { a_d: { d: { n: '${path.module} ${terraform.workspace}' } } },
        resource: {
          a_b: {
            one: { n: '${data.a_d.d.n}', provider: 'a.other' },
            many: { count: 2, n: '${count.index} ${a_b.one.n}' },
            each: {
              for_each: '${toset(["x"])}',
              n: '${each.key} ${each.value} ${a_b.many[0].n} ${a_b.many[*].n}',
            },
            last: { n: '${[for k, v in a_b.each : v.n]}', depends_on: ['a_b.many'] },
          },
        },
        output: { o: { value: '${a_b.each["x"].n}', depends_on: ['a_b.last'] } },
      }),
    ).toEqual([])
  })

  it.each([
    {
      name: 'an unknown resource',
      content: resources({ acme: {}, x: { n: '${a_b.acne.id}' } }),
      says: 'Reference to undeclared resource: a_b.x refers to a_b.acne, but no such resource is declared. Did you mean "a_b.acme"?',
    },
    {
      name: 'an unknown data source',
      content: resources({ x: { n: '${data.a_d.x.id}' } }),
      says: 'Reference to undeclared data source: a_b.x refers to data.a_d.x, but no such data source is declared.',
    },
    {
      name: 'an unknown variable',
      content: { variable: { region: {} }, ...resources({ x: { n: '${var.regoin}' } }) },
      says: 'Reference to undeclared variable: a_b.x refers to var.regoin, but no variable "regoin" is declared. Did you mean "var.region"?',
    },
    {
      name: 'an unknown local value',
      content: { output: { o: { value: '${local.x}' } } },
      says: 'Reference to undeclared local value: output.o refers to local.x, but no local value "x" is declared.',
    },
    {
      name: 'an unknown dependency',
      content: { output: { o: { value: 1, depends_on: ['a_b.x'] } } },
      says: 'Reference to undeclared resource: output.o refers to a_b.x',
    },
    {
      name: 'an unknown trigger',
      content: resources({ x: { lifecycle: { replace_triggered_by: ['a_b.y'] } } }),
      says: 'Reference to undeclared resource: a_b.x refers to a_b.y',
    },
    {
      name: 'an unknown name in a provider',
      content: { provider: { a: { t: '${var.t}' } } },
      says: 'Reference to undeclared variable: provider.a refers to var.t',
    },
    {
      name: 'an unknown name in count',
      content: resources({ x: { count: '${var.n}' } }),
      says: 'Reference to undeclared variable: a_b.x refers to var.n',
    },
    {
      name: 'an unknown name in for_each',
      content: resources({ x: { for_each: '${local.n}' } }),
      says: 'Reference to undeclared local value: a_b.x refers to local.n',
    },
    {
      name: 'an unknown name in a rule',
      content: { variable: { v: { validation: { condition: '${var.v != var.w}', error_message: 'No.' } } } },
      says: 'Reference to undeclared variable: var.v refers to var.w',
    },
    {
      name: 'a local value in a rule',
      content: {
        locals: { l: 1 },
        variable: { v: { validation: { condition: '${var.v != local.l}', error_message: 'No.' } } },
      },
      says: 'Not handled yet: A validation of var.v refers to local.l.',
    },
    {
      name: 'an unknown provider configuration',
      content: { provider: { a: { alias: 'other' } }, ...resources({ x: { provider: 'a.othr' } }) },
      says: 'Undeclared provider configuration: a_b.x uses the provider configuration a.othr, which is not declared. Did you mean "a.other"?',
    },
    {
      name: 'each without for_each',
      content: resources({ x: { count: 1, n: '${each.key}' } }),
      says: 'Invalid each reference: a_b.x uses each.key, but "for_each" is not set there.',
    },
    {
      name: 'each in its own for_each',
      content: resources({ x: { for_each: { a: '${each.key}' } } }),
      says: 'Invalid each reference: a_b.x uses each.key, but "for_each" has no meaning in "for_each".',
    },
    {
      name: 'count without count',
      content: { output: { o: { value: '${count.index}' } } },
      says: 'Invalid count reference: output.o uses count.index, but "count" is not set there.',
    },
    {
      name: 'self',
      content: resources({ x: { n: '${self.id}' } }),
      says: 'Invalid self reference: a_b.x uses "self"',
    },
    {
      name: 'a module',
      content: resources({ x: { n: '${module.m.id}' } }),
      says: 'Not handled yet: a_b.x refers to module.m, which is not handled by Hubform yet.',
    },
    {
      name: 'an index of a single block',
      content: resources({ y: {}, x: { n: '${a_b.y[0].id}' } }),
      says: 'Invalid instance key: a_b.x refers to a_b.y[0], but a_b.y has neither "count" nor "for_each".',
    },
    {
      name: 'an attribute of a counted block',
      content: resources({ y: { count: 1 }, x: { n: '${a_b.y.id}' } }),
      says: 'Missing instance key: a_b.x refers to an attribute of a_b.y, which has "count" and so is a list.',
    },
  ])('are a problem: $name', ({ content, says }) => {
    const found = check(content)
    expect(found).toHaveLength(1)
    expect(`${found[0]?.summary}: ${found[0]?.detail}`).toContain(says)
  })

  it('are told once per block and name, at the attribute they are in', () => {
    const content = resources({ x: { n: 'ok', tags: { a: ['${var.t}', '${var.t}'] }, u: '${var.u}' } })
    const text = JSON.stringify(content, undefined, 2)
    const found = checkReferences(configOf(text))
    expect(found.map(({ where }) => where?.path)).toEqual([['tags', 'a', 0], ['u']])
    const locate = createLocate(() => text)
    expect(found.map(({ where = {} }) => locate(where).line)).toEqual([8, 12])
  })
})

describe('a cycle', () => {
  it.each([
    {
      name: 'of resources',
      content: resources({ a: { n: '${a_b.b.id}' }, b: { n: '${a_b.c.id}' }, c: { n: '${a_b.a.id}' } }),
      way: 'a_b.a -> a_b.b -> a_b.c -> a_b.a',
    },
    {
      name: 'through a local value',
      content: { ...resources({ a: { n: '${local.l}' } }), locals: { l: '${a_b.a.id}' } },
      way: 'a_b.a -> local.l -> a_b.a',
    },
    {
      name: 'through a provider',
      content: { provider: { a: { t: '${a_b.x.id}' } }, ...resources({ x: {} }) },
      way: 'a_b.x -> provider.a -> a_b.x',
    },
    {
      name: 'through depends_on',
      content: resources({ a: { depends_on: ['a_b.b'] }, b: { n: '${a_b.a.id}' } }),
      way: 'a_b.a -> a_b.b -> a_b.a',
    },
    {
      name: 'through count',
      content: resources({ a: { count: '${a_b.b.n}' }, b: { depends_on: ['a_b.a'] } }),
      way: 'a_b.a -> a_b.b -> a_b.a',
    },
    {
      name: 'of local values',
      content: { locals: { a: '${local.b}', b: '${local.a}' } },
      way: 'local.a -> local.b -> local.a',
    },
    {
      name: 'of one',
      content: resources({ a: { n: '${a_b.a.id}' } }),
      way: 'a_b.a -> a_b.a: it refers to itself',
    },
  ])('is named in order: $name', ({ content, way }) => {
    const found = check(content)
    expect(found.map(({ summary }) => summary)).toEqual(['Dependency cycle'])
    expect(found[0]?.detail.startsWith(way)).toBe(true)
    expect(found[0]?.where?.address).toBe(way.split(' ')[0])
  })

  it('of many is cut in the middle, and a long chain is none', () => {
    const chain = (first: string) =>
      resources(
        Object.fromEntries(
          Array.from({ length: 10_000 }, (_, i) => [`r${i}`, { n: i === 0 ? first : `\${a_b.r${i - 1}.n}` }]),
        ),
      )
    expect(check(chain(''))).toEqual([])
    const [found] = check(chain('${a_b.r9999.n}'))
    expect(found?.detail).toContain('a_b.r0 -> a_b.r9999 -> a_b.r9998')
    expect(found?.detail).toContain('(9981 more) -> a_b.r9')
    expect(found?.detail.length).toBeLessThan(600)
  })
})
