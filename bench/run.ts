// bench/: what the engine and its parts cost. `npm run bench`, `npm run bench -- --all`, `npm run bench -- NAME…`.
// See README.md for what the figures mean. Nothing here fails because something took long.
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { besideCase } from './beside.ts'
import { engineCase } from './engine.ts'
import { findTerraform } from './engines.ts'
import { hubCase } from './hub.ts'
import { journalCase } from './journal.ts'
import { journalledCase } from './journalled.ts'
import { node, Stopped, stopMeasuring } from './measure.ts'
import { plumbingApplies, plumbingPlans } from './plumbing.ts'
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
  journal: {
    about: 'the journal of a run, on a file and in PostgreSQL, 1,000 and 10,000 steps',
    run: () => journalCase([1000, 10_000], 1),
  },
  journalled: {
    about: 'the journal of first applies against the emulator, 1,000 and 10,000 resources',
    long: true,
    run: () => journalledCase([1000, 10_000], 1),
  },
  synth: { about: 'synthesis of a fleet', run: () => synthCase(3) },
  engine: {
    about: 'the engine alone, 100 to 10,000 resources',
    run: () => engineCase([100, 1000, 10_000], 3),
  },
  terraform: {
    about: 'terraform_data beside Terraform: no-op plans, 100 and 1,000 resources',
    run: () => ifTerraform(() => plumbingPlans([100, 1000], 3)),
  },
  hub: {
    about: 'Tavio against the emulator, 100 and 1,000 resources',
    run: () => hubCase([100, 1000], [0, 20], 3),
  },
  beside: {
    about: 'plan, apply and destroy beside Terraform with our provider, 10 and 100 resources',
    long: true,
    run: () => ifTerraform(() => besideCase([10, 100], 3)),
  },
  'beside-large': {
    about: 'the same with 1,000',
    long: true,
    run: () => ifTerraform(() => besideCase([1000], 1)),
  },
  'terraform-large': {
    about: 'the same: first apply of 1,000, no-op plans of 10,000',
    long: true,
    run: () =>
      ifTerraform(async () => {
        await plumbingApplies([1000], 1)
        await plumbingPlans([10_000], 1)
      }),
  },
  'hub-large': {
    about: 'Tavio against the emulator, 10,000 resources',
    long: true,
    run: () => hubCase([1000, 10_000], [0, 20], 1),
  },
}

async function ifTerraform(work: () => Promise<void>): Promise<void> {
  if (findTerraform() !== undefined) return work()
  process.stdout.write('\nBeside Terraform: there is no terraform on this machine.\n')
}

const names = process.argv.slice(2)
const unknown = names.filter((name) => name !== '--all' && !Object.hasOwn(cases, name))
if (unknown.length > 0) {
  const list = Object.entries(cases).map(([name, { about }]) => `  ${name.padEnd(16)} ${about}`)
  process.stderr.write(`There is no case "${unknown[0]}". Cases:\n${list.join('\n')}\n`)
  process.exit(1)
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stopMeasuring)
const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()
process.stdout.write(
  `Node ${version}, ${cpus().length} × ${cpus()[0]?.model}. Medians; compare ratios, not seconds.\n`,
)
try {
  for (const [name, { run, long }] of Object.entries(cases)) {
    if (names.includes(name) || names.includes('--all') || (names.length === 0 && !long)) await run()
  }
} catch (error) {
  if (!(error instanceof Stopped)) throw error
  process.exitCode = 130
}
