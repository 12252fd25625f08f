// A journal on disk: one sync for all who wait.
import { dirname } from 'node:path'
import type { Disk } from './disk.ts'

export interface JournalFile {
  append(lines: readonly string[]): Promise<void>
  close(): void
}

interface Waiting {
  readonly text: string
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Writes to the journal at a path, which is made when it is first needed. Only one may be open at a time. */
export function journalFile(disk: Disk, path: string): JournalFile {
  let fd: number | undefined
  let waiting: Waiting[] = []
  let busy = false

  const open = async (): Promise<number> => {
    if (fd !== undefined) return fd
    const isNew = disk.factsAt(path) === undefined
    const opened = disk.open(path, 'append')
    try {
      const text = disk.readAll(opened)
      // What follows the last line break was left by a process that died, and acknowledged to nobody.
      const complete = text.slice(0, text.lastIndexOf('\n') + 1)
      if (complete !== text) disk.truncate(opened, Buffer.byteLength(complete))
      if (isNew) await disk.syncDirectory(dirname(path))
    } catch (error) {
      disk.close(opened)
      throw error
    }
    fd = opened
    return opened
  }

  const flush = async (batch: readonly Waiting[]): Promise<void> => {
    const text = batch.map((one) => one.text).join('')
    const target = await open()
    try {
      // Writing to a file that has been removed would succeed and keep nothing.
      if (disk.facts(target).links === 0)
        throw Object.assign(new Error(`the journal ${path} was removed`), { code: 'ENOENT' })
      await disk.write(target, text)
      await disk.sync(target)
    } catch (error) {
      // Opening it again drops the half of a line that a failed write may have left.
      close()
      throw error
    }
  }

  const run = async (): Promise<void> => {
    busy = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await flush(batch)
        for (const one of batch) one.resolve()
      } catch (error) {
        for (const one of batch) one.reject(error)
      }
    }
    busy = false
  }

  const close = (): void => {
    if (fd !== undefined) disk.close(fd)
    fd = undefined
  }

  return {
    append: (lines) =>
      new Promise((resolve, reject) => {
        waiting.push({ text: lines.map((line) => `${line}\n`).join(''), resolve, reject })
        if (!busy) void run()
      }),
    close,
  }
}
