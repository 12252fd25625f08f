// terraform_data beside Terraform: the engines alone, without a service or a plugin, in several shapes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../test/support/postgres.ts'
import { type Engine, ours, type Place, terraformAlone } from './engines.ts'
import { type Cost, compare } from './measure.ts'
import { type Pair, printPairs } from './pairs.ts'
import { type Shape, shapes, terraformConfig, terraformState } from './shapes.ts'

const rival = terraformAlone()
const own = ours('ours')

/** Measures the no-op plan with local state, where each engine has the state that it would have saved itself. */
export async function plumbingPlans(sizes: readonly number[], runs: number): Promise<void> {
  const pairs: Pair[] = []
  for (const size of sizes) {
    for (const shape of shapes) {
      const theirs = folder(shape, size)
      const mine = folder(shape, size)
      try {
        await own.run('apply', mine)
        const engines: [string, () => Promise<Cost>][] = [['ours', () => own.run('plan', mine)]]
        // A chain of thousands takes Terraform many minutes, and its state half a gigabyte.
        if (shape !== 'chain' || size <= 1000) {
          writeFileSync(join(theirs.directory, 'terraform.tfstate'), terraformState(shape, size))
          await rival.prepare(theirs)
          engines.unshift(['theirs', () => rival.run('plan', theirs)])
        }
        const found = await compare(shape === 'chain' || size > 1000 ? 1 : runs, engines)
        pairs.push(pairOf(`${shape} ${size}`, found))
      } finally {
        for (const { directory } of [theirs, mine]) rmSync(directory, { recursive: true, force: true })
      }
    }
  }
  printPairs(
    'No-op plan of terraform_data. Aims: wall at least 10× at 1,000 and 20× at 10,000, memory at least 3×; our chains as cheap as independent ones',
    pairs,
  )
}

/**
 * Measures the first apply with state in PostgreSQL: with local state Terraform takes time with the square of the size,
 * which would flatter us.
 */
export async function plumbingApplies(sizes: readonly number[], runs: number): Promise<void> {
  const database = await startPostgres({ fsync: true })
  try {
    const pairs: Pair[] = []
    for (const size of sizes) {
      for (const shape of shapes) {
        const apply = (engine: Engine) => async () => {
          const place = folder(shape, size, { pg: { conn_str: await database.database() } })
          try {
            await engine.prepare(place)
            return await engine.run('apply', place)
          } finally {
            rmSync(place.directory, { recursive: true, force: true })
          }
        }
        const found = await compare(shape === 'chain' ? 1 : runs, [
          ['theirs', apply(rival)],
          ['ours', apply(own)],
        ])
        pairs.push(pairOf(`${shape} ${size}`, found))
      }
    }
    printPairs('First apply of terraform_data, PostgreSQL. Aims: wall at least 5×, memory at least 3×', pairs)
  } finally {
    await database.stop()
  }
}

function folder(shape: Shape, size: number, backend?: object): Place {
  const directory = mkdtempSync(join(tmpdir(), 'hubform-bench-'))
  writeFileSync(join(directory, 'main.tf.json'), terraformConfig(shape, size))
  if (backend !== undefined)
    writeFileSync(join(directory, 'backend.tf.json'), JSON.stringify({ terraform: { backend } }))
  return { directory, env: {} }
}

function pairOf(name: string, found: ReadonlyMap<string, Cost>): Pair {
  return { name, theirs: found.get('theirs'), ours: found.get('ours') as Cost }
}
