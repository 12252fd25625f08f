import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generatedFolders, generatedPages } from '../../docs/generate.ts'
import { verbs } from '../../src/cli/verbs.ts'
import { functions } from '../../src/expression/functions/table.ts'
import { fileOf } from '../../src/provider/docs.ts'
import type { Note } from '../../src/provider/resource.ts'
import { nestingOf } from '../../src/provider/schema-json.ts'
import type { Attribute, Attributes } from '../../src/schema/attribute.ts'
import { tavio } from '../../src/systems/tavio/provider.ts'
import { documentedAttributes, documentedNotes } from './sources.ts'

const docs = join(import.meta.dirname, '../../docs')
const pages = await generatedPages()

const subjects = [
  ...Object.values(tavio.resources).map((definition) => ({ kind: 'resource', definition }) as const),
  ...Object.values(tavio.dataSources).map((definition) => ({ kind: 'data source', definition }) as const),
  ...Object.values(tavio.ephemeralResources ?? {}).map(
    (definition) => ({ kind: 'ephemeral resource', definition }) as const,
  ),
].map(({ kind, definition }) => ({
  page: fileOf({ kind, definition, provider: tavio }),
  kind,
  definition,
}))
const schemas: readonly { page: string; attributes: Attributes; notes: readonly Note[] }[] = [
  { page: 'README.md', attributes: tavio.schema.attributes, notes: tavio.notes ?? [] },
  ...subjects.map(({ page, definition: { schema, notes = [] } }) => ({
    page,
    attributes: schema.attributes,
    notes,
  })),
]
const attributes = schemas.flatMap(({ page, attributes: all }) =>
  flat(all).map(([name, attribute]) => ({ page, name, attribute })),
)
const notes = schemas.flatMap(({ page, notes: all }) => all.map((note) => ({ page, ...note })))

function flat(all: Attributes, prefix = ''): (readonly [string, Attribute])[] {
  return Object.entries(all).flatMap(([name, attribute]) => [
    [prefix + name, attribute] as const,
    ...flat(nestingOf(attribute.type)?.attributes ?? {}, `${prefix}${name}.`),
  ])
}

function read(path: string): string | undefined {
  try {
    return readFileSync(join(docs, path), 'utf8')
  } catch {
    return undefined
  }
}

describe('the generated docs', () => {
  it.each([...pages.keys()])('%s is up to date', (path) => {
    expect(read(path) === pages.get(path), `docs/${path} is not up to date. Run: npm run docs`).toBe(true)
  })

  it.each(generatedFolders)('docs/%s holds nothing else', (folder) => {
    const extra = readdirSync(join(docs, folder)).filter((file) => !pages.has(`${folder}/${file}`))
    expect(extra, `Run: npm run docs`).toEqual([])
  })

  it.each(subjects)('$definition.type, a $kind, has a page that the index names', ({ page, definition }) => {
    expect(pages.get(`tavio/${page}`)).toContain(`\`${definition.type}\``)
    expect(pages.get('tavio/README.md')).toContain(`](${page})`)
  })

  it.each(subjects)('the page of $definition.type, a $kind, has an example', ({ page, definition }) => {
    expect(definition.example).toBeDefined()
    expect(pages.get(`tavio/${page}`)).toMatch(/```json\n[\s\S]*```ts\n/)
  })

  it.each(subjects.filter(({ kind }) => kind === 'resource'))(
    'the page of $definition.type says how to import it',
    ({ page }) => {
      expect(pages.get(`tavio/${page}`)).toMatch(/hubform import \S+ '\S/)
    },
  )

  it('name every function and every verb', () => {
    for (const name of functions.keys()) expect(pages.get('expressions.md')).toContain(`- \`${name}(`)
    for (const name of Object.keys(verbs)) expect(pages.get('cli.md')).toContain(`\n## hubform ${name}\n`)
  })
})

describe('what the docs say of Tavio', () => {
  it.each(attributes)('$page: $name is described by a sentence, with its evidence', ({ attribute }) => {
    expect(attribute.description).toMatch(/^[A-Z].*\.$/)
    expect(attribute.evidence).toMatch(/^(documented|inferred)$/)
  })

  it.each(attributes.filter(({ attribute }) => attribute.evidence === 'documented'))(
    '$page: $name is called documented, and a public text has it',
    ({ page, name }) => {
      expect(documentedAttributes[page]?.[name], `add its source to test/docs/sources.ts`).toBeDefined()
    },
  )

  it('leaves nothing documented called inferred', () => {
    const known = Object.entries(documentedAttributes).flatMap(([page, names]) =>
      Object.keys(names).map((name) => `${page} ${name}`),
    )
    const called = attributes
      .filter(({ attribute }) => attribute.evidence === 'documented')
      .map(({ page, name }) => `${page} ${name}`)
    expect(known.filter((name) => !called.includes(name))).toEqual([])
  })

  it.each(notes)('$page: "$text" is made of full sentences', ({ text }) => {
    expect(text).toMatch(/^[A-Z].*\.$/)
  })

  it.each(notes.filter(({ evidence }) => evidence === 'documented'))(
    '$page: "$text" is called documented, and a public text says so',
    ({ text }) => {
      const found = Object.keys(documentedNotes).find((beginning) => text.startsWith(beginning))
      expect(found, `add its source to test/docs/sources.ts`).toBeDefined()
    },
  )

  it.each(subjects)('$definition.type, a $kind, says how it behaves', ({ definition }) => {
    expect(definition.notes?.length).toBeGreaterThan(0)
  })

  it('marks every row with the evidence of its attribute', () => {
    for (const { page, name, attribute } of attributes) {
      const last = name.split('.').at(-1)
      const rows = (pages.get(`tavio/${page}`) ?? '')
        .split('\n')
        .filter((line) => line.startsWith(`| \`${last}\` |`))
      expect(rows.some((row) => row.split(' | ').at(-2) === attribute.evidence)).toBe(true)
    }
  })
})
