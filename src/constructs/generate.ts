// Build step: makes cdktf bindings from our own providers' schemas, without Terraform and without a network.
// Runs before the compiler; is not part of dist.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import type { Provider } from '../provider/provider.ts'
import { providerSchemaJson } from '../provider/schema-json.ts'

const FINGERPRINT = '.fingerprint'

/**
 * Makes bindings of a provider in every one of the folders, as JavaScript with declarations and an `index.js`.
 *
 * Does nothing where they are already there, made from the same schema by the same tools. The first folder must be
 * below a folder in which `cdktf` and `constructs` are installed. Returns whether anything was made.
 */
export async function generateBindings(
  provider: Provider,
  [folder, ...copies]: readonly [string, ...string[]],
): Promise<boolean> {
  const schema = JSON.stringify(providerSchemaJson([provider]))
  const fingerprint = fingerprintOf(schema)
  const stale = (path: string) =>
    !existsSync(join(path, FINGERPRINT)) || read(path, FINGERPRINT) !== fingerprint
  if (![folder, ...copies].some(stale)) return false
  if (stale(folder)) {
    rmSync(folder, { recursive: true, force: true })
    await emitTypeScript(provider, schema, folder)
    await compile(folder)
    writeFileSync(join(folder, FINGERPRINT), fingerprint)
  }
  for (const copy of copies.filter(stale)) {
    rmSync(copy, { recursive: true, force: true })
    mkdirSync(dirname(copy), { recursive: true })
    cpSync(folder, copy, { recursive: true })
  }
  return true
}

/** Changes with the schema, with this script, and with any of the tools it uses. */
function fingerprintOf(schema: string): string {
  const require = createRequire(import.meta.url)
  const versions = ['@cdktf/provider-generator', 'codemaker', 'cdktf', 'typescript'].map(
    (name) => (require(`${name}/package.json`) as { version: string }).version,
  )
  const script = readFileSync(import.meta.filename, 'utf8')
  return createHash('sha256')
    .update([schema, script, ...versions].join('\0'))
    .digest('hex')
}

async function emitTypeScript(provider: Provider, schema: string, folder: string): Promise<void> {
  // The generator's helpers look for a terraform binary and report to a service as soon as they are loaded. Neither
  // has any influence on what is generated.
  process.env['CHECKPOINT_DISABLE'] = '1'
  process.env['TERRAFORM_BINARY_NAME'] = join(folder, 'no-terraform')
  const [{ TerraformProviderGenerator }, { CodeMaker }] = await Promise.all([
    // Its main entry needs packages that it does not depend on.
    import('@cdktf/provider-generator/lib/get/generator/provider-generator.js'),
    import('codemaker'),
  ])
  const code = new CodeMaker()
  const generator = new TerraformProviderGenerator(code as never, JSON.parse(schema) as never)
  generator.generate({ name: provider.name, source: provider.source } as never)
  await generator.save(folder)
  const made = join(folder, 'providers', provider.name)
  for (const entry of readdirSync(made, { withFileTypes: true }).filter((it) => it.isDirectory())) {
    cpSync(join(made, entry.name), join(folder, entry.name), { recursive: true })
  }
  rmSync(join(folder, 'providers'), { recursive: true })
  for (const file of files(folder, '.md')) rmSync(join(folder, file))
  for (const file of files(folder, '.ts')) rewrite(folder, file, withoutRegistryLinks)
  writeFileSync(join(folder, 'index.ts'), indexOf(folder))
}

/** There is no page about us in Terraform's registry. */
function withoutRegistryLinks(text: string): string {
  return text
    .replaceAll(/^ *\*\n *\* Docs at Terraform Registry:.*\n/gm, '')
    .replaceAll(/^ *\* Docs at Terraform Registry:.*\n/gm, '')
    .replaceAll(/\{@link https:\/\/registry\.terraform\.io\S* ([^}]*)\}/g, '`$1`')
    .replaceAll(/^\/\/ https:\/\/registry\.terraform\.io.*\n/gm, '')
}

/** Classes and interfaces only; the generated conversion functions are of no use to a reader of completions. */
function indexOf(folder: string): string {
  const lines = files(folder, 'index.ts').map((file) => {
    const names = [...read(folder, file).matchAll(/^export (class|interface) (\w+)/gm)].map(
      ([, kind, name]) => (kind === 'class' ? name : `type ${name}`),
    )
    return `export { ${names.join(', ')} } from './${file.replace(/\.ts$/, '')}'\n`
  })
  return lines.join('')
}

async function compile(folder: string): Promise<void> {
  const { default: ts } = await import('typescript')
  const sources = files(folder, '.ts').map((file) => join(folder, file))
  // Generated code is not written for all of our strict flags, so it has options of its own.
  const program = ts.createProgram(sources, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    declaration: true,
    useDefineForClassFields: false,
    skipLibCheck: true,
    types: [],
    rootDir: folder,
    outDir: folder,
  })
  const problems = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics]
  if (problems.length > 0) {
    const host = {
      getCanonicalFileName: (f: string) => f,
      getCurrentDirectory: () => folder,
      getNewLine: () => '\n',
    }
    throw new Error(`generated bindings do not compile:\n${ts.formatDiagnostics(problems, host)}`)
  }
  for (const source of sources) rmSync(source)
  for (const file of [...files(folder, '.js'), ...files(folder, '.d.ts')])
    rewrite(folder, file, withExtensions(folder, file))
}

/** Node's ES modules are imported by file name; the generator imports folders and files without ending. */
function withExtensions(folder: string, file: string): (text: string) => string {
  const resolve = (path: string) =>
    existsSync(join(folder, dirname(file), `${path}.js`)) ? `${path}.js` : `${path}/index.js`
  return (text) =>
    text.replaceAll(
      /( from ['"])(\.\.?\/[^'"]+)(['"])/g,
      (_, before: string, path: string, after: string) => before + resolve(path) + after,
    )
}

function files(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile() && it.name.endsWith(ending))
    .map((it) => relative(folder, join(it.parentPath, it.name)))
    .sort()
}

function read(folder: string, file: string): string {
  return readFileSync(join(folder, file), 'utf8')
}

function rewrite(folder: string, file: string, change: (text: string) => string): void {
  writeFileSync(join(folder, file), change(read(folder, file)))
}

if (import.meta.main) {
  const { tavio } = await import('../systems/tavio/provider.ts')
  const root = join(import.meta.dirname, '../..')
  const made = await generateBindings(tavio, [
    join(root, 'src/constructs/generated'),
    join(root, 'dist/constructs/generated'),
  ])
  process.stdout.write(made ? 'bindings generated\n' : 'bindings unchanged\n')
}
