// Documents on a server, of which only the one that was seen is replaced.

/** A document, and what tells this content of it from another. */
export interface Versioned {
  readonly text: string
  readonly tag: string
}

/** A document is not the one that was expected: nothing was written. */
export class ChangedError extends Error {
  constructor(name: string) {
    super(`${name} was changed by another program`)
    this.name = 'ChangedError'
  }
}
