// The disk, as far as the local backend needs it: few calls, so that a test can make each of them fail.
import * as fs from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

/** What tells one file from another, and how it is doing. */
interface FileFacts {
  /** Equal for two files exactly if they are one. */
  readonly identity: string
  readonly size: number
  /** 0 once it has been removed. */
  readonly links: number
}

/**
 * Files with mode 0600. Calls throw as `node:fs` does.
 *
 * Those that return at once must not be made to wait: closing a file drops this process's locks on it, so opening,
 * reading and closing must not be interleaved with taking a lock.
 */
export interface Disk {
  /** Follows links; the file itself need not exist, its directory must. */
  realPath(path: string): string
  /** Undefined if there is no such file. */
  readText(path: string): string | undefined
  /** `update` keeps what is there, `replace` empties it, `append` writes at the end. All make the file if missing. */
  open(path: string, how: 'update' | 'replace' | 'append'): number
  readAll(fd: number): string
  facts(fd: number): FileFacts
  factsAt(path: string): FileFacts | undefined
  write(fd: number, text: string): Promise<void>
  writeNow(path: string, text: string): void
  truncate(fd: number, size: number): void
  sync(fd: number): Promise<void>
  close(fd: number): void
  rename(from: string, to: string): void
  /** Makes a file that must not exist; false if it does. */
  createNew(path: string, text: string): boolean
  /** Succeeds if there is none. */
  remove(path: string): void
  makeDirectory(path: string): void
  /** Names in a directory; none if it is not there. */
  list(path: string): readonly string[]
  /** Makes renames and new files in it last. */
  syncDirectory(path: string): Promise<void>
}

const FLAGS = { update: fs.constants.O_RDWR | fs.constants.O_CREAT, replace: 'w+', append: 'a+' } as const
const MODE = 0o600

const write = promisify(fs.write) as unknown as (
  fd: number,
  buffer: Buffer,
  offset: number,
) => Promise<{ bytesWritten: number }>
const sync = promisify(fs.fsync)

/** The disk of this machine. */
export const nodeDisk: Disk = {
  realPath(path) {
    try {
      return fs.realpathSync(path)
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
      const own = join(fs.realpathSync(dirname(path)), basename(path))
      // A link to a file that is yet to be made: once it is there, the same path must lead to the same place.
      const target = unlessMissing(() =>
        fs.lstatSync(own).isSymbolicLink() ? fs.readlinkSync(own) : undefined,
      )
      return target === undefined ? own : nodeDisk.realPath(resolve(dirname(own), target))
    }
  },
  readText: (path) => unlessMissing(() => fs.readFileSync(path, 'utf8')),
  open: (path, how) => fs.openSync(path, FLAGS[how], MODE),
  readAll(fd) {
    const buffer = Buffer.alloc(fs.fstatSync(fd).size)
    let length = 0
    // Always from the start: reading by descriptor would go on where the last read ended.
    for (let got = -1; got !== 0 && length < buffer.length; length += got)
      got = fs.readSync(fd, buffer, length, buffer.length - length, length)
    return buffer.toString('utf8', 0, length)
  },
  facts: (fd) => toFacts(fs.fstatSync(fd)),
  factsAt: (path) => unlessMissing(() => toFacts(fs.statSync(path))),
  async write(fd, text) {
    const buffer = Buffer.from(text, 'utf8')
    for (let offset = 0; offset < buffer.length; ) offset += (await write(fd, buffer, offset)).bytesWritten
  },
  writeNow: (path, text) => fs.writeFileSync(path, text, { mode: MODE }),
  truncate: (fd, size) => fs.ftruncateSync(fd, size),
  sync,
  close: (fd) => fs.closeSync(fd),
  rename: (from, to) => fs.renameSync(from, to),
  createNew(path, text) {
    try {
      fs.writeFileSync(path, text, { mode: MODE, flag: 'wx' })
      return true
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false
      throw error
    }
  },
  remove: (path) => fs.rmSync(path, { force: true }),
  makeDirectory: (path) => void fs.mkdirSync(path, { recursive: true }),
  list: (path) => unlessMissing(() => fs.readdirSync(path)) ?? [],
  async syncDirectory(path) {
    // Windows cannot open a directory, and needs no sync of one.
    if (process.platform === 'win32') return
    const fd = fs.openSync(path, 'r')
    try {
      await sync(fd)
    } finally {
      fs.closeSync(fd)
    }
  },
}

/** `ENOENT` and the like; undefined if it is not an error of the operating system. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

function toFacts(stats: fs.Stats): FileFacts {
  return { identity: `${stats.dev}:${stats.ino}`, size: stats.size, links: stats.nlink }
}

function unlessMissing<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
