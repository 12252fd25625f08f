// Runs the command line as users do: a process of its own, in a directory of its own, against a real hub.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Emulator } from '../../src/emulator/server.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

export interface Result {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly result: Promise<Result>
  /** Resolves as soon as stdout or stderr holds the text. */
  seen(text: string): Promise<void>
}

export interface Place {
  readonly directory: string
  readonly env: { readonly [name: string]: string }
  write(file: string, content: unknown): void
  hubform(...args: readonly string[]): Promise<Result>
  /** The same in another environment. */
  within(env: Place['env']): (...args: readonly string[]) => Promise<Result>
  start(...args: readonly string[]): Running
  /** The same in another environment. */
  startWithin(env: Place['env'], ...args: readonly string[]): Running
}

/** A directory that is removed after the test, with files, and the environment to reach a hub if there is one. */
export function makePlace(files: { readonly [name: string]: unknown }, hub?: Emulator): Place {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'hubform-cli-')))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const write = (file: string, content: unknown) => {
    mkdirSync(dirname(join(directory, file)), { recursive: true })
    writeFileSync(
      join(directory, file),
      typeof content === 'string' ? content : JSON.stringify(content, undefined, 2),
    )
  }
  for (const [file, content] of Object.entries(files)) write(file, content)
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: join(directory, 'home'),
    ...(hub === undefined ? {} : hubEnvironment(hub)),
  }
  const start = (...args: readonly string[]) => run(args, directory, env)
  return {
    directory,
    env,
    write,
    start,
    startWithin: (other, ...args) => run(args, directory, other),
    hubform: (...args) => start(...args).result,
    within:
      (other) =>
      (...args) =>
        run(args, directory, other).result,
  }
}

function hubEnvironment({ ready }: Emulator): { readonly [name: string]: string } {
  return {
    TAVIO_BASE_URL: ready.systems.tavio,
    TAVIO_ORGANIZATION: ready.organization,
    TAVIO_CLIENT_ID: ready.client_id,
    TAVIO_CLIENT_SECRET: ready.client_secret,
    TAVIO_USERNAME: ready.username,
    TAVIO_PASSWORD: ready.password,
    TAVIO_TOKEN_URL: ready.token_url,
  }
}

function run(args: readonly string[], cwd: string, env: { readonly [name: string]: string }): Running {
  const child = spawn(process.execPath, [main, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  const waiting = new Set<() => void>()
  const take = (add: (text: string) => void) => (chunk: Buffer) => {
    add(chunk.toString())
    for (const check of waiting) check()
  }
  child.stdout.on(
    'data',
    take((text) => (stdout += text)),
  )
  child.stderr.on(
    'data',
    take((text) => (stderr += text)),
  )
  const result = new Promise<Result>((done) => {
    child.on('close', (code) => done({ code, stdout, stderr }))
  })
  const seen = (text: string) =>
    new Promise<void>((done, failed) => {
      const check = () => {
        if (!(stdout + stderr).includes(text)) return
        waiting.delete(check)
        done()
      }
      waiting.add(check)
      check()
      void result.then(() => failed(new Error(`ended without "${text}":\n${stdout}\n${stderr}`)))
    })
  return { child, result, seen }
}

export interface Message {
  readonly type: string
  readonly hubform?: { readonly [name: string]: unknown }
  readonly [field: string]: unknown
}

/** The messages on stdout; throws if there is anything else. */
export function messagesOf({ stdout }: Result): readonly Message[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Message)
}

/** A configuration with an environment, a user and the access of one to the other. */
export const customer = {
  terraform: { required_providers: { tavio: { source: 'hubform/tavio' } } },
  variable: { name: { type: 'string', default: 'Acme' } },
  resource: {
    tavio_environment: { acme: { name: '${var.name}', domain: 'acme' } },
    tavio_user: { ada: { email: 'ada@example.com', first_name: 'Ada', last_name: 'Lovelace' } },
    tavio_environment_access: {
      ada: {
        environment: '${tavio_environment.acme.domain}',
        user_id: '${tavio_user.ada.id}',
        role: 'developer',
      },
    },
  },
  output: { environment: { value: '${tavio_environment.acme.domain}' } },
}
