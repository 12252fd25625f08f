// What the journal takes of a whole run, on a file and in PostgreSQL, against a hub that answers at once.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../test/support/postgres.ts'
import { startHub } from './emulated.ts'
import { fleet } from './fleet.ts'
import { compare, measureProgram } from './measure.ts'
import { perOne, printTable, time } from './table.ts'

/** Measures first applies of so many resources. */
export async function journalledCase(sizes: readonly number[], runs: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'hubform-journalled-'))
  const server = await startPostgres({ fsync: true })
  const hub = await startHub()
  try {
    let made = 0
    const place = async (kind: string): Promise<{ readonly [name: string]: string }> =>
      kind === 'local'
        ? { path: join(directory, `${++made}.tfstate`) }
        : { conn_str: await server.database() }
    const variants = ['local', 'pg'].flatMap((kind) =>
      sizes.map((size) => {
        const run = async () => {
          await hub.reset()
          const config = join(directory, `${size}.tf.json`)
          writeFileSync(config, fleet({ size }))
          return measureProgram('journalled', { config, kind, settings: await place(kind), env: hub.env })
        }
        return [`${kind} ${size}`, run] as const
      }),
    )
    const costs = await compare(runs, variants)
    printTable(
      'Journal of a first apply, hub at 0 ms, each line brought to disk',
      [
        'place',
        'N',
        'apply',
        'each',
        'of it writing the journal',
        'a line, first tenth',
        'last tenth',
        'journal bytes each',
        'state bytes each',
        'saves',
      ],
      [...costs].map(([name, { own }]) => {
        const [kind = '', size = ''] = name.split(' ')
        const figure = (key: string) => perOne((own[key] ?? 0) / 1000, 1)
        const apply = own['apply'] ?? 0
        return [
          kind,
          size,
          time(apply),
          perOne(apply, own['changes'] ?? 1),
          figure('busyUs'),
          figure('firstTenthUs'),
          figure('lastTenthUs'),
          (own['bytesPerStep'] ?? 0).toFixed(0),
          (own['savedPerStep'] ?? 0).toFixed(0),
          (own['saves'] ?? 0).toFixed(0),
        ]
      }),
    )
  } finally {
    await hub.stop()
    await server.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}
