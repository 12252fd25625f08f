import { spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LockHeldError } from '../../../src/state/backend.ts'
import { localBackend } from '../../../src/state/local/backend.ts'
import { nodeDisk } from '../../../src/state/local/disk.ts'
import { loadRecordLocks } from '../../../src/state/local/fcntl.ts'
import { findRecordLock } from '../../../src/state/local/kernel-locks.ts'
import { lockFileLocker } from '../../../src/state/local/lock-file.ts'
import { localProcesses } from '../../../src/state/local/processes.ts'
import type { Locker } from '../../../src/state/local/state-lock.ts'
import { backendContract } from '../../contract/backend.ts'
import { lockInfo } from '../../contract/lock-info.ts'

const lockFile = () => lockFileLocker(nodeDisk, localProcesses(), findRecordLock)
const cannot = { forceUnlockOfTheLiving: 'a lock of a living process ends with that process' }

function placeWith(makeLocker: () => Locker | undefined) {
  const directory = mkdtempSync(join(tmpdir(), 'hubform-state-'))
  const path = join(directory, 'terraform.tfstate')
  return {
    client: () => localBackend({ path, locker: makeLocker() }),
    backup: () => nodeDisk.readText(`${path}.backup`),
    tear: (text: string) => writeFileSync(`${path}.journal`, text),
    clear: () => rmSync(directory, { recursive: true }),
  }
}

backendContract('local, record locks', () => placeWith(() => undefined), cannot)
backendContract('local, lock file', () => placeWith(lockFile), cannot)

/** Starts a program that holds the lock; resolves with what it says first. */
async function startHolder(path: string, ...more: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'hold-lock.ts'), path, ...more], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const said = await new Promise<string>((resolve) =>
    child.stdout.once('data', (text) => resolve(String(text).trim())),
  )
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    said,
    pid: child.pid,
    end: () => {
      child.stdin.end()
      return ended
    },
    kill: () => {
      child.kill('SIGKILL')
      return ended
    },
  }
}

describe('a local state', () => {
  let directory: string
  let path: string

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hubform-state-'))
    path = join(directory, 'deep', 'hub.tfstate')
  })

  afterEach(() => rmSync(directory, { recursive: true }))

  it('makes its directory when it is locked, and not when it is read', async () => {
    const backend = localBackend({ path })
    expect(await backend.read()).toBeUndefined()
    expect(readdirSync(directory)).toEqual([])
    const lock = await backend.lock(lockInfo('one'))
    expect(readdirSync(join(directory, 'deep')).sort()).toEqual(['.hub.tfstate.lock.info', 'hub.tfstate'])
    await lock.release()
  })

  it('leaves no empty file and no word behind', async () => {
    const lock = await localBackend({ path }).lock(lockInfo('one'))
    await lock.release()
    expect(readdirSync(join(directory, 'deep'))).toEqual([])
  })

  it('takes away what a process left that was killed while it wrote', async () => {
    mkdirSync(join(directory, 'deep'))
    writeFileSync(join(directory, 'deep', '.hub.tfstate.next'), '{"ha')
    await (await localBackend({ path }).lock(lockInfo('one'))).release()
    expect(readdirSync(join(directory, 'deep'))).toEqual([])
  })

  it('keeps all its files to their owner', async () => {
    const backend = localBackend({ path })
    const lock = await backend.lock(lockInfo('one'))
    await backend.write('a')
    await lock.release()
    const again = await backend.lock(lockInfo('two'))
    await backend.write('b')
    await backend.append(['x'])
    const names = readdirSync(join(directory, 'deep')).sort()
    expect(names).toEqual([
      '.hub.tfstate.lock.info',
      'hub.tfstate',
      'hub.tfstate.backup',
      'hub.tfstate.journal',
    ])
    for (const name of names)
      expect([name, statSync(join(directory, 'deep', name)).mode & 0o777]).toEqual([name, 0o600])
    await again.release()
  })

  it('a state that others may read is kept to its owner from the first write', async () => {
    mkdirSync(join(directory, 'deep'))
    writeFileSync(path, 'before', { mode: 0o644 })
    const backend = localBackend({ path })
    const lock = await backend.lock(lockInfo('one'))
    await backend.write('after')
    await lock.release()
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('writes through a link, which stays one', async () => {
    mkdirSync(join(directory, 'deep'))
    writeFileSync(path, 'before')
    const link = join(directory, 'link.tfstate')
    symlinkSync(path, link)
    const [byLink, byPath] = [localBackend({ path: link }), localBackend({ path })]
    const lock = await byLink.lock(lockInfo('one'))
    await expect(byPath.lock(lockInfo('two'))).rejects.toBeInstanceOf(LockHeldError)
    await byLink.write('after')
    await lock.release()
    expect(readFileSync(path, 'utf8')).toBe('after')
    expect(statSync(link).ino).toBe(statSync(path).ino)
  })

  it('a link to a file that is yet to be made leads to the same place before and after', async () => {
    mkdirSync(join(directory, 'deep'))
    const link = join(directory, 'link.tfstate')
    symlinkSync(join('deep', 'hub.tfstate'), link)
    const [byLink, byPath] = [localBackend({ path: link }), localBackend({ path })]
    const lock = await byLink.lock(lockInfo('one'))
    const refused = await byPath.lock(lockInfo('two')).catch((error: unknown) => error)
    expect((refused as LockHeldError).holder?.ID).toBe('one')
    await byLink.append(['a'])
    await byLink.write('x')
    expect(await localBackend({ path: link }).readJournal()).toBe('a\n')
    await byLink.clearJournal()
    await lock.release()
    expect(readdirSync(directory).sort()).toEqual(['deep', 'link.tfstate'])
    expect(readdirSync(join(directory, 'deep'))).toEqual(['hub.tfstate'])
  })

  it.each([
    ['removed', (file: string) => rmSync(file)],
    [
      'replaced',
      (file: string) => {
        writeFileSync(`${file}.other`, 'theirs')
        renameSync(`${file}.other`, file)
      },
    ],
  ])('a run whose state file is %s no longer keeps others out, and writes no more', async (_, change) => {
    const backend = localBackend({ path })
    const lock = await backend.lock(lockInfo('one'))
    await backend.append(['a'])
    await backend.write('ours')
    change(path)
    const lost = /Lock on state lost: .*its file was removed, or another program put its own in the place/
    await expect(backend.append(['b'])).rejects.toThrow(lost)
    await expect(backend.clearJournal()).rejects.toThrow(lost)
    await expect(backend.write('late')).rejects.toThrow(lost)
    const other = await startHolder(path)
    expect(other.said).toBe('locked')
    await lock.release()
    expect(existsSync(path)).toBe(true)
    expect(readFileSync(path, 'utf8')).not.toBe('late')
    await other.end()
  })

  it('a run whose lock file was broken writes no more', async () => {
    const backend = localBackend({ path, locker: lockFile() })
    const lock = await backend.lock(lockInfo('one'))
    rmSync(join(directory, 'deep', '.hub.tfstate.lock'))
    const next = await localBackend({ path, locker: lockFile() }).lock(lockInfo('two'))
    await expect(backend.append(['late'])).rejects.toThrow('Lock on state lost')
    await expect(backend.write('late')).rejects.toThrow('Lock on state lost')
    await lock.release()
    await expect(localBackend({ path, locker: lockFile() }).lock(lockInfo('three'))).rejects.toBeInstanceOf(
      LockHeldError,
    )
    await next.release()
  })

  it('an emptied file with a backup is not taken for "no objects"', async () => {
    mkdirSync(join(directory, 'deep'))
    writeFileSync(path, '')
    writeFileSync(`${path}.backup`, '{}')
    const backend = localBackend({ path })
    const text =
      /State is empty: .*hub\.tfstate is empty, but its backup .*\.backup is not.*Copy the backup over it/
    await expect(backend.read()).rejects.toThrow(text)
    const lock = await backend.lock(lockInfo('one'))
    await expect(backend.read()).rejects.toThrow(text)
    await lock.release()
  })

  it('a removed file with a backup is a new beginning', async () => {
    mkdirSync(join(directory, 'deep'))
    writeFileSync(`${path}.backup`, '{}')
    const backend = localBackend({ path })
    const lock = await backend.lock(lockInfo('one'))
    expect(await backend.read()).toBeUndefined()
    await lock.release()
  })

  it('a journal that is removed under us is noticed', async () => {
    const backend = localBackend({ path })
    const lock = await backend.lock(lockInfo('one'))
    await backend.append(['a'])
    rmSync(join(directory, 'deep'), { recursive: true })
    await expect(backend.append(['b'])).rejects.toThrow(/State directory is missing: .*hub\.tfstate\.journal/)
    await expect(backend.write('x')).rejects.toThrow(
      /State directory is missing: .*The state is as it was before/,
    )
    await lock.release()
  })

  it('another process keeps us out, and says who it is', async () => {
    const holder = await startHolder(path)
    expect(holder.said).toBe('locked')
    const refused = await localBackend({ path })
      .lock(lockInfo('mine'))
      .catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(LockHeldError)
    expect((refused as LockHeldError).holder?.ID).toBe('other')
    expect((refused as LockHeldError).pid).toBe(holder.pid)
    await expect(localBackend({ path }).forceUnlock('other')).rejects.toThrow(
      `Lock holder is alive: The state at ${path} is locked by process ${holder.pid}`,
    )
    await holder.end()
    await (await localBackend({ path }).lock(lockInfo('mine'))).release()
  })

  it('we keep another process out, also after writes and reads', async () => {
    const backend = localBackend({ path })
    const lock = await backend.lock(lockInfo('mine'))
    const refused = `held by mine in ${process.pid}`
    expect((await startHolder(path)).said).toBe(refused)
    await backend.write('a')
    expect((await startHolder(path)).said).toBe(refused)
    await backend.read()
    await localBackend({ path }).read()
    await localBackend({ path })
      .lock(lockInfo('two'))
      .catch(() => {})
    await localBackend({ path })
      .forceUnlock('mine')
      .catch(() => {})
    expect((await startHolder(path)).said).toBe(refused)
    await lock.release()
    const next = await startHolder(path)
    expect(next.said).toBe('locked')
    await next.end()
  })

  it('a killed holder leaves no lock', async () => {
    const holder = await startHolder(path, 'what it wrote')
    await holder.kill()
    expect(existsSync(join(directory, 'deep', '.hub.tfstate.lock.info'))).toBe(true)
    const backend = localBackend({ path })
    const lock = await backend.lock(lockInfo('mine'))
    expect(await backend.read()).toBe('what it wrote')
    await lock.release()
    expect(readdirSync(join(directory, 'deep'))).toEqual(['hub.tfstate'])
  })

  it('the word of a killed holder can be cleared away by its id', async () => {
    const holder = await startHolder(path)
    await holder.kill()
    await expect(localBackend({ path }).forceUnlock('another')).rejects.toThrow('Lock id does not match')
    expect(await localBackend({ path }).forceUnlock('other')).toMatchObject({ ID: 'other' })
    expect(existsSync(join(directory, 'deep', '.hub.tfstate.lock.info'))).toBe(false)
  })

  it('the lock file of a process that died is taken over, of a reused process number as well', async () => {
    const { host, pid } = localProcesses().self
    const dead = spawnSync(process.execPath, ['--version']).pid
    mkdirSync(join(directory, 'deep'))
    for (const owner of [
      { host, pid: dead },
      { host, pid, started: 'long ago' },
    ]) {
      writeFileSync(
        join(directory, 'deep', '.hub.tfstate.lock'),
        JSON.stringify({ process: owner, ...lockInfo('dead') }),
      )
      const lock = await localBackend({ path, locker: lockFile() }).lock(lockInfo('mine'))
      await lock.release()
    }
  })

  it('the lock file of another machine is respected, until it is broken by its id', async () => {
    mkdirSync(join(directory, 'deep'))
    const owner = { host: 'elsewhere.example', pid: 1 }
    writeFileSync(
      join(directory, 'deep', '.hub.tfstate.lock'),
      JSON.stringify({ process: owner, ...lockInfo('far') }),
    )
    const backend = localBackend({ path, locker: lockFile() })
    const refused = await backend.lock(lockInfo('mine')).catch((error: unknown) => error)
    expect((refused as LockHeldError).holder?.ID).toBe('far')
    await backend.forceUnlock('far')
    await (await backend.lock(lockInfo('mine'))).release()
  })

  it.skipIf(process.platform !== 'linux')(
    'who has no record locks respects those of others, also after writes',
    async () => {
      const holder = await startHolder(path, 'first')
      const backend = localBackend({ path, locker: lockFile() })
      const refused = await backend.lock(lockInfo('mine')).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(LockHeldError)
      expect((refused as LockHeldError).holder?.ID).toBe('other')
      expect((refused as LockHeldError).pid).toBe(holder.pid)
      await holder.end()
      expect(readdirSync(join(directory, 'deep'))).not.toContain('.hub.tfstate.lock')
      await (await backend.lock(lockInfo('mine'))).release()
    },
  )

  it('who has record locks respects the lock file of who has none, and can break it', async () => {
    const without = await localBackend({ path, locker: lockFile() }).lock(lockInfo('one'))
    const backend = localBackend({ path })
    const refused = await backend.lock(lockInfo('two')).catch((error: unknown) => error)
    expect((refused as LockHeldError).holder?.ID).toBe('one')
    expect((refused as LockHeldError).pid).toBe(process.pid)
    await expect(backend.forceUnlock('one')).rejects.toThrow('Lock holder is alive')
    await without.release()
    expect(readdirSync(join(directory, 'deep'))).toEqual([])

    writeFileSync(
      join(directory, 'deep', '.hub.tfstate.lock'),
      JSON.stringify({ process: { host: 'elsewhere.example', pid: 1 }, ...lockInfo('far') }),
    )
    await expect(backend.lock(lockInfo('two'))).rejects.toBeInstanceOf(LockHeldError)
    await expect(backend.forceUnlock('near')).rejects.toThrow('Lock id does not match')
    await backend.forceUnlock('far')
    await (await backend.lock(lockInfo('two'))).release()
  })

  it('record locks are there on the systems that we test on', async () => {
    expect(await loadRecordLocks()).toBeDefined()
  })
})
