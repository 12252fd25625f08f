import { describe, expect, it } from 'vitest'
import { dependenciesToRecord } from '../../src/engine/dependencies.ts'

const graph: { readonly [block: string]: readonly string[] } = {
  'x.a': [],
  'x.b': ['x.a'],
  'x.c': ['x.b'],
  'data.x.d': ['x.c', 'data.x.e'],
  'data.x.e': ['x.a'],
  'x.f': ['data.x.d'],
}
const dependencies = (block: string) => new Set(graph[block] ?? [])

describe('dependenciesToRecord', () => {
  it.each([
    { block: 'x.c', recorded: undefined, expected: ['x.b'], because: 'what is further down says so itself' },
    {
      block: 'x.f',
      recorded: undefined,
      expected: ['data.x.d', 'data.x.e', 'x.a', 'x.c'],
      because: 'data goes first, and what it refers to must not',
    },
    { block: 'data.x.d', recorded: ['x.c'], expected: [], because: 'nothing is destroyed with data' },
    { block: 'x.c', recorded: ['x.a', 'x.b'], expected: ['x.a', 'x.b'], because: 'Terraform wrote it' },
    { block: 'x.c', recorded: ['x.b', 'x.z'], expected: ['x.b'], because: 'there is no x.z any more' },
    { block: 'x.c', recorded: ['x.a'], expected: ['x.b'], because: 'something is missing' },
  ])('$block, recorded $recorded: $because', ({ block, recorded, expected }) => {
    expect(dependenciesToRecord(block, dependencies, recorded)).toEqual(expected)
  })
})
