// The key that plan files are sealed with.
import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, unlinkSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fail } from '../diagnostics.ts'
import { bytesKey, KEY_LENGTH, type Key, passphraseKey } from '../state/sealed/seal.ts'
import { syncDirectoryOf, writeNew } from './durable.ts'
import { checkPassphrase } from './passphrase.ts'

type Env = { readonly [name: string]: string | undefined }

/** From HUBFORM_PLAN_KEY, if it is set. Throws a diagnostic if it is too short. */
export function findPassphrase(env: Env): Key | undefined {
  const text = env['HUBFORM_PLAN_KEY'] ?? ''
  if (text === '') return undefined
  checkPassphrase(text, 'HUBFORM_PLAN_KEY')
  return passphraseKey('HUBFORM_PLAN_KEY', text)
}

/** The key of this user on this machine; undefined when none was made yet. */
export function findUserKey(env: Env): Key | undefined {
  const path = userKeyPath(env)
  try {
    const bytes = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64')
    if (bytes.length === KEY_LENGTH) return bytesKey('user', bytes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    fail('Unreadable plan key', `${path} cannot be read: ${(error as Error).message}.`, { file: path }, error)
  }
  return fail('Unreadable plan key', `${path} does not hold a key. Remove it, and a new one is made.`, {
    file: path,
  })
}

/** The same, made when there is none. */
export function getUserKey(env: Env): Key {
  return findUserKey(env) ?? makeUserKey(env)
}

export function userKeyPath(env: Env): string {
  const base = env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config')
  return join(base, 'hubform', 'plan.key')
}

function makeUserKey(env: Env): Key {
  const path = userKeyPath(env)
  const own = `${path}.${process.pid}`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    rmSync(own, { force: true })
    writeNew(own, `${randomBytes(KEY_LENGTH).toString('base64')}\n`)
    // A link fails if another run made the key meanwhile: then that one counts for both.
    linkQuietly(own, path)
    syncDirectoryOf(path)
    unlinkSync(own)
  } catch (error) {
    fail(
      'Plan key not made',
      `A key for plan files could not be written to ${path}: ${(error as Error).message}. Set HUBFORM_PLAN_KEY to a long random text instead.`,
      { file: path },
      error,
    )
  }
  return (
    findUserKey(env) ??
    fail('Plan key not made', `${path} vanished while it was made. Run the command again.`)
  )
}

function linkQuietly(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
