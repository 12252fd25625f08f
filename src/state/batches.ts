// Writes that come at the same time, made as one: the journal's lines, wherever they are kept.

/**
 * Collects what is added while a write is going on, and writes all of that at once.
 *
 * `write` is never called twice at a time. What it throws is thrown to everyone whose lines were part of that write.
 */
export function batches(
  write: (lines: readonly string[]) => Promise<void>,
): (lines: readonly string[]) => Promise<void> {
  let waiting: { lines: readonly string[]; resolve: () => void; reject: (error: unknown) => void }[] = []
  let busy = false

  const run = async () => {
    busy = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await write(batch.flatMap((one) => one.lines))
        for (const one of batch) one.resolve()
      } catch (error) {
        for (const one of batch) one.reject(error)
      }
    }
    busy = false
  }

  return (lines) =>
    new Promise((resolve, reject) => {
      waiting.push({ lines, resolve, reject })
      if (!busy) void run()
    })
}
