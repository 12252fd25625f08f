import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readVariableFiles } from '../../src/config/disk.ts'
import { loadDirectory, loadStack } from '../../src/config/load.ts'
import { type Diagnostic, DiagnosticError } from '../../src/diagnostics.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hubform-config-'))
})
afterEach(() => rm(directory, { recursive: true }))

const write = (files: { readonly [name: string]: string }) =>
  Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(directory, name), text)))

async function rejection(loading: Promise<unknown>): Promise<readonly Diagnostic[]> {
  const error = await loading.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof DiagnosticError) return error.diagnostics
  throw new Error('nothing was wrong', { cause: error })
}

describe('loading a directory', () => {
  it('merges its JSON files in order and leaves the others alone', async () => {
    await write({
      'b.tf.json': '{"locals": {"b": 2}}',
      'a.tf.json': '{"locals": {"a": 1}}',
      '.hidden.tf.json': 'no',
      'backup.tf.json~': 'no',
      'terraform.tfvars.json': '{"x": 1}',
      'readme.md': 'no',
    })
    const config = await loadDirectory(directory)
    expect([...config.locals.keys()]).toEqual(['a', 'b'])
    expect(config.directory).toBe(directory)
    expect(config.locals.get('a')?.place.file).toBe(join(directory, 'a.tf.json'))
  })

  it('tells the problems of all files, and of files it does not read', async () => {
    await write({
      'a.tf.json': '{"locals": {"a": 1}',
      'b.tf.json': '{"local": {}}',
      'main.tf': 'locals {}',
      'override.tf.json': '{}',
      'x_override.tf.json': '{}',
    })
    const found = await rejection(loadDirectory(directory))
    expect(found.map(({ summary }) => summary)).toEqual([
      'Native syntax not handled',
      'Not handled yet',
      'Not handled yet',
      'Invalid JSON',
      'Unknown block type',
    ])
    expect(found[0]?.detail).toBe(
      `${join(directory, 'main.tf')} is in Terraform's native syntax; Hubform reads only its JSON syntax. Rewrite it as main.tf.json, or generate it with a cdktf app.`,
    )
    expect(found[1]?.detail).toContain('override.tf.json is an override file')
    expect(found[4]?.where).toMatchObject({ file: join(directory, 'b.tf.json'), line: 1, column: 2 })
  })

  it('says so when there is no configuration', async () => {
    const [found] = await rejection(loadDirectory(directory))
    expect(found?.summary).toBe('No configuration found')
    expect(found?.detail).toContain(`${directory} has no *.tf.json file. Name the directory`)
  })

  it('says so when there is no directory', async () => {
    const [found] = await rejection(loadDirectory(join(directory, 'nope')))
    expect(found?.detail).toContain('cannot be read: there is no such file or directory.')
    await write({ file: 'x' })
    const [second] = await rejection(loadDirectory(join(directory, 'file')))
    expect(second?.summary).toBe('Not a directory')
  })
})

describe('loading a stack', () => {
  it('reads one file only', async () => {
    await write({ 'cdk.tf.json': '{"locals": {"a": 1}}', 'other.tf.json': 'no' })
    const config = await loadStack(join(directory, 'cdk.tf.json'))
    expect([...config.locals.keys()]).toEqual(['a'])
    expect(config.directory).toBe(directory)
  })

  it('says so when it is not there', async () => {
    const [found] = await rejection(loadStack(join(directory, 'cdk.tf.json')))
    expect(found?.summary).toBe('Unreadable file')
  })
})

describe('variable files that apply by themselves', () => {
  it('are found by their names', async () => {
    await write({
      'terraform.tfvars.json': '{"a": 1}',
      'b.auto.tfvars.json': '{}',
      'c.auto.tfvars': '',
      'd.tfvars.json': '{}',
    })
    expect(await readVariableFiles(directory)).toEqual([
      { path: join(directory, 'b.auto.tfvars.json'), text: '{}' },
      { path: join(directory, 'c.auto.tfvars'), text: '' },
      { path: join(directory, 'terraform.tfvars.json'), text: '{"a": 1}' },
    ])
  })
})
