// bench/: what the engine and its parts cost. `npm run bench`, `npm run bench -- --all`, `npm run bench -- NAME…`.
// See README.md for what the figures mean. Nothing here fails because something took long.
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { engineCase, terraformCase } from './engine.ts'
import { hubCase } from './hub.ts'
import { node } from './measure.ts'
import { parseCase, stateCase, synthCase, versionCase } from './small.ts'

interface Case {
  readonly about: string
  /** Not part of a run without arguments. */
  readonly long?: boolean
  readonly run: () => Promise<void>
}

const cases: { readonly [name: string]: Case } = {
  version: { about: 'start-up of the command line', run: () => versionCase(15) },
  parse: { about: 'parsing expressions', run: () => parseCase(5) },
  state: { about: 'writing and reading state files', run: () => stateCase(5) },
  synth: { about: 'synthesis of a fleet', run: () => synthCase(3) },
  engine: {
    about: 'the engine alone, 100 to 10,000 resources',
    run: () => engineCase([100, 1000, 10_000], 3),
  },
  terraform: { about: 'no-op plans beside Terraform', run: () => ifTerraform([100, 1000], 3) },
  hub: {
    about: 'Tavio against the emulator, 100 and 1,000 resources',
    run: () => hubCase([100, 1000], [0, 20], 3),
  },
  'terraform-large': { about: 'the same with 10,000', long: true, run: () => ifTerraform([10_000], 1) },
  'hub-large': {
    about: 'Tavio against the emulator, 10,000 resources',
    long: true,
    run: () => hubCase([1000, 10_000], [0, 20], 1),
  },
}

async function ifTerraform(sizes: readonly number[], runs: number): Promise<void> {
  if (spawnSync('terraform', ['version']).status === 0) return terraformCase(sizes, runs)
  process.stdout.write('\nNo-op plans beside Terraform: there is no terraform on this machine.\n')
}

const names = process.argv.slice(2)
const unknown = names.filter((name) => name !== '--all' && !Object.hasOwn(cases, name))
if (unknown.length > 0) {
  const list = Object.entries(cases).map(([name, { about }]) => `  ${name.padEnd(16)} ${about}`)
  process.stderr.write(`There is no case "${unknown[0]}". Cases:\n${list.join('\n')}\n`)
  process.exit(1)
}
const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()
process.stdout.write(
  `Node ${version}, ${cpus().length} × ${cpus()[0]?.model}. Medians; compare ratios, not seconds.\n`,
)
for (const [name, { run, long }] of Object.entries(cases)) {
  if (names.includes(name) || names.includes('--all') || (names.length === 0 && !long)) await run()
}
