import { describe, expect, it } from 'vitest'
import { didYouMean, suggest } from '../../src/schema/suggest.ts'

describe('a suggestion', () => {
  it.each([
    { name: 'titel', candidates: ['title', 'name'], expected: 'title', because: 'swapped neighbours' },
    { name: 'amdin', candidates: ['owner', 'admin'], expected: 'admin', because: 'swapped neighbours' },
    { name: 'Domain', candidates: ['domain'], expected: 'domain', because: 'only the case differs' },
    {
      name: 'descripton',
      candidates: ['description'],
      expected: 'description',
      because: 'a letter is missing',
    },
    { name: 'colour', candidates: ['domain', 'status'], expected: undefined, because: 'nothing is close' },
    { name: 'ab', candidates: ['cd'], expected: undefined, because: 'short names must be very close' },
  ])('for $name is $expected: $because', ({ name, candidates, expected }) => {
    expect(suggest(name, candidates)).toBe(expected)
  })

  it('is put into words that follow a sentence', () => {
    expect(didYouMean('titel', ['title'])).toBe(' Did you mean "title"?')
    expect(didYouMean('x', ['title'])).toBe('')
  })
})
