// Resident memory of processes, in megabytes, from proc(5). Nothing is known of it on other systems: 0.
import { readdirSync, readFileSync } from 'node:fs'

/** The most that one process has had so far. */
export function peakOf(pid: number | undefined): number {
  return field(pid, 'VmHWM')
}

/** What a process and all that it started have now. Pages that they share count for each. */
export function residentOfTree(pid: number | undefined): number {
  return field(pid, 'VmRSS') + startedBy(pid).reduce((sum, child) => sum + residentOfTree(child), 0)
}

function field(pid: number | undefined, name: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024
  } catch {
    // It has just ended.
    return 0
  }
}

/** Any thread may have started some. */
function startedBy(pid: number | undefined): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    )
  } catch {
    return []
  }
}
