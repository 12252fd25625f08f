// The keys that states, journals and plans are encrypted with, and where they come from.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fail } from '../diagnostics.ts'
import type { Encryption } from '../state/sealed/backend.ts'
import { bytesKey, KEY_LENGTH, type Key, passphraseKey } from '../state/sealed/seal.ts'
import { type KeySetting, readEncryptionFile } from './encryption-file.ts'
import { checkPassphrase, learnPassphrase } from './passphrase.ts'
import type { Shell } from './shell.ts'

/** What has to do with keys. */
export type KeyShell = Pick<Shell, 'env' | 'cwd' | 'secrets' | 'report'>

const known = new WeakMap<KeyShell['secrets'], Encryption>()

/**
 * What this command encrypts with. The same each time it is asked, so that keys are fetched and made once.
 *
 * Nothing is looked up before `keys` is called; it throws a diagnostic if a key cannot be had.
 */
export function encryptionFor(shell: KeyShell): Encryption {
  const before = known.get(shell.secrets)
  if (before !== undefined) return before
  const file = join(shell.cwd, '.hubform', 'encryption.json')
  const written = readEncryptionFile(file)
  const enforced = isEnforced(shell.env, written.enforced)
  let keys: readonly Key[] | undefined
  const made: Encryption = {
    enforced,
    warn: (diagnostic) => shell.report([diagnostic]),
    keys: () => {
      keys ??= [...settingsIn(shell.env), ...written.keys].flatMap((setting) => readKeys(setting, shell))
      if (enforced && keys.length === 0) noKey()
      return keys
    },
  }
  known.set(shell.secrets, made)
  return made
}

function isEnforced(env: KeyShell['env'], written: boolean): boolean {
  const word = env['HUBFORM_STATE_ENCRYPTION'] ?? ''
  if (word === '' || word === 'enforced') return written || word === 'enforced'
  return fail(
    'Unknown encryption setting',
    'HUBFORM_STATE_ENCRYPTION must be "enforced" or not set. Anything else has no meaning.',
  )
}

function noKey(): never {
  return fail(
    'No state key',
    'Encryption is enforced, and no key is set. Set HUBFORM_STATE_KEY, HUBFORM_STATE_KEY_FILE, HUBFORM_STATE_KEY_COMMAND or HUBFORM_STATE_PASSPHRASE; or name one in .hubform/encryption.json.',
  )
}

/** In the order in which they count. */
function settingsIn(env: KeyShell['env']): readonly KeySetting[] {
  const set = (name: string, make: (text: string) => KeySetting) => {
    const text = env[name] ?? ''
    return text === '' ? [] : [make(text)]
  }
  return [
    ...set('HUBFORM_STATE_KEY', () => ({
      kind: 'env',
      where: 'HUBFORM_STATE_KEY',
      name: 'HUBFORM_STATE_KEY',
    })),
    ...set('HUBFORM_STATE_KEY_FILE', (path) => ({ kind: 'file', where: 'HUBFORM_STATE_KEY_FILE', path })),
    ...set('HUBFORM_STATE_KEY_COMMAND', (command) => ({
      kind: 'command',
      where: 'HUBFORM_STATE_KEY_COMMAND',
      command,
    })),
    ...set('HUBFORM_STATE_PASSPHRASE', () => ({
      kind: 'passphrase',
      where: 'HUBFORM_STATE_PASSPHRASE',
      name: 'HUBFORM_STATE_PASSPHRASE',
    })),
  ]
}

function readKeys(setting: KeySetting, shell: KeyShell): readonly Key[] {
  switch (setting.kind) {
    case 'env':
      return parseKeys(getVariable(setting, shell), setting, shell)
    case 'file':
      return parseKeys(readKeyFile(resolve(shell.cwd, setting.path), setting), setting, shell)
    case 'command':
      return parseKeys(runKeyCommand(setting, shell), setting, shell)
    case 'passphrase':
      return parsePassphrases(getVariable(setting, shell), setting, shell)
  }
}

function getVariable(
  { name, where }: { readonly name: string; readonly where: string },
  shell: KeyShell,
): string {
  const text = shell.env[name] ?? ''
  if (text !== '') return text
  return fail(
    'State key not found',
    `${where} names the variable ${name}, which is not set. Nothing was changed. Set it, or take that key out of the list.`,
  )
}

function readKeyFile(path: string, { where }: KeySetting): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    return fail(
      'State key not found',
      `The key file ${path}, named by ${where}, cannot be read: ${(error as Error).message}. Nothing was changed.`,
      { file: path },
      error,
    )
  }
}

/** A program that waits longer than that for a key service waits for nothing. */
const COMMAND_TIMEOUT_MS = 120_000

function runKeyCommand(
  { command, where }: KeySetting & { readonly kind: 'command' },
  shell: KeyShell,
): string {
  const [program = '', args, viaShell] = splitCommand(command)
  try {
    return execFileSync(program, args, {
      cwd: shell.cwd,
      env: shell.env,
      encoding: 'utf8',
      shell: viaShell,
      timeout: COMMAND_TIMEOUT_MS,
      // It may have to ask somebody to log in.
      stdio: ['inherit', 'pipe', 'inherit'],
    })
  } catch (error) {
    const { status, signal, code } = error as {
      status?: number | null
      signal?: string | null
      code?: string
    }
    const why =
      code === 'ETIMEDOUT'
        ? 'it took longer than two minutes'
        : code === 'ENOENT'
          ? `there is no program "${program}"`
          : typeof status === 'number'
            ? `it ended with exit code ${status}`
            : `it was stopped${signal ? ` by ${signal}` : ''}`
    // What it wrote is part of the error, and may be the key.
    return fail(
      'Key command failed',
      `The command in ${where} gave no key: ${why}. Nothing was changed. Run it by hand to see what it says; it must print the key, and nothing else, on standard output.`,
    )
  }
}

/** Words as they are; a text goes through a shell only if it holds what only a shell understands. */
function splitCommand(command: string | readonly string[]): [string | undefined, readonly string[], boolean] {
  if (typeof command !== 'string') return [command[0], command.slice(1), false]
  if (!/^[\w./:=@%+, -]+$/.test(command)) return [command, [], true]
  const [program, ...args] = command.trim().split(/ +/)
  return [program, args, false]
}

/** `[id:]key`, separated by commas or line breaks. */
function parseKeys(text: string, { where, id }: KeySetting, shell: KeyShell): readonly Key[] {
  const entries = text.split(/[,\r\n]+/).map((entry) => entry.trim())
  const keys = entries
    .filter((entry) => entry !== '')
    .map((entry, i, { length }) => {
      const [, name, code = ''] = /^(?:([\w.-]{1,64}):)?(.*)$/.exec(entry) ?? []
      const bytes = decodeKey(code) ?? badKey(where, i + 1)
      shell.secrets.add(code)
      return bytesKey(name ?? (length === 1 ? id : undefined) ?? nameOf(bytes), bytes)
    })
  if (keys.length === 0)
    fail('Not a state key', `${where} gives an empty text and no key. Nothing was changed.`)
  return keys
}

function decodeKey(code: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(code)) return Buffer.from(code, 'hex')
  const bytes = /^[\w+/-]{43}=?$/.test(code) ? Buffer.from(code, 'base64') : undefined
  return bytes?.length === KEY_LENGTH ? bytes : undefined
}

function badKey(where: string, number: number): never {
  return fail(
    'Not a state key',
    `Entry ${number} of ${where} is not a key: that is 32 bytes as 64 hex digits or in base64, with a name and a colon before it if you like. Nothing was changed. Make one with "openssl rand -base64 32". For a text that a person can remember, set HUBFORM_STATE_PASSPHRASE.`,
  )
}

/** Nothing about 32 random bytes can be found out from a part of their digest. Of a passphrase it could. */
function nameOf(bytes: Buffer): string {
  return createHash('sha256').update('hubform key name').update(bytes).digest('hex').slice(0, 8)
}

/** One on each line: the first is used for writing. */
function parsePassphrases(text: string, { where, id }: KeySetting, shell: KeyShell): readonly Key[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  if (lines.length === 0) checkPassphrase('', where)
  for (const line of lines) checkPassphrase(line, where)
  // Not before: what is refused is in no message, and hiding it would only hide the words of the refusal.
  for (const line of lines) learnPassphrase(shell.secrets, line)
  return lines.map((line) => passphraseKey(id ?? 'passphrase', line))
}
