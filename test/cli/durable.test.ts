import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { replaceDurably, writeNew } from '../../src/cli/durable.ts'
import { getUserKey, userKeyPath } from '../../src/cli/plan-key.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hubform-durable-'))
})

afterEach(() => rmSync(directory, { recursive: true }))

describe('files that must last', () => {
  it('replace what is there as a whole, and are readable by the owner only', () => {
    const path = join(directory, 'one.hfplan')
    writeFileSync(path, 'older', { mode: 0o644 })
    writeFileSync(`${path}.${process.pid}`, 'left by a process that was killed')
    replaceDurably(path, 'newer')
    expect(readFileSync(path, 'utf8')).toBe('newer')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(directory)).toEqual(['one.hfplan'])
  })

  it('leave nothing where they cannot be put', () => {
    expect(() => replaceDurably(join(directory, 'none', 'x'), 'text')).toThrow('ENOENT')
    expect(() => replaceDurably(directory, 'text')).toThrow()
    expect(readdirSync(directory)).toEqual([])
  })

  it('are not written over where they must be new', () => {
    const path = join(directory, 'key')
    writeNew(path, 'first')
    expect(() => writeNew(path, 'second')).toThrow('EEXIST')
    expect(readFileSync(path, 'utf8')).toBe('first')
  })

  it('the key of a user is one of them', () => {
    const env = { XDG_CONFIG_HOME: directory }
    const made = getUserKey(env).current().bytes
    expect(getUserKey(env).current().bytes).toEqual(made)
    expect(statSync(userKeyPath(env)).mode & 0o777).toBe(0o600)
    expect(statSync(join(directory, 'hubform')).mode & 0o777).toBe(0o700)
    expect(readdirSync(join(directory, 'hubform'))).toEqual(['plan.key'])
  })
})
