// POSIX record locks, which Node lacks, by calling the C library.

export interface RecordLocks {
  /** Takes the write lock on the whole file; false if another process has it. */
  tryLock(fd: number): boolean
  /** The process that has it; undefined if none has, or it is this one. */
  findHolder(fd: number): number | undefined
}

/** The C structure `flock` of a platform, and the numbers of its commands. */
interface Layout {
  readonly size: number
  readonly type: number
  readonly pid: number
  readonly writeLock: number
  readonly unlocked: number
  readonly set: number
  readonly get: number
  readonly errors: { readonly [number: number]: string }
}

const linux: Layout = {
  size: 32,
  type: 0,
  pid: 24,
  writeLock: 1,
  unlocked: 2,
  set: 6,
  get: 5,
  errors: { 1: 'EPERM', 9: 'EBADF', 11: 'EAGAIN', 13: 'EACCES', 28: 'ENOSPC', 37: 'ENOLCK' },
}

const darwin: Layout = {
  size: 24,
  type: 20,
  pid: 16,
  writeLock: 3,
  unlocked: 2,
  set: 8,
  get: 7,
  errors: { 1: 'EPERM', 9: 'EBADF', 13: 'EACCES', 35: 'EAGAIN', 45: 'ENOTSUP', 77: 'ENOLCK' },
}

function findLayout(): Layout | undefined {
  // The structure is laid out differently on 32 bits, which nobody runs this on.
  const is64 = ['x64', 'arm64', 'riscv64', 'ppc64', 's390x', 'loong64'].includes(process.arch)
  const isBigEndian = process.arch === 's390x'
  if (!is64 || isBigEndian) return undefined
  return process.platform === 'linux' ? linux : process.platform === 'darwin' ? darwin : undefined
}

/** Undefined where they cannot be had: on Windows, or where the native library does not load. */
export async function loadRecordLocks(): Promise<RecordLocks | undefined> {
  const layout = findLayout()
  if (layout === undefined) return undefined
  try {
    // Loaded only now: most commands of the program take no lock, and it is native code.
    const { default: koffi } = await import('koffi')
    const fcntl = koffi.load(null).func('int fcntl(int fd, int cmd, ...)')
    const call = (fd: number, command: number, lock: Buffer) =>
      Number(fcntl(fd, command, 'void *', lock)) === -1 ? nameError(layout, koffi.errno()) : undefined
    return locksBy(layout, call)
  } catch {
    // No prebuilt library for this platform. The caller has another way to lock.
    return undefined
  }
}

type Call = (fd: number, command: number, lock: Buffer) => string | undefined

function locksBy(layout: Layout, call: Call): RecordLocks {
  // All zero means: from the start of the file, without end.
  const wholeFile = () => {
    const lock = Buffer.alloc(layout.size)
    lock.writeInt16LE(layout.writeLock, layout.type)
    return lock
  }
  return {
    tryLock(fd) {
      const error = call(fd, layout.set, wholeFile())
      if (error === undefined) return true
      if (error === 'EAGAIN' || error === 'EACCES') return false
      throw Object.assign(new Error(`fcntl failed: ${error}`), { code: error })
    },
    findHolder(fd) {
      const lock = wholeFile()
      const error = call(fd, layout.get, lock)
      if (error !== undefined || lock.readInt16LE(layout.type) === layout.unlocked) return undefined
      const pid = lock.readInt32LE(layout.pid)
      // The holder is on another machine, or in another container.
      return pid > 0 ? pid : undefined
    },
  }
}

function nameError(layout: Layout, number: number): string {
  return layout.errors[number] ?? `errno ${number}`
}
