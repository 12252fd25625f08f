import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { zip } from '../../src/protocol/zip.ts'

const entries = [
  { name: 'run', content: Buffer.from('#!/bin/sh\necho ran\n'), mode: 0o755 },
  { name: 'größe.txt', content: Buffer.alloc(100_000, 'text '), mode: 0o644 },
]
const unzip = spawnSync('unzip', ['-v']).status === 0

describe('zip', () => {
  it('gives the same bytes for the same content', () => {
    expect(Buffer.compare(zip(entries), zip(entries))).toBe(0)
  })

  it('packs what comes out again', () => {
    const packed = zip(entries.slice(0, 1))
    const [nameLength, size] = [packed.readUInt16LE(26), packed.readUInt32LE(18)]
    const start = 30 + nameLength
    expect(inflateRawSync(packed.subarray(start, start + size)).toString()).toBe(
      entries[0]?.content.toString(),
    )
    expect(packed.subarray(30, start).toString()).toBe('run')
  })

  it.skipIf(!unzip)(`is read by others, permissions included${unzip ? '' : ' (skipped: no unzip)'}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'hubform-zip-'))
    try {
      writeFileSync(join(folder, 'a.zip'), zip(entries))
      const { status, stdout, stderr } = spawnSync('unzip', ['-o', 'a.zip'], {
        cwd: folder,
        encoding: 'utf8',
      })
      expect(status, stdout + stderr).toBe(0)
      expect(statSync(join(folder, 'run')).mode & 0o777).toBe(0o755)
      expect(readFileSync(join(folder, 'größe.txt'))).toEqual(entries[1]?.content)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
