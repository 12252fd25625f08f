// The examples in the docs are right: as Terraform JSON by the schemas, as constructs by the compiler.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, describe, expect, it } from 'vitest'
import { generatedPages } from '../../docs/generate.ts'
import { constructExample } from '../../src/provider/docs-example.ts'
import { tavio } from '../../src/systems/tavio/provider.ts'

const root = join(import.meta.dirname, '../..')
const scratch = mkdtempSync(join(root, 'node_modules', '.docs-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

describe('examples in Terraform JSON', () => {
  const subjects = [...Object.values(tavio.resources), ...Object.values(tavio.dataSources)]

  it.each(subjects)(
    'that of $type sets what is required, and only what may be set',
    ({ example = {}, schema }) => {
      const required = Object.entries(schema.attributes).filter(([, { mode }]) => mode === 'required')
      expect(Object.keys(example)).toEqual(expect.arrayContaining(required.map(([name]) => name)))
      for (const name of Object.keys(example)) {
        expect(schema.attributes[name]?.mode ?? 'missing').toMatch(/^(required|optional|optionalComputed)$/)
      }
    },
  )
})

describe('examples as constructs', () => {
  it('compile against the generated bindings', async () => {
    const text = [...(await generatedPages())].flatMap(([path, page]) =>
      [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => ({ path, code })),
    )
    expect(text.length).toBeGreaterThan(10)
    const files = text.map(({ path, code }, i) => {
      const file = join(scratch, `${i}-${path.replaceAll(/\W/g, '-')}.ts`)
      writeFileSync(file, inStack(code))
      return file
    })
    expect(compile(files)).toEqual([])
  })

  it('may not be harder than one reference', () => {
    const place = {
      type: 'tavio_user',
      kind: 'resource',
      name: 'ada',
      attributes: tavio.resources['tavio_user']?.schema.attributes ?? {},
      provider: tavio,
    } as const
    expect(() => constructExample({ ...place, example: { email: '${var.a}@${var.b}' } })).toThrow(
      'example too hard to write',
    )
    expect(constructExample({ ...place, example: { email: "o'hara@acme.example" } })[0]).toContain(
      "email: 'o\\'hara@acme.example'",
    )
  })
})

/** As the text around it says, the constructs it refers to are made elsewhere. */
function inStack(code: string): string {
  const [imports = '', ...body] = code.split('\n\n')
  const elsewhere = {
    environment: 'Environment',
    user: 'User',
    configuration: 'Configuration',
    solution: 'DataTavioSolution',
  }
  return [
    imports,
    `import { TerraformStack, type TerraformVariable } from 'cdktf'`,
    `import type * as all from 'hubform/tavio'`,
    ...Object.entries(elsewhere).map(([name, type]) => `declare const ${name}: all.${type}`),
    'declare const apiKey: TerraformVariable',
    'export class Stack extends TerraformStack {',
    `  make() {\n${body.join('\n\n')}\n  }`,
    '}',
  ].join('\n')
}

function compile(files: readonly string[]): string[] {
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    paths: { 'hubform/tavio': [join(root, 'src/constructs/tavio.ts')] },
  })
  return files.flatMap((file) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => `${file}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`),
  )
}
