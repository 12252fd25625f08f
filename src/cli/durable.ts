// Small files that must be whole and there after a crash: plans and keys.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes a file with mode 0600 that must not exist; its content is on disk when this returns, its name not yet. */
export function writeNew(path: string, content: string): void {
  const fd = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(fd, content)
    fsyncSync(fd)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(fd)
  }
}

/** Puts a file with mode 0600 in the place of what is there, if anything: after a crash there is one or the other. */
export function replaceDurably(path: string, content: string): void {
  const next = `${path}.${process.pid}`
  // Of a process with the same number that was killed while it wrote.
  rmSync(next, { force: true })
  writeNew(next, content)
  try {
    renameSync(next, path)
  } catch (error) {
    rmSync(next, { force: true })
    throw error
  }
  syncDirectoryOf(path)
}

/** Makes new names in its directory last. */
export function syncDirectoryOf(path: string): void {
  // Windows cannot open a directory, and needs no sync of one.
  if (process.platform === 'win32') return
  const fd = openSync(dirname(path), 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
