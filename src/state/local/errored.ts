// What could not be saved where it belongs, kept where the command runs, under the name that Terraform uses.
import { randomUUID } from 'node:crypto'
import { constants, copyFile, link, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RewriteBackup } from '../backend.ts'
import { errorCode, nodeDisk } from './disk.ts'

/**
 * Writes a new file with mode 0600, on disk with its name when this returns, and says where it is.
 *
 * Never touches a file that is there: an earlier one may hold what is nowhere else. Then the name gets a number.
 */
export async function keepErrored(directory: string, text: string): Promise<string> {
  return withWhole(directory, text, (whole) => nameIt(whole, directory))
}

/** True for the names that such files get. */
export function isErrored(name: string): boolean {
  return /^errored(-\d+)?\.tfstate$/.test(name)
}

/**
 * Hands over all such files of a directory, also those that a killed process was writing, and replaces each as a whole by
 * what comes back; undefined leaves it.
 */
export async function rewriteErrored(directory: string, rewrite: RewriteBackup): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!isErrored(name) && !/^\.errored\.tfstate\.[\da-f-]{36}\.next$/.test(name)) continue
    const path = join(directory, name)
    const next = rewrite(await readFile(path, 'utf8'), path)
    if (next !== undefined) await withWhole(directory, next, (whole) => rename(whole, path))
  }
}

/** Writes a file of a name that nobody else knows, and has it named; then the names last. */
async function withWhole<T>(
  directory: string,
  text: string,
  name: (whole: string) => Promise<T>,
): Promise<T> {
  const whole = join(directory, `.errored.tfstate.${randomUUID()}.next`)
  try {
    const file = await open(whole, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    const named = await name(whole)
    await nodeDisk.syncDirectory(directory)
    return named
  } finally {
    await rm(whole, { force: true })
  }
}

/** A link is made whole or not at all, and never in the place of another file. */
async function nameIt(whole: string, directory: string): Promise<string> {
  for (let number = 1; ; number++) {
    const path = join(directory, number === 1 ? 'errored.tfstate' : `errored-${number}.tfstate`)
    try {
      await link(whole, path).catch((error: unknown) => {
        if (errorCode(error) === 'EEXIST') throw error
        // Some file systems have no links.
        return copyFile(whole, path, constants.COPYFILE_EXCL)
      })
      return path
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
  }
}
