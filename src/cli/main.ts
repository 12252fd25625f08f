#!/usr/bin/env node
// cli/: one file per verb in verbs/; each parses its options, calls the engine, prints through review. Nobody imports
// this folder. This file is where the process starts: it must not import anything that `--version` does not need.
import module from 'node:module'
import { refuseNode } from './old-node.ts'

module.enableCompileCache?.()

const args = process.argv.slice(2)
// Older ones would do most of it, and round large numbers on the way.
const refusal = refuseNode(process.version, process.execPath)
if (args.length === 1 && /^(--version|-version|-v|version)$/.test(args[0] ?? '')) {
  const { version } = await import('./version.ts')
  process.stdout.write(`hubform ${version()}\n`)
} else if (refusal !== undefined) {
  process.stderr.write(`${refusal}\n`)
  process.exitCode = 1
} else {
  const { run } = await import('./run.ts')
  process.exitCode = await run(args)
}
