// A state in a file on this machine, with the lock that Terraform respects.
import { basename, dirname, join } from 'node:path'
import { fail } from '../../diagnostics.ts'
import type { Backend, Lock, LockInfo, RewriteBackup } from '../backend.ts'
import { backupName, backupsOf, pruneBackups, timeOfBackup } from '../backups.ts'
import { lockLost } from '../lost.ts'
import { type Disk, nodeDisk } from './disk.ts'
import { diskFault } from './disk-fault.ts'
import { loadRecordLocks } from './fcntl.ts'
import { type JournalFile, journalFile } from './journal-file.ts'
import { findRecordLock } from './kernel-locks.ts'
import { lockFileLocker } from './lock-file.ts'
import { localProcesses } from './processes.ts'
import { readUnlocked, recordLocker } from './record-lock.ts'
import type { Locker, StateFiles, StateLock } from './state-lock.ts'

export interface LocalOptions {
  /** Of the state file. Its directory is made when the state is first locked. */
  readonly path: string
  readonly disk?: Disk | undefined
  /** Undefined: record locks where there are any, else a lock file. */
  readonly locker?: Locker | undefined
  /** How many earlier contents to keep, one for each lock under which it was changed, besides Terraform's one backup. */
  readonly backups?: number | undefined
}

interface Held {
  readonly lock: StateLock
  readonly journal: JournalFile
  backedUp: boolean
}

/** One client of a state file. Its files have mode 0600: what is merely sensitive is in them in clear. */
export function localBackend(options: LocalOptions): Backend {
  const { path, disk = nodeDisk, locker: given, backups = 0 } = options
  let held: Held | undefined

  const needLock = (): Held => {
    if (held === undefined) throw new Error(`the state at ${path} is written without holding its lock`)
    // Without its directory there is nothing to write to, which the writing itself says best.
    if (!held.lock.isOurs() && disk.factsAt(dirname(path)) !== undefined)
      lockLost(path, new Error('its file was removed, or another program put its own in the place'))
    return held
  }
  let locker = given
  const getLocker = async () => {
    locker ??= await defaultLocker(disk)
    return locker
  }

  return {
    description: path,
    backupDescription: `${path}.backup`,
    journalDescription: `${path}.journal`,

    async read() {
      return guarded('read', path, '', async () => {
        const files = findFiles(disk, path)
        if (files === undefined) return undefined
        const text = held ? held.lock.read() : readUnlocked(disk, files.state)
        if (text === '') refuseEmptied(disk, files, held?.lock)
        return text || undefined
      })
    },

    async write(text) {
      const before = 'The state is as it was before.'
      await guarded('write', path, before, () =>
        replaceFile(disk, getFiles(disk, path), needLock(), { text, backups }),
      )
    },

    async lock(info: LockInfo): Promise<Lock> {
      const locker = await getLocker()
      return guarded('lock', path, '', async () => {
        disk.makeDirectory(dirname(path))
        const files = getFiles(disk, path)
        const lock = locker.take(files, info)
        // Of a process that was killed while it wrote. It may hold what is to be read by its owner only.
        removeQuietly(disk, files.next)
        const mine: Held = { lock, journal: journalFile(disk, files.journal), backedUp: false }
        held = mine
        return { info, release: async () => release(mine) }
      })
    },

    async forceUnlock(id) {
      const locker = await getLocker()
      return guarded('unlock', path, '', async () => locker.breakLock(getFiles(disk, path), id, path))
    },

    async append(lines) {
      const { journal } = needLock()
      const assurance = 'What this run has recorded so far is safe, and it does not go on without recording.'
      await guarded('write', `${path}.journal`, assurance, () => journal.append(lines))
    },

    async readJournal() {
      return guarded('read', `${path}.journal`, '', async () => {
        const files = findFiles(disk, path)
        return files === undefined ? undefined : disk.readText(files.journal)
      })
    },

    async clearJournal() {
      const { journal } = needLock()
      await guarded('remove', `${path}.journal`, '', async () => {
        journal.close()
        disk.remove(getFiles(disk, path).journal)
      })
    },

    async rewriteBackups(rewrite) {
      needLock()
      const assurance = 'Each backup is as it was or as it is to be.'
      await guarded('write', backupsOf(path), assurance, () =>
        rewriteKept(disk, getFiles(disk, path), rewrite),
      )
    },
  }

  function release(mine: Held): void {
    if (held !== mine) return
    held = undefined
    mine.journal.close()
    mine.lock.release()
  }
}

async function defaultLocker(disk: Disk): Promise<Locker> {
  const processes = localProcesses()
  const lockFile = lockFileLocker(disk, processes, findRecordLock)
  const locks = await loadRecordLocks()
  return locks === undefined ? lockFile : recordLocker(disk, locks, processes, lockFile)
}

function getFiles(disk: Disk, path: string): StateFiles {
  const state = disk.realPath(path)
  const hidden = `.${basename(state).replace(/^\./, '')}`
  const beside = (name: string) => join(dirname(state), name)
  return {
    state,
    backup: `${state}.backup`,
    journal: `${state}.journal`,
    next: beside(`${hidden}.next`),
    info: beside(`${hidden}.lock.info`),
    lock: beside(`${hidden}.lock`),
  }
}

/** Undefined if there is no such directory yet: then there is no state either. */
function findFiles(disk: Disk, path: string): StateFiles | undefined {
  return disk.factsAt(dirname(path)) === undefined ? undefined : getFiles(disk, path)
}

/** A program that is killed while it writes in place leaves an empty file, and that does not mean "no objects". */
function refuseEmptied(disk: Disk, files: StateFiles, lock: StateLock | undefined): void {
  const { size = 0 } = disk.factsAt(files.backup) ?? {}
  // While a state is locked for the first time its file is empty, too.
  const isNew = lock === undefined ? disk.factsAt(files.info) !== undefined : lock.made
  if (size === 0 || isNew) return
  fail(
    'State is empty',
    `The state file ${files.state} is empty, but its backup ${files.backup} is not: something was stopped while writing it. Nothing was changed. Copy the backup over it; or, to begin anew, remove both.`,
    { file: files.state },
  )
}

async function replaceFile(
  disk: Disk,
  files: StateFiles,
  held: Held,
  { text, backups }: { readonly text: string; readonly backups: number },
): Promise<void> {
  const before = held.lock.read()
  if (!held.backedUp && before !== '') {
    await replaceBy(disk, files, files.backup, before)
    if (backups > 0) await keepBackup(disk, files, before, backups)
  }
  await replaceBy(disk, files, files.state, text, held.lock)
  held.backedUp = true
}

async function keepBackup(disk: Disk, files: StateFiles, before: string, count: number): Promise<void> {
  const directory = backupsOf(files.state)
  const path = join(directory, backupName(before, new Date()))
  disk.makeDirectory(directory)
  await replaceBy(disk, files, path, before)
  pruneBackups(disk, directory, count, path)
}

async function rewriteKept(disk: Disk, files: StateFiles, rewrite: RewriteBackup): Promise<void> {
  // Nobody else writes while we have the lock, so this is what somebody left who died while writing.
  disk.remove(files.next)
  const directory = backupsOf(files.state)
  const kept = disk.list(directory).filter((name) => timeOfBackup(name) !== undefined)
  for (const path of [files.backup, ...kept.map((name) => join(directory, name))]) {
    const text = disk.readText(path)
    const next = text === undefined || text === '' ? undefined : rewrite(text, path)
    if (next !== undefined) await replaceBy(disk, files, path, next)
  }
}

/** After a crash at any point `path` holds what it held, or all of `text`. */
async function replaceBy(
  disk: Disk,
  files: StateFiles,
  path: string,
  text: string,
  lock?: StateLock,
): Promise<void> {
  const fd = disk.open(files.next, 'replace')
  try {
    await disk.write(fd, text)
    await disk.sync(fd)
    lock?.prepare(fd)
    disk.rename(files.next, path)
  } catch (error) {
    disk.close(fd)
    removeQuietly(disk, files.next)
    throw error
  }
  if (!lock?.adopt(fd)) disk.close(fd)
  await disk.syncDirectory(dirname(path))
}

function removeQuietly(disk: Disk, path: string): void {
  try {
    disk.remove(path)
  } catch {
    // The first error is the one to report; the next write replaces what is left here.
  }
}

async function guarded<T>(act: string, path: string, assurance: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw diskFault(error, act, path, assurance)
  }
}
