import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tables } from './cases/all.ts'

const found =
  spawnSync('terraform', ['version'], { env: { ...process.env, CHECKPOINT_DISABLE: '1' } }).status === 0

/** Everything in one process: a tuple of the JSON of each value, null where it cannot be evaluated. */
function askTerraform(expressions: readonly string[]): readonly unknown[] {
  const directory = mkdtempSync(join(tmpdir(), 'console-'))
  try {
    const questions = expressions.map((expression) => `try(jsonencode(${expression}), null)`)
    const answer = spawnSync('terraform', ['console'], {
      cwd: directory,
      input: `jsonencode([${questions.join(', ')}])\n`,
      env: { ...process.env, CHECKPOINT_DISABLE: '1', NO_COLOR: '1' },
      encoding: 'utf8',
    })
    if (answer.status !== 0) throw new Error(answer.stderr)
    const quoted = answer.stdout.trim().replaceAll('\\x7f', '\\u007f')
    return JSON.parse(JSON.parse(quoted) as string) as readonly unknown[]
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

describe.skipIf(!found)(`Terraform itself${found ? '' : ' (skipped: no terraform on this machine)'}`, () => {
  it.each(tables)('agrees with the table of $title', ({ rows, because }) => {
    const answers = askTerraform(rows.map(([expression]) => expression))
    const wanted = rows.map(([expression, expected]) => [
      expression,
      typeof expected === 'string' ? expected : null,
    ])
    expect(
      rows.map(([expression], i) => [expression, answers[i]]),
      because,
    ).toEqual(wanted)
  })
})
