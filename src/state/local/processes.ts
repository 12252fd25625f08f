// Which processes are alive, for locks that name their owner.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { errorCode } from './disk.ts'
import type { Processes } from './lock-file.ts'

/** The processes of this machine. */
export function localProcesses(): Processes {
  const host = hostname()
  return {
    self: { host, pid: process.pid, started: findStart(process.pid) },
    mayLive(other) {
      if (other.host !== host) return true
      try {
        // Signal 0 only asks whether the process is there.
        process.kill(other.pid, 0)
      } catch (error) {
        if (errorCode(error) === 'ESRCH') return false
      }
      const started = findStart(other.pid)
      return other.started === undefined || started === undefined || other.started === started
    },
  }
}

function findStart(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      // The second field is a name that may hold spaces and brackets, so count from the last bracket.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    }
    if (process.platform === 'win32') return undefined
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
  } catch {
    return undefined
  }
}
