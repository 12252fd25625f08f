// The command line as one bundle, with the hooks beside it: a tortured run begins in half the time that the sources take.
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

export interface Cli {
  /** What Node is started with, before the verb. */
  readonly args: readonly string[]
  /** Where Node keeps what it compiled. */
  readonly cache: string
}

const root = join(import.meta.dirname, '../..')

/** Makes it in a new directory, which the caller removes. */
export async function bundleCli(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'hubform-torture-cli-'))
  // As far from package.json as in the package.
  const out = join(directory, 'dist/cli')
  await build({
    entryPoints: [join(root, 'src/cli/main.ts'), join(import.meta.dirname, 'hooks.ts')],
    entryNames: '[name]',
    bundle: true,
    // One copy of each package, so that the hooks meet the one that is used.
    splitting: true,
    outdir: out,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    external: ['@aws-sdk/*', 'koffi', 'fastify', 'cdktf', 'constructs', 'pg-native'],
    banner: {
      js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
    },
    logLevel: 'warning',
  })
  cpSync(join(root, 'package.json'), join(directory, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
  return directory
}

/** What `bundleCli` made. */
export function cliIn(directory: string): Cli {
  const file = (name: string) => join(directory, 'dist/cli', name)
  return {
    // The memory is there from the start, which spares collecting a run's little garbage.
    args: ['--min-semi-space-size=16', '--import', pathToFileURL(file('hooks.js')).href, file('main.js')],
    cache: join(directory, 'cache'),
  }
}

export function removeBundle(directory: string): void {
  rmSync(directory, { recursive: true, force: true })
}
