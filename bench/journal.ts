// What a run's journal costs, on a file and in PostgreSQL, with everything brought to disk.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../test/support/postgres.ts'
import { compare, measureProgram } from './measure.ts'
import { perOne, printTable, time } from './table.ts'

const AT_ONCE = [1, 10] as const

/** Measures steps of two lines each, before the call and after it, all of them announced before the first one. */
export async function journalCase(counts: readonly number[], runs: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'hubform-journal-'))
  const server = await startPostgres({ fsync: true })
  try {
    let made = 0
    const place = async (kind: string): Promise<{ readonly [name: string]: string }> =>
      kind === 'local'
        ? { path: join(directory, `${++made}.tfstate`) }
        : { conn_str: await server.database() }
    const variants = ['local', 'pg'].flatMap((kind) =>
      AT_ONCE.flatMap((atOnce) =>
        counts.map((count) => {
          const run = async () =>
            measureProgram('journal', { count, kind, settings: await place(kind), atOnce })
          return [[kind, atOnce, count].join(' '), run] as const
        }),
      ),
    )
    const costs = await compare(runs, variants)
    printTable(
      'Journal, two lines a step, each brought to disk',
      [
        'place',
        'at once',
        'steps',
        'a step',
        'first tenth',
        'last tenth',
        'bytes a step',
        'announced before',
        'saves between',
        'save',
      ],
      [...costs].map(([name, { own }]) => {
        const [kind = '', atOnce = '', count = ''] = name.split(' ')
        const figure = (key: string) => perOne((own[key] ?? 0) / 1000, 1)
        return [
          kind,
          atOnce,
          count,
          figure('perStepUs'),
          figure('firstTenthUs'),
          figure('lastTenthUs'),
          (own['bytesPerStep'] ?? 0).toFixed(0),
          `${time(own['announce'] ?? 0)}, ${(own['announcedPerStep'] ?? 0).toFixed(0)} bytes a step of them`,
          `${(own['folds'] ?? 0).toFixed(0)}, ${(own['foldedPerStep'] ?? 0).toFixed(0)} bytes a step`,
          time(own['save'] ?? 0),
        ]
      }),
    )
  } finally {
    await server.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}
