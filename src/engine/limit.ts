// At most so many at a time.

/** Runs tasks, at most `most` at a time, in the order they were given. Once `stop` aborts, waiting tasks reject. */
export type Limit = <T>(task: () => Promise<T>) => Promise<T>

/** Makes a limit. Tasks of one limit must not wait for other tasks of it, or they may wait for ever. */
export function makeLimit(most: number, stop: AbortSignal): Limit {
  let running = 0
  const waiting: (() => void)[] = []
  let head = 0

  const release = () => {
    running -= 1
    const next = waiting[head]
    if (next === undefined) return
    head += 1
    if (head > 1000 && head * 2 > waiting.length) {
      waiting.splice(0, head)
      head = 0
    }
    running += 1
    next()
  }

  return async (task) => {
    if (running < most) running += 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      stop.throwIfAborted()
      return await task()
    } finally {
      release()
    }
  }
}
