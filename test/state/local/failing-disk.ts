// Disks that fail: at the n-th change, as if the process died there, or always in one call.
import { type Disk, nodeDisk } from '../../../src/state/local/disk.ts'

const CHANGES = [
  'open',
  'write',
  'writeNow',
  'truncate',
  'sync',
  'rename',
  'createNew',
  'remove',
  'makeDirectory',
  'syncDirectory',
] as const

export class CrashError extends Error {}

/**
 * Does `changes` changes, leaves the next one half done where it can be halved, and nothing works from then on.
 */
export function crashingDisk(changes: number): Disk {
  let left = changes
  const change = async (disk: Disk, name: string, args: readonly unknown[]) => {
    if (name === 'write')
      await disk.write(args[0] as number, String(args[1]).slice(0, String(args[1]).length / 2))
    throw new CrashError(name)
  }
  return new Proxy(nodeDisk, {
    get(disk, name: keyof Disk) {
      // Every method of a disk is a function of some arguments; the proxy passes them on unseen.
      const method = disk[name] as (...args: unknown[]) => unknown
      return (...args: unknown[]) => {
        if (left < 0) throw new CrashError(name)
        if (!(CHANGES as readonly string[]).includes(name)) return method(...args)
        if (left-- > 0) return method(...args)
        if (name === 'write' || name === 'sync' || name === 'syncDirectory') return change(disk, name, args)
        throw new CrashError(name)
      }
    },
  })
}

/** Answers one call on matching paths with an error of the operating system. */
export function faultyDisk(
  call: 'open' | 'write' | 'sync' | 'rename' | 'makeDirectory',
  code: string,
  path = /./,
): Disk {
  const fault = (...args: readonly unknown[]) => {
    if (typeof args[0] === 'string' && !path.test(args[0])) return undefined
    return Object.assign(new Error(`${code}: s3cret`), { code })
  }
  const method = nodeDisk[call] as (...args: unknown[]) => unknown
  return {
    ...nodeDisk,
    [call]: (...args: unknown[]) => {
      const error = fault(...args)
      if (error === undefined) return method(...args)
      if (call === 'write' || call === 'sync') return Promise.reject(error)
      throw error
    },
  }
}
