// Which token a call is made with, and what to do when it is refused.
import { refusesCredentials, type SignIn } from './sign-in.ts'
import { type Token, TokenSlot } from './token.ts'

/** The organization, one environment by its domain, or the organization as somebody rather than as a client. */
export type Realm = { readonly environment?: string | undefined; readonly asUser?: boolean }

export interface Session {
  readonly token: (realm: Realm) => Promise<string>
  /** The token to use after one was refused. */
  readonly after: (realm: Realm, refused: string, how: 'renew' | 'obtain') => Promise<string>
  /** True if tokens for an environment name that environment by themselves. */
  readonly connects: () => boolean
  /**
   * Called when the service refuses the organization's own token inside an environment: from now on we connect
   * instead, as the user if there is one.
   */
  readonly connectInstead: () => void
  /**
   * A token of its own for somebody else. Never one that is used here: renewing that one would end it in the hands of
   * whoever it was given to.
   */
  readonly lend: (realm: Realm) => Promise<Token>
  /** Words to add to a refusal; may be empty. */
  readonly advice: () => string
}

export interface SessionNeeds {
  readonly signIn: SignIn
  readonly byClient: boolean
  readonly byUser: boolean
  readonly now: () => number
}

export function makeSession({ signIn, byClient, byUser, now }: SessionNeeds): Session {
  const renew = async (token: { value: string }) => await signIn.renew(token.value)
  const admin = new TokenSlot({ obtain: signIn.clientToken, now })
  const user = byUser ? new TokenSlot({ obtain: signIn.login, renew, now }) : admin
  const environments = new Map<string, TokenSlot>()
  let connecting = !byClient

  async function connect(domain: string) {
    let bearer = await user.get()
    for (const how of ['renew', 'obtain', undefined] as const) {
      const start = now()
      const answer = await signIn.connect(domain, bearer)
      if (how === undefined || !refusesCredentials(answer.status)) {
        return await signIn.connected(domain, answer, start)
      }
      bearer = await user.after(bearer, how)
    }
    throw new TypeError('unreachable')
  }

  function slot({ environment, asUser }: Realm): TokenSlot {
    if (asUser === true) return user
    if (environment === undefined || !connecting) return byClient ? admin : user
    const known = environments.get(environment)
    if (known !== undefined) return known
    const made = new TokenSlot({ obtain: async () => await connect(environment), renew, now })
    environments.set(environment, made)
    return made
  }

  return {
    token: async (realm) => await slot(realm).get(),
    after: async (realm, refused, how) => await slot(realm).after(refused, how),
    connects: () => connecting,
    connectInstead: () => {
      connecting = true
    },
    lend: async ({ environment }) => {
      if (environment !== undefined) return await connect(environment)
      return byClient ? await signIn.clientToken() : await signIn.login()
    },
    advice: signIn.hint,
  }
}
