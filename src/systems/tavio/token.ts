// One token: kept, renewed before it runs out, replaced when refused, always by one caller at a time.

export interface Token {
  readonly value: string
  /** On the clock given; undefined if the service did not say. */
  readonly expiresAt: number | undefined
  readonly renewAt: number | undefined
}

/** A token that lives `seconds` from `start`, which must be a moment before it was asked for. */
export function makeToken(value: string, seconds: number | undefined, start: number): Token {
  if (seconds === undefined) return { value, expiresAt: undefined, renewAt: undefined }
  const margin = Math.min(60, seconds / 5)
  return { value, expiresAt: start + seconds * 1000, renewAt: start + (seconds - margin) * 1000 }
}

export interface TokenSource {
  /** Signs in or connects afresh. */
  readonly obtain: () => Promise<Token>
  /** Trades a valid token for a new one; undefined if the service will not. */
  readonly renew?: (token: Token) => Promise<Token | undefined>
  readonly now: () => number
}

export class TokenSlot {
  readonly #source: TokenSource
  #current: Token | undefined
  #pending: Promise<Token> | undefined

  constructor(source: TokenSource) {
    this.#source = source
  }

  /** A token good for now. */
  async get(): Promise<string> {
    const now = this.#source.now()
    const current = this.#current
    if (current !== undefined && (current.renewAt === undefined || now < current.renewAt)) {
      // While another caller renews, the token we hold may die at any moment.
      return (await this.#pending)?.value ?? current.value
    }
    const expired = current?.expiresAt !== undefined && now >= current.expiresAt
    return await this.#replace(expired ? 'obtain' : 'renew')
  }

  /** The token to use after `refused` was refused: a newer one if there is one by now, else by renewing or afresh. */
  async after(refused: string, how: 'renew' | 'obtain'): Promise<string> {
    const newer = this.#current
    if (this.#pending === undefined && newer !== undefined && newer.value !== refused) return newer.value
    return await this.#replace(how)
  }

  async #replace(how: 'renew' | 'obtain'): Promise<string> {
    this.#pending ??= this.#fetch(how).finally(() => {
      this.#pending = undefined
    })
    return (await this.#pending).value
  }

  async #fetch(how: 'renew' | 'obtain'): Promise<Token> {
    const before = this.#current
    const renewed = how === 'renew' && before !== undefined ? await this.#source.renew?.(before) : undefined
    // Set in one step: nobody may see a moment without a token, nor the old one once the new one is there.
    this.#current = renewed ?? (await this.#source.obtain())
    return this.#current
  }
}
