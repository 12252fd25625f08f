// Puts the parts of a client together. Does no I/O: the first request signs in.
import type { PollClock } from '../../provider/poll.ts'
import type { Access, Connection } from '../../provider/provider.ts'
import { makeApi } from './api.ts'
import { makeFingerprints } from './fingerprint.ts'
import { makeReader } from './reader.ts'
import { makeRedactor } from './redact.ts'
import { makeRequester, type RequesterOptions, type Send } from './request.ts'
import { makeSession } from './session.ts'
import { type Account, makeSignIn } from './sign-in.ts'
import type { StatusWords } from './status.ts'
import { makeUsage } from './usage.ts'
import { makeWriter } from './writer.ts'

export type { Account } from './sign-in.ts'

export interface ConnectOptions {
  readonly account: Account
  readonly words: StatusWords
  readonly fingerprintKey?: string | undefined
  readonly access: Access
  readonly signal: AbortSignal
  readonly clock: PollClock
  readonly request?: Partial<RequesterOptions>
}

/** Makes a connection whose client is a Reader, or with access `write` a Writer. */
export function connect(options: ConnectOptions): Connection {
  const { account, access, clock, signal } = options
  const redactor = makeRedactor()
  for (const secret of [account.client?.secret, account.user?.password, options.fingerprintKey])
    redactor.add(secret)
  const requester = makeRequester({ redactor, clock, ...options.request })
  const usage = makeUsage(requester.retries)
  const now = clock.now
  const signIn = makeSignIn({ account, send: counted(requester.send, usage.signedIn), redactor, now, signal })
  const session = makeSession({
    signIn,
    byClient: account.client !== undefined,
    byUser: account.user !== undefined,
    now,
  })
  const api = makeApi({
    baseUrl: account.baseUrl,
    organization: account.organization,
    session,
    send: guarded(requester.send, access),
    redactor,
    access,
    count: usage.called,
  })
  const fingerprints = makeFingerprints(options.fingerprintKey)
  const lendToken = async (environment: string | undefined) => {
    const { value, expiresAt } = await session.lend({ environment })
    if (expiresAt === undefined) return { token: value, expiresIn: null, endsAt: null }
    const left = expiresAt - now()
    // The clock here only measures; whoever is told a moment goes by the one on the wall.
    return { token: value, expiresIn: Math.floor(left / 1000), endsAt: new Date(Date.now() + left) }
  }
  const remember = access === 'read'
  const reader = makeReader({ api, words: options.words, fingerprints, lendToken, remember })
  return {
    client: access === 'read' ? reader : makeWriter(api, reader),
    forget: reader.forget,
    usage: usage.now,
    close: requester.close,
  }
}

/** The last word on reading only: whatever asked for it, nothing but a GET leaves. Signing in does not come through here. */
function guarded(send: Send, access: Access): Send {
  if (access === 'write') return send
  return async (outgoing, signal) => {
    if (outgoing.method !== 'GET')
      throw new TypeError(
        `${outgoing.method} ${new URL(outgoing.url).pathname} through a connection that only reads`,
      )
    return await send(outgoing, signal)
  }
}

function counted(send: Send, count: () => void): Send {
  return async (outgoing, signal) => {
    count()
    return await send(outgoing, signal)
  }
}
