// Bundles the command line over what the compiler made of main.ts: node src/cli/build.ts
//
// A command of a small project spends more time on finding and reading some three hundred modules than on its work, and
// keeps all their text in memory. What no usual command needs stays in parts of its own, read when it is asked for.
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const here = import.meta.dirname
const out = join(here, '../../dist/cli')
/** Native, or large and seldom needed: looked for among the installed packages. */
const left = ['koffi', 'fastify', '@aws-sdk/*', 'cdktf', 'constructs', 'pg-native']
const PART = 'part-'

const { outputFiles } = await build({
  entryPoints: [join(here, 'main.ts')],
  bundle: true,
  splitting: true,
  write: false,
  outdir: out,
  // Beside main.js, so that all files see the package at the same distance.
  chunkNames: `${PART}[name]-[hash]`,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  external: left,
  // Packages of the other kind ask for what is part of Node by this name.
  banner: {
    js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
  },
  logLevel: 'warning',
})

mkdirSync(out, { recursive: true })
// The parts first, and those of the last build until then: a command may be running.
const files = outputFiles.toSorted((a, b) => Number(isPart(b.path)) - Number(isPart(a.path)))
for (const { path, contents } of files) writeFileSync(path, contents)
// The compiler's file, if it was there, was none to run.
chmodSync(join(out, 'main.js'), 0o755)
const names = new Set(files.map(({ path }) => basename(path)))
for (const name of readdirSync(out)) if (isPart(name) && !names.has(name)) rmSync(join(out, name))

function isPart(path: string): boolean {
  return basename(path).startsWith(PART)
}
