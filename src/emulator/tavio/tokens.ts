// Issued tokens. They live in memory only: a restart, a reset or a restored snapshot ends them all.
import { randomUUID } from 'node:crypto'

/** Whom a token stands for. An EnvAuth holds the environment's id, so that it dies with it. */
type Grant =
  | { readonly kind: 'admin' }
  | { readonly kind: 'organization'; readonly userId: string }
  | {
      readonly kind: 'environment'
      /** Undefined if an administrator's token was connected. */
      readonly userId: string | undefined
      readonly envDomain: string
      readonly environmentId: string
    }

export interface Tokens {
  issue(grant: Grant): { readonly token: string; readonly expiresIn: number }
  /** Undefined if unknown, ended or expired. */
  find(token: string): Grant | undefined
  end(token: string): void
  clear(): void
}

export function tokenStore(clock: () => number, lifeSeconds: () => number): Tokens {
  const issued = new Map<string, { readonly grant: Grant; readonly until: number }>()
  return {
    issue(grant) {
      const token = randomUUID()
      const expiresIn = lifeSeconds()
      issued.set(token, { grant, until: clock() + expiresIn * 1000 })
      return { token, expiresIn }
    },
    find(token) {
      const entry = issued.get(token)
      if (entry !== undefined && clock() < entry.until) return entry.grant
      issued.delete(token)
      return undefined
    },
    end: (token) => void issued.delete(token),
    clear: () => issued.clear(),
  }
}
