// A hub for tests, and short ways to talk to it as any HTTP client would.
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/server.ts'

interface Reply {
  readonly status: number
  /** Parsed JSON; undefined if there was no body. */
  readonly body: Json
  readonly headers: Headers
}

// Bodies are looked into freely: a test that looks in the wrong place fails.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Json = any

interface CallOptions {
  readonly body?: unknown
  /** `null` sends none; absent sends that of an administrator. */
  readonly token?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as it is. */
  readonly text?: string
}

export interface Hub {
  readonly emulator: Emulator
  /** Below `/v1/{orgDomain}`. */
  call(method: string, path: string, options?: CallOptions): Promise<Reply>
  /** From the origin. */
  raw(method: string, path: string, options?: CallOptions): Promise<Reply>
  /** Resets, and signs in again, so that the next call is counted alone. */
  reset(): Promise<void>
  control(method: string, path: string, body?: unknown): Promise<Reply>
  /** A fresh OrgAdminOAuth. */
  admin(): Promise<string>
  /** A fresh OrgAuth, of the owner unless named otherwise. */
  login(username?: string, password?: string): Promise<string>
  /** Invites a user, accepts, and returns the id and an OrgAuth; the environment role is needed for access. */
  member(email: string, envDomain: string, role: string): Promise<{ id: string; token: string }>
  solution(name: string): string
}

/** Starts a hub. Close it with `hub.emulator.close()`. */
export async function openHub(options: EmulatorOptions = {}): Promise<Hub> {
  const emulator = await startEmulator(options)
  const origin = new URL(emulator.ready.control).origin
  let adminToken: string | undefined
  const kept = async () => {
    adminToken ??= await hub.admin()
    return adminToken
  }

  const raw: Hub['raw'] = async (method, path, { body, token = null, headers = {}, text } = {}) => {
    const content = text ?? (body === undefined ? undefined : JSON.stringify(body))
    const response = await fetch(origin + path, {
      method,
      headers: {
        accept: 'application/json',
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: content }),
    })
    const answer = await response.text()
    return {
      status: response.status,
      body: answer === '' ? undefined : JSON.parse(answer),
      headers: response.headers,
    }
  }
  const hub: Hub = {
    emulator,
    raw,
    async call(method, path, options = {}) {
      const token = options.token === undefined ? await kept() : options.token
      return raw(method, prefix() + path, { ...options, token })
    },
    async reset() {
      emulator.reset()
      adminToken = await hub.admin()
      emulator.stats.clear()
    },
    control: (method, path, body) => raw(method, `/_emulator${path}`, body === undefined ? {} : { body }),
    async admin() {
      const { client_id, client_secret, token_url, scope } = emulator.ready
      const form = { grant_type: 'client_credentials', client_id, client_secret, ...(scope && { scope }) }
      const response = await fetch(token_url, { method: 'POST', body: new URLSearchParams(form) })
      const answer: Json = await response.json()
      return answer.access_token ?? answer.token
    },
    async login(username = emulator.ready.username, password = emulator.ready.password) {
      const reply = await raw('POST', `${prefix()}/auth/login`, { body: { username, password } })
      return reply.body.token
    },
    async member(email, envDomain, role) {
      const { body } = await hub.call('POST', '/users', { body: { email } })
      await hub.call('PUT', `/environments/${envDomain}/users/${body.id}/access/${role}`)
      await hub.control('POST', '/outbox', { to: email, password: 'p' })
      return { id: body.id, token: await hub.login(email, 'p') }
    },
    solution(name) {
      const found = emulator.tavio.tables.solutions.all().find((solution) => solution.name === name)
      if (found === undefined) throw new Error(`no solution ${name}`)
      return found.id
    },
  }
  const prefix = () => `/tavio/v1/${emulator.ready.organization}`
  return hub
}
