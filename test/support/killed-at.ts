// A process that is killed in the middle of its writes, whatever kind of place it writes to.
import type { Backend, RewriteBackup } from '../../src/state/backend.ts'

/**
 * A client that stops at the n-th point: before a write and after it, before lines are added or removed, and before each
 * backup is written. It writes nothing from then on.
 */
export function killedAt(inner: Backend, at: number): { readonly backend: Backend; end(): Promise<void> } {
  let left = at
  let release = async () => {}
  const step = () => {
    if (left-- <= 0) throw new Error('the process was killed')
  }
  const alive = () => {
    if (left < 0) throw new Error('the process is gone')
  }
  return {
    // The lock goes with the process, or is taken over, which is tested elsewhere.
    end: () => release(),
    backend: {
      ...inner,
      async lock(info, signal) {
        const lock = await inner.lock(info, signal)
        release = lock.release
        return { ...lock, release: async () => {} }
      },
      async read() {
        alive()
        return inner.read()
      },
      async write(text) {
        step()
        await inner.write(text)
        step()
      },
      async append(lines) {
        step()
        await inner.append(lines)
      },
      async clearJournal() {
        step()
        await inner.clearJournal()
      },
      async rewriteBackups(rewrite) {
        alive()
        const counted: RewriteBackup = (text, where) => {
          const next = rewrite(text, where)
          if (next !== undefined) step()
          return next
        }
        await inner.rewriteBackups(counted)
      },
    },
  }
}
