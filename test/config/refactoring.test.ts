import { describe, expect, it } from 'vitest'
import { formatAddress } from '../../src/address.ts'
import { checkReferences } from '../../src/config/check.ts'
import { decodeConfig } from '../../src/config/load.ts'
import { DiagnosticError } from '../../src/diagnostics.ts'

const resource = { a_b: { x: {}, y: { for_each: '${toset(["k"])}' } } }
const decode = (file: object) =>
  decodeConfig('/p', [{ path: 'a.tf.json', text: JSON.stringify({ resource, ...file }) }])

/** Summaries and details of what is wrong. */
function mistakes(file: object): string {
  try {
    return checkReferences(decode(file))
      .map(({ summary, detail }) => `${summary}: ${detail}`)
      .join('\n')
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error
    return error.message
  }
}

describe('moved blocks', () => {
  it('are read one by one or in a list', () => {
    const one = { from: 'a_b.v', to: 'a_b.x' }
    expect(decode({ moved: one }).moved).toEqual(decode({ moved: [one] }).moved)
  })

  it('come after those that lead to where they start', () => {
    const { moved = [] } = decode({
      moved: [
        { from: 'a_b.w', to: 'a_b.x' },
        { from: 'a_b.v[0]', to: 'a_b.w[0]' },
        { from: 'a_b.u', to: 'a_b.v' },
      ],
    })
    expect(moved.map(({ from }) => formatAddress(from))).toEqual(['a_b.u', 'a_b.v[0]', 'a_b.w'])
  })

  it.each([
    ['no target', { from: 'a_b.v' }, 'Missing required argument: "to" is not set'],
    ['a template', { from: '${a_b.v}', to: 'a_b.x' }, 'without "${" and "}"'],
    ['data', { from: 'data.a_b.v', to: 'a_b.x' }, 'is a data source'],
    ['a module', { from: 'module.m.a_b.v', to: 'a_b.x' }, 'Not handled yet: module.m.a_b.v is in a module'],
    ['another type', { from: 'a_c.v', to: 'a_b.x' }, 'Resource types differ: A a_c cannot become a a_b'],
    ['a list', { from: ['a_b.v'], to: 'a_b.x' }, 'must be one address'],
    ['more', { from: 'a_b.v', to: 'a_b.x', id: 1 }, 'Unknown argument'],
    ['itself', { from: 'a_b.v', to: 'a_b.v' }, 'Redundant move statement'],
    ['what is still there', { from: 'a_b.x', to: 'a_b.z' }, 'Moved object still exists'],
    [
      'a circle',
      [
        { from: 'a_b.v', to: 'a_b.w' },
        { from: 'a_b.w', to: 'a_b.v' },
      ],
      'Cyclic move statements: These "moved" blocks run in a circle',
    ],
    [
      'two ends',
      [
        { from: 'a_b.v', to: 'a_b.x' },
        { from: 'a_b.v', to: 'a_b.w' },
      ],
      'Ambiguous move statements: One "moved" block leads from a_b.v to a_b.x, another from a_b.v to a_b.w',
    ],
  ])('with %s are refused', (_name, moved, message) => {
    expect(mistakes({ moved })).toContain(message)
  })
})

describe('removed blocks', () => {
  it.each([
    ['nothing said', undefined, true],
    ['destroy = false', { destroy: false }, false],
    ['destroy = "false"', [{ destroy: 'false' }], false],
  ])('with %s', (_name, lifecycle, destroy) => {
    expect(decode({ removed: { from: 'a_b.v', lifecycle } }).removed?.[0]?.destroy).toBe(destroy)
  })

  it.each([
    ['an instance', { from: 'a_b.v[0]' }, 'names one instance'],
    ['data', { from: 'data.a_b.v' }, 'is a data source'],
    ['what is still there', { from: 'a_b.x' }, 'Removed resource still exists'],
    ['a provisioner', { from: 'a_b.v', provisioner: { 'local-exec': {} } }, 'is not handled by Hubform yet'],
    ['an expression', { from: 'a_b.v', lifecycle: { destroy: '${var.x}' } }, 'must be true or false'],
  ])('with %s are refused', (_name, removed, message) => {
    expect(mistakes({ removed })).toContain(message)
  })
})

describe('import blocks', () => {
  it.each([
    ['no id', { to: 'a_b.x' }, 'Missing required argument: "id" is not set'],
    ['no such block', { to: 'a_b.z', id: '1' }, 'Import target not declared'],
    ['a broken key', { to: 'a_b.x[', id: '1' }, 'Invalid address'],
    ['a provider', { to: 'a_b.x', id: '1', provider: 'a.other' }, 'A "provider" in an "import" block'],
    ['each without for_each', { to: 'a_b.x', id: '${each.key}' }, 'Invalid each reference'],
    ['an undeclared name', { to: 'a_b.x', id: '${var.nope}' }, 'Reference to undeclared variable'],
    ['itself', { to: 'a_b.x', id: '${a_b.x.id}' }, 'it refers to itself'],
  ])('with %s are refused', (_name, file, message) => {
    expect(mistakes({ import: file })).toContain(message)
  })

  it('may name instances by each', () => {
    expect(mistakes({ import: { to: 'a_b.y[each.key]', id: '${each.value}', for_each: { k: 'id' } } })).toBe(
      '',
    )
  })
})
