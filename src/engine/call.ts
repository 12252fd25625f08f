// The one place where an exception becomes something a user can read, and where calls are handed their context.
import { type Diagnostic, DiagnosticError, located, type Place, problem } from '../diagnostics.ts'
import type { Call } from '../provider/call.ts'
import { makePoll } from '../provider/poll.ts'
import type { RunOptions } from './api.ts'

/** Turns whatever was thrown into diagnostics at a place. */
export function toDiagnostics(error: unknown, where: Place): Diagnostic[] {
  if (error instanceof DiagnosticError) return located(error.diagnostics, where)
  if (isAbort(error)) return [problem('Interrupted', 'The operation was stopped before it ended.', where)]
  const message = error instanceof Error ? error.message : String(error)
  return [problem('Operation failed', `${message}${causeOf(error)}`, where)]
}

/** What a call of a resource is handed; its warnings become events at the place. */
export function makeCall(run: Pick<RunOptions, 'abort' | 'world' | 'onEvent'>, where: Place): Call {
  return {
    signal: run.abort,
    poll: makePoll(run.abort, run.world.clock),
    warn: (summary, detail) =>
      run.onEvent({ kind: 'warning', diagnostic: { severity: 'warning', summary, detail, where } }),
  }
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && cause.message !== '' ? ` (${cause.message})` : ''
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'Interrupted')
}
