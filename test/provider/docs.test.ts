import { describe, expect, it } from 'vitest'
import { providerDocs } from '../../src/provider/docs.ts'
import { equivalenceWords, ruleWords } from '../../src/provider/docs-words.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { defineResource } from '../../src/provider/resource.ts'
import { type Attribute, map, schema, string } from '../../src/schema/attribute.ts'

describe('rules of an attribute in words', () => {
  const cases: readonly { name: string; attribute: Attribute; words: string; because: string }[] = [
    {
      name: 'default',
      attribute: string.optional('.', { default: 'a' }),
      words: 'Default: `"a"`.',
      because: 'as JSON, so that a text is told from a number',
    },
    {
      name: 'replace',
      attribute: string.required('.', { replace: true }),
      words: 'A change makes a new object.',
      because: 'people must know before they change it',
    },
    {
      name: 'write-only',
      attribute: string.optional('.', { sensitive: true, writeOnly: true }),
      words: 'Write-only: never in plan or state.',
      because: 'this says more than sensitive does',
    },
    {
      name: 'case',
      attribute: string.required('.', {
        equivalent: (a, b) => String(a).toLowerCase() === String(b).toLowerCase(),
      }),
      words: 'Upper and lower case are the same.',
      because: 'the comparison was asked',
    },
    {
      name: 'empty',
      attribute: string.optional('.', { equivalent: (a, b) => (a ?? '') === (b ?? '') }),
      words: 'Unset and empty are the same.',
      because: 'the comparison was asked',
    },
    {
      name: 'empty map',
      attribute: map(string).optional('.', {
        equivalent: (a, b) => JSON.stringify(a ?? {}) === JSON.stringify(b ?? {}),
      }),
      words: 'Unset and empty are the same.',
      because: 'what is empty depends on the type',
    },
    {
      name: 'untold',
      attribute: string.optional('.', { equivalent: (a) => a === null }),
      words: 'Known from configuration only; the service does not tell it.',
      because: 'nothing read differs from anything configured',
    },
    { name: 'none', attribute: string.computed('.'), words: '', because: 'there is nothing to say' },
  ]
  it.each(cases)('$name: $because', ({ attribute, words }) => {
    expect(ruleWords(attribute)).toBe(words)
  })

  it('a comparison there are no words for is an error, not a silence', () => {
    const odd = string.optional('.', { equivalent: (a, b) => a === 'x' && b === 'y' })
    expect(() => equivalenceWords(odd)).toThrow('no words for')
  })
})

describe('pages of a provider', () => {
  const thing = defineResource<unknown>()({
    type: 'shop_cart_item',
    schema: schema(
      {
        name: string.required('With a | in it.', { evidence: 'inferred' }),
        id: string.computed('Of the item.', { evidence: 'documented' }),
      },
      { description: 'One of cart_items.' },
    ),
    read: async () => undefined,
    create: async () => ({ name: '', id: null }),
    delete: async () => {},
    example: { name: '${shop_cart_item.other.name}' },
  })
  const shop: Provider = {
    name: 'shop',
    source: 'acme/shop',
    version: '1.0.0',
    schema: schema({}),
    configure: () => {
      throw new Error('docs must not connect')
    },
    resources: { shop_cart_item: thing },
    dataSources: {},
  }
  const pages = providerDocs(shop)
  const page = pages.get('cart-item.md') ?? ''

  it('have file names without prefix and underscores', () => {
    expect([...pages.keys()]).toEqual(['README.md', 'cart-item.md'])
  })

  it('keep a table whole whatever a description holds', () => {
    expect(page).toContain('| `name` | string | required | With a \\| in it. | inferred |  |')
  })

  it('call an example as others call it', () => {
    expect(page).toContain('"other"')
    expect(page).toContain("new CartItem(this, 'other', {\n  name: cartItem.name,\n})")
  })

  it('say so when there is no import', () => {
    expect(page).toContain('Cannot be imported.')
  })

  it('show names as code', () => {
    expect(page).toContain('One of `cart_items`.')
  })
})
