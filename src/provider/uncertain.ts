// A request whose effect is not known.

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
