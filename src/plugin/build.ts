// Bundles each plugin into one executable file for Node: node src/plugin/build.ts
//
// Hosts start a plugin several times for each command and wait for its first line, so what is not needed for that line
// lies in the file as text, and is compiled with the call that needs it.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build, transform } from 'esbuild'
import { executableName } from '../protocol/install.ts'
import { encodeProviderSchema } from '../protocol/schema-answer.ts'
import type { Provider } from '../provider/provider.ts'
import { tavio } from '../systems/tavio/provider.ts'

/** What is made into plugins. */
export const plugins: readonly Provider[] = [tavio]
const target = 'node22'
const here = import.meta.dirname

/** Bundles the plugin of a provider, whose entry lies beside this file. Returns the text of the executable. */
export async function bundle(provider: Provider): Promise<string> {
  const schema = Buffer.from(encodeProviderSchema(provider)).toString('base64')
  const { outputFiles } = await build({
    entryPoints: [join(here, `${provider.name}.ts`)],
    bundle: true,
    splitting: true,
    write: false,
    outdir: 'out',
    platform: 'node',
    format: 'esm',
    target,
    minify: true,
    legalComments: 'none',
    define: { HUBFORM_SCHEMA: JSON.stringify(schema) },
    logLevel: 'warning',
  })
  const parts = await Promise.all(
    outputFiles.map(async ({ path, text }) => {
      const { code } = await transform(text, {
        format: 'cjs',
        platform: 'node',
        target,
        minify: true,
        // Left as they are, they would be looked for as files.
        supported: { 'dynamic-import': false },
      })
      return [basename(path), code] as const
    }),
  )
  const entry = parts.find(([name]) => name === `${provider.name}.js`)
  if (entry === undefined) throw new Error('the bundle has no entry')
  return [...loader(parts.filter((part) => part !== entry)), entry[1], '})(require_, {}, {});', ''].join('\n')
}

/**
 * A `require` that knows the parts by name, and compiles each of them once, up to where the entry follows.
 *
 * The file must run as a module of either kind: which one it is depends on a package.json in the folders above it,
 * which may be anybody's.
 */
function loader(parts: readonly (readonly [name: string, code: string])[]): string[] {
  return [
    '#!/usr/bin/env node',
    '// Made from https://www.npmjs.com/package/hubform, where the licences of all parts are.',
    '"use strict";',
    'if (Number(process.versions.node.split(".")[0]) < 22) {',
    '  process.stderr.write("This provider needs Node 22.18 or newer, and the one on the PATH, " + process.execPath + ", is " + process.version + ". Put a newer one first on the PATH.\\n");',
    '  process.exit(1);',
    '}',
    'const parts = new Map(Object.entries({',
    ...parts.map(([name, code]) => `${JSON.stringify(`./${name}`)}: ${JSON.stringify(code)},`),
    '}));',
    'const loaded = new Map();',
    'const require_ = (name) => {',
    '  const code = parts.get(name);',
    '  if (code === undefined) return process.getBuiltinModule(name);',
    '  let part = loaded.get(name);',
    '  if (part === undefined) {',
    '    loaded.set(name, (part = { exports: {} }));',
    '    const filename = process.argv[1] + "/" + name.slice(2);',
    '    process.getBuiltinModule("node:vm").compileFunction(code, ["require", "exports", "module"], { filename })(require_, part.exports, part);',
    // What only has a default was a CommonJS package: that is what it exports.
    '    if (Object.keys(part.exports).join() === "default") part.exports = part.exports.default;',
    '  }',
    '  return part.exports;',
    '};',
    '((require, exports, module) => {',
  ]
}

if (import.meta.main) {
  const out = join(here, '../../dist/plugin')
  mkdirSync(out, { recursive: true })
  for (const provider of plugins) {
    const file = join(out, executableName(provider.name))
    writeFileSync(file, await bundle(provider))
    chmodSync(file, 0o755)
  }
}
