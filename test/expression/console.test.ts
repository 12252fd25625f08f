import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { functionNames } from '../../src/expression/functions/table.ts'
import { tables } from './cases/all.ts'
import { files } from './cases/file.ts'

const found =
  spawnSync('terraform', ['version'], { env: { ...process.env, CHECKPOINT_DISABLE: '1' } }).status === 0

/** Everything in one process: a tuple of the JSON of each value, null where it cannot be evaluated. */
function askTerraform(expressions: readonly string[]): readonly unknown[] {
  const directory = mkdtempSync(join(tmpdir(), 'console-'))
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content)
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

/** Functions that no table can have: what they yield is never twice the same. Other tests look at them. */
const unrepeatable = ['plantimestamp', 'timestamp', 'uuid']

/** Functions that Terraform has and we do not; `docs/expressions.md` lists them. */
const absent = ['bcrypt', 'fileset', 'rsadecrypt']

/** Names without those of the same functions under another name. */
function terraformFunctions(): readonly string[] {
  const answer = spawnSync('terraform', ['metadata', 'functions', '-json'], {
    env: { ...process.env, CHECKPOINT_DISABLE: '1' },
    encoding: 'utf8',
  })
  const { function_signatures: all } = JSON.parse(answer.stdout) as { function_signatures: object }
  return Object.keys(all).filter((name) => !name.includes('::'))
}

describe.skipIf(!found)(`Terraform itself${found ? '' : ' (skipped: no terraform on this machine)'}`, () => {
  it('has no function that the tables lack', () => {
    const text = tables.flatMap(({ rows }) => rows.map(([expression]) => expression)).join('\n')
    const called = new Set(Array.from(text.matchAll(/\b(\w+)\(/g), ([, name]) => name))
    const lacking = terraformFunctions().filter((name) => !called.has(name))
    expect(lacking.sort()).toEqual([...absent, ...unrepeatable].sort())
  })

  it('has few functions that we lack', () => {
    const ours = new Set([...functionNames(), 'try', 'can'])
    expect(
      terraformFunctions()
        .filter((name) => !ours.has(name))
        .sort(),
    ).toEqual(absent)
  })

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
