// A hub in a process of its own, so that what it takes is not taken for ours.
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { node, program } from './measure.ts'

export interface Hub {
  /** What a program needs in its environment to work against it. */
  readonly env: { readonly [name: string]: string }
  set(conditions: object): Promise<void>
  /** Changes which of the plausible services it plays. */
  play(switches: object): Promise<void>
  calls(): Promise<number>
  forgetCalls(): Promise<void>
  /** All it holds, without ids and times: equal texts, equal hubs. */
  content(): Promise<Content>
  /** Forgets every object, call and condition. */
  reset(): Promise<void>
  stop(): Promise<void>
}

export interface Content {
  readonly text: string
  /** Objects of all kinds. */
  readonly objects: number
}

/** Starts one. It ends with this process at the latest. */
export async function startHub(): Promise<Hub> {
  const child = spawn(node, [program('emulator')], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ready = JSON.parse(await firstLine(child))
  const control = async (method: string, path: string, body?: object): Promise<Response> => {
    const response = await fetch(`${ready.control}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}`)
    return response
  }
  return {
    env: {
      TAVIO_BASE_URL: ready.systems.tavio,
      TAVIO_ORGANIZATION: ready.organization,
      TAVIO_CLIENT_ID: ready.client_id,
      TAVIO_CLIENT_SECRET: ready.client_secret,
      TAVIO_USERNAME: ready.username,
      TAVIO_PASSWORD: ready.password,
      TAVIO_TOKEN_URL: ready.token_url,
      ...(ready.scope && { TAVIO_SCOPE: ready.scope }),
      TAVIO_FINGERPRINT_KEY: 'a key for measuring',
    },
    play: async (switches) => void (await control('PUT', '/switches', switches)),
    set: async (conditions) => void (await control('PUT', '/conditions', conditions)),
    calls: async () => ((await (await control('GET', '/stats')).json()) as { total: number }).total,
    forgetCalls: async () => void (await control('DELETE', '/stats')),
    async content() {
      const text = await (await control('GET', '/snapshot?form=comparable')).text()
      return { text, objects: countObjects(JSON.parse(text)) }
    },
    reset: async () => void (await control('POST', '/reset')),
    stop: () =>
      new Promise((resolve) => {
        child.on('exit', () => resolve())
        child.kill('SIGTERM')
      }),
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the emulator has no output')
  for await (const line of createInterface({ input: child.stdout })) return line
  throw new Error('the emulator ended before it was ready')
}

/** A snapshot is lists of objects by kind, by service. */
function countObjects(snapshot: unknown): number {
  const services = Object.values(snapshot as { readonly [service: string]: object })
  return services
    .flatMap((service) => Object.values(service))
    .filter(Array.isArray)
    .reduce((sum, list) => sum + list.length, 0)
}
