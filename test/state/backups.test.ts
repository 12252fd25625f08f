import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backupName, countOfBackups, pruneBackups } from '../../src/state/backups.ts'
import { encodeState } from '../../src/state/file.ts'
import { localBackend } from '../../src/state/local/backend.ts'
import { nodeDisk } from '../../src/state/local/disk.ts'
import { localStore } from '../../src/state/local/store.ts'
import { sealState } from '../../src/state/sealed/envelope.ts'
import { lockInfo } from '../contract/lock-info.ts'
import { recordOf, stateOf } from './samples.ts'
import { oldKey } from './sealed/keys.ts'

let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hubform-backups-'))
  path = join(directory, 'hub.tfstate')
})

afterEach(() => rmSync(directory, { recursive: true }))

const text = (serial: number) => encodeState({ ...stateOf(recordOf('ada')), serial })
const kept = () => readdirSync(`${path}.backups`).sort()

async function run(backups: number, ...texts: readonly string[]): Promise<void> {
  const backend = localBackend({ path, backups })
  const lock = await backend.lock(lockInfo('x'))
  for (const one of texts) await backend.write(one)
  await lock.release()
}

describe('backups of a local state', () => {
  it('there is one for each run, with what was there before it, readable by the owner only', async () => {
    await run(10, text(1))
    await run(10, text(2), text(3))
    await run(10, text(4))
    const [first = '', second = ''] = kept()
    expect(kept()).toHaveLength(2)
    expect(first).toMatch(/^1-\d{8}T\d{9}Z\.tfstate$/)
    expect(readFileSync(join(`${path}.backups`, first), 'utf8')).toBe(text(1))
    expect(second).toMatch(/^3-/)
    expect(statSync(join(`${path}.backups`, first)).mode & 0o777).toBe(0o600)
    // As Terraform keeps it.
    expect(readFileSync(`${path}.backup`, 'utf8')).toBe(text(3))
  })

  it('only so many are kept, and the one just made always', async () => {
    mkdirSync(`${path}.backups`)
    const ours = ['7-20300101T000000000Z.tfstate', '8-20300101T000000001Z.tfstate']
    for (const name of [...ours, 'notes.txt']) writeFileSync(join(`${path}.backups`, name), '')
    await run(2, text(1))
    await run(2, text(2))
    expect(kept()).toEqual([expect.stringMatching(/^1-2/), ours[1], 'notes.txt'])
  })

  it('none are made where that is switched off', async () => {
    await run(0, text(1))
    await run(0, text(2))
    expect(readdirSync(directory).sort()).toEqual(['hub.tfstate', 'hub.tfstate.backup'])
  })

  it('the default workspace and others keep ten', async () => {
    const store = localStore({ kind: 'local', settings: { path: 'hub.tfstate' }, directory }, {})
    for (let serial = 1; serial <= 13; serial++) {
      const backend = store.open('default')
      const lock = await backend.lock(lockInfo('x'))
      await backend.write(text(serial))
      await lock.release()
    }
    expect(kept().length).toBeLessThanOrEqual(10)
    expect(kept().some((name) => name.startsWith('12-'))).toBe(true)
  })

  it('are named after the serial, of a sealed state as well', () => {
    const now = new Date('2026-01-02T03:04:05.678Z')
    expect(backupName(text(12), now)).toBe('12-20260102T030405678Z.tfstate')
    expect(backupName(sealState(text(12), oldKey), now)).toBe('12-20260102T030405678Z.tfstate')
    expect(backupName('no state', now)).toBe('0-20260102T030405678Z.tfstate')
  })

  it('pruning where there is nothing does nothing', () => {
    pruneBackups(nodeDisk, join(directory, 'none'), 3, 'x')
    expect(readdirSync(directory)).toEqual([])
  })

  it.each([
    ['', 10],
    ['0', 0],
    ['25', 25],
  ])('HUBFORM_STATE_BACKUPS=%s keeps %i', (value, count) => {
    expect(countOfBackups({ HUBFORM_STATE_BACKUPS: value })).toBe(count)
  })

  it.each(['many', '-1', '1.5', '99999'])('HUBFORM_STATE_BACKUPS=%s is refused', (value) => {
    expect(() => countOfBackups({ HUBFORM_STATE_BACKUPS: value })).toThrow('Unusable number of backups')
  })
})
