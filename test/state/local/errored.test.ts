import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keepErrored } from '../../../src/state/local/errored.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hubform-errored-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

describe('a state that could not be saved', () => {
  it("is kept under Terraform's name, for its owner only", async () => {
    const path = await keepErrored(directory, 'all of it')
    expect(path).toBe(join(directory, 'errored.tfstate'))
    expect(readFileSync(path, 'utf8')).toBe('all of it')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(directory)).toEqual(['errored.tfstate'])
  })

  it('never takes the place of an earlier one', async () => {
    writeFileSync(join(directory, 'errored.tfstate'), 'earlier')
    const paths = await Promise.all(['two', 'three'].map(async (text) => keepErrored(directory, text)))
    expect(readFileSync(join(directory, 'errored.tfstate'), 'utf8')).toBe('earlier')
    expect(paths.map((path) => readFileSync(path, 'utf8')).sort()).toEqual(['three', 'two'])
    expect(readdirSync(directory).sort()).toEqual([
      'errored-2.tfstate',
      'errored-3.tfstate',
      'errored.tfstate',
    ])
  })

  it('says why it cannot be kept', async () => {
    await expect(keepErrored(join(directory, 'missing'), 'text')).rejects.toThrow('ENOENT')
  })
})
