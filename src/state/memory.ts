// A state in memory: for tests, and for tours that leave nothing behind.
import { type Backend, type Lock, LockHeldError, type LockInfo } from './backend.ts'
import { lockNotHeld, wrongLockId } from './unlock.ts'

/** What several clients of one place share. */
export interface MemoryStore {
  text: string | undefined
  backup: string | undefined
  journal: string | undefined
  holder: LockInfo | undefined
}

export function memoryStore(): MemoryStore {
  return { text: undefined, backup: undefined, journal: undefined, holder: undefined }
}

/** One client of a store. */
export function memoryBackend(store: MemoryStore = memoryStore()): Backend {
  const description = 'memory'
  let held: { readonly info: LockInfo; wrote: boolean } | undefined
  let appended: string | undefined

  const needLock = () => {
    if (held === undefined) throw new Error('the state in memory is written without holding its lock')
    return held
  }

  return {
    description,
    read: async () => store.text,
    async write(text) {
      const lock = needLock()
      if (!lock.wrote && store.text !== undefined) store.backup = store.text
      lock.wrote = true
      store.text = text
    },
    async lock(info): Promise<Lock> {
      if (store.holder !== undefined) throw new LockHeldError(store.holder)
      store.holder = info
      held = { info, wrote: false }
      return {
        info,
        async release() {
          if (store.holder === info) store.holder = undefined
          if (held?.info === info) held = undefined
        },
      }
    },
    async forceUnlock(id) {
      if (store.holder === undefined) return lockNotHeld(description)
      const { holder } = store
      if (holder.ID !== id) return wrongLockId(id, holder, description)
      store.holder = undefined
      return holder
    },
    async append(lines) {
      needLock()
      const text = store.journal ?? ''
      // Looking for the last line break copies the whole text, so not when we know that it ends with one.
      const complete = text === appended ? text : text.slice(0, text.lastIndexOf('\n') + 1)
      appended = complete + lines.map((line) => `${line}\n`).join('')
      store.journal = appended
    },
    readJournal: async () => store.journal,
    async clearJournal() {
      needLock()
      store.journal = undefined
    },
    async rewriteBackups(rewrite) {
      needLock()
      if (store.backup !== undefined)
        store.backup = rewrite(store.backup, 'the backup in memory') ?? store.backup
    },
  }
}
