// Answers once and for all.

export type Memory = <T>(key: string, read: () => Promise<T>) => Promise<T>

/** Asks once for each key, also when asked again meanwhile. A failure is not remembered. */
export function makeMemory(): Memory {
  const answers = new Map<string, Promise<unknown>>()
  return async <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const known = answers.get(key)
    // A key is only ever used for one kind of answer.
    if (known !== undefined) return (await known) as T
    const asking = read()
    answers.set(key, asking)
    asking.catch(() => answers.delete(key))
    return await asking
  }
}

/** Lets works with the same key run only one after another. */
export function makeTurns(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>()
  return async (key, work) => {
    const before = last.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    const settled = mine.catch(() => undefined)
    last.set(key, settled)
    void settled.then(() => {
      if (last.get(key) === settled) last.delete(key)
    })
    return await mine
  }
}
