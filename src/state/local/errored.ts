// What could not be saved where it belongs, kept where the command runs, under the name that Terraform uses.
import { randomUUID } from 'node:crypto'
import { constants, copyFile, link, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, nodeDisk } from './disk.ts'

/**
 * Writes a new file with mode 0600, on disk with its name when this returns, and says where it is.
 *
 * Never touches a file that is there: an earlier one may hold what is nowhere else. Then the name gets a number.
 */
export async function keepErrored(directory: string, text: string): Promise<string> {
  const whole = join(directory, `.errored.tfstate.${randomUUID()}.next`)
  try {
    const file = await open(whole, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    const path = await nameIt(whole, directory)
    await nodeDisk.syncDirectory(directory)
    return path
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
