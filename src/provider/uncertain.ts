// A request whose effect is not known.
import { DiagnosticError, problem } from '../diagnostics.ts'

/**
 * Thrown by a client when a request that must not be repeated blindly was sent, and no answer says whether it took
 * effect: the connection dropped, or the service failed after it may have acted.
 */
export class UncertainOutcomeError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UncertainOutcomeError'
  }
}

/** Nobody could find out whether a create took effect. The next run has to look for the object before it makes one. */
export class UnknownOutcome extends DiagnosticError {
  constructor(detail: string, options?: ErrorOptions) {
    super(problem('Outcome of create unknown', detail), options)
    this.name = 'UnknownOutcome'
  }
}
