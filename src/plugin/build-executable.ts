// Makes each plugin that was built also into one file with Node in it: node src/plugin/build-executable.ts
import { join } from 'node:path'
import { executableName } from '../protocol/install.ts'
import { bundle, plugins } from './build.ts'
import { makeExecutable } from './executable.ts'

for (const provider of plugins) {
  const file = join(import.meta.dirname, '../../dist/plugin/self-contained', executableName(provider.name))
  await makeExecutable({ script: await bundle(provider), file })
  process.stdout.write(`${file}\n`)
}
