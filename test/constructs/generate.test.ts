import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { generateBindings } from '../../src/constructs/generate.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { list, object, schema, string } from '../../src/schema/attribute.ts'

// Generated code imports cdktf, so it must be where Node finds it.
const modules = join(import.meta.dirname, '../../node_modules')
mkdirSync(modules, { recursive: true })
const scratch = mkdtempSync(join(modules, '.bindings-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const unused = () => {
  throw new Error('generating bindings must not use the provider')
}

function provider(description: string): Provider {
  const thing = schema({
    name: string.required(description),
    parts: list(object({ size: string.required('Its size.') })).optional('Its parts.'),
    id: string.computed('Its id.'),
  })
  return {
    name: 'hub',
    source: 'hubform/hub',
    version: '1.0.0',
    schema: schema({ token: string.optional('Signs in.', { sensitive: true }) }),
    configure: unused,
    resources: {
      hub_thing: { type: 'hub_thing', schema: thing, read: unused, create: unused, delete: unused },
    },
    dataSources: {},
  }
}

describe('generating bindings', () => {
  const first = join(scratch, 'first')
  const copy = join(scratch, 'deep/copy')

  it('makes modules that Node loads, in every folder', async () => {
    expect(await generateBindings(provider('Its name.'), [first, copy])).toBe(true)
    for (const folder of [first, copy]) {
      const made: unknown = await import(pathToFileURL(join(folder, 'index.js')).href)
      expect(made).toMatchObject({
        HubProvider: expect.any(Function),
        Thing: expect.any(Function),
        ThingPartsList: expect.any(Function),
      })
      expect(made).not.toHaveProperty('thingPartsToTerraform')
    }
  }, 30_000)

  it('leaves declarations that say what an attribute is, and no link to a page that does not exist', () => {
    const declarations = readFileSync(join(first, 'thing/index.d.ts'), 'utf8')
    expect(declarations).toContain('* Its name.')
    expect(declarations).toContain('readonly name: string;')
    expect(declarations).toContain('readonly parts?: ThingParts[] | cdktf.IResolvable;')
    expect(declarations).not.toContain('registry.terraform.io')
    expect(existsSync(join(first, 'thing/index.ts'))).toBe(false)
  })

  it('does nothing when nothing changed', async () => {
    writeFileSync(join(first, 'mark'), '')
    expect(await generateBindings(provider('Its name.'), [first, copy])).toBe(false)
    expect(existsSync(join(first, 'mark'))).toBe(true)
  })

  it('fills in a copy that is missing', async () => {
    rmSync(copy, { recursive: true })
    expect(await generateBindings(provider('Its name.'), [first, copy])).toBe(true)
    expect(existsSync(join(copy, 'index.js'))).toBe(true)
    expect(existsSync(join(first, 'mark'))).toBe(true)
  })

  it('starts anew when the schema changed', async () => {
    expect(await generateBindings(provider('Its new name.'), [first, copy])).toBe(true)
    expect(existsSync(join(first, 'mark'))).toBe(false)
    expect(readFileSync(join(copy, 'thing/index.d.ts'), 'utf8')).toContain('* Its new name.')
  }, 30_000)
})
