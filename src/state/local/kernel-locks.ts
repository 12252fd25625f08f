// What the kernel tells of record locks to those who cannot take any.
import { readFileSync, statSync } from 'node:fs'

/**
 * The process that has a record lock on a file, 0 if it has no number here; undefined if none has, or where this cannot be
 * found out: not on Linux, or for a process elsewhere on a shared disk.
 */
export function findRecordLock(path: string): number | undefined {
  if (process.platform !== 'linux') return undefined
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = nameFile(path)
    if (before === undefined) return undefined
    const pid = lockOn(before)
    // A holder that saves puts another file in the place.
    if (pid !== undefined || nameFile(path) === before) return pid
  }
  return undefined
}

const ATTEMPTS = 50

/** As in `/proc/locks`: `fd:01:1234`. */
function nameFile(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (stats === undefined) return undefined
  const { dev, ino } = stats
  const hex = (number: bigint) => number.toString(16).padStart(2, '0')
  const major = (dev >> 8n) & 0xfffn
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xfff00n)
  return `${hex(major)}:${hex(minor)}:${ino}`
}

/** A line is `1: POSIX  ADVISORY  WRITE 4711 fd:01:1234 0 EOF`. */
function lockOn(file: string): number | undefined {
  let text: string
  try {
    text = readFileSync('/proc/locks', 'utf8')
  } catch {
    // Not to be had in some containers; then it is as on other systems.
    return undefined
  }
  for (const line of text.split('\n')) {
    const [, kind, , , pid, at] = line.trim().split(/\s+/)
    if ((kind === 'POSIX' || kind === 'OFDLCK') && at === file) return Math.max(0, Number(pid))
  }
  return undefined
}
