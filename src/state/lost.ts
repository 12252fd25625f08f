// What every backend says when its lock is no longer this run's.
import { fail } from '../diagnostics.ts'

/** For a run whose lock is gone: it must not write any more. */
export function lockLost(description: string, cause?: unknown): never {
  const reason =
    cause instanceof Error ? cause.message.replace(/\.$/, '') : 'another run has taken it over since'
  return fail(
    'Lock on state lost',
    `This run no longer holds the lock on the state at ${description}: ${reason}. It stops here, as another run may be at work; nothing more is written there.`,
    undefined,
    cause,
  )
}
