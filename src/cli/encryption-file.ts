// .hubform/encryption.json: where the keys of a project come from. It holds no key, so it belongs into version control.
import { readFileSync } from 'node:fs'
import { fail } from '../diagnostics.ts'

/** Where a key comes from. `where` names the setting for messages; `id` the key, unless it says its own name. */
export type KeySetting = { readonly where: string; readonly id?: string | undefined } & (
  | { readonly kind: 'env' | 'passphrase'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'command'; readonly command: string | readonly string[] }
)

export interface EncryptionFile {
  readonly enforced: boolean
  readonly keys: readonly KeySetting[]
}

/** Reads it; nothing is set if there is none. Throws a diagnostic if it cannot be understood: then nothing may be written. */
export function readEncryptionFile(path: string): EncryptionFile {
  const text = readText(path)
  if (text === undefined) return { enforced: false, keys: [] }
  const { version, enforced = false, keys = [], ...others } = asObject(parse(text, path), 'The whole', path)
  if (version !== 1) {
    return bad(
      typeof version === 'number' && version > 1
        ? `It has version ${version}, and this Hubform knows version 1: use a newer Hubform.`
        : '"version" must be 1.',
      path,
    )
  }
  refuseOthers(others, path)
  if (typeof enforced !== 'boolean') return bad('"enforced" must be true or false.', path)
  if (!Array.isArray(keys)) return bad('"keys" must be a list.', path)
  return { enforced, keys: keys.map((key: unknown, i) => decodeKey(key, `keys[${i}]`, path)) }
}

function decodeKey(encoded: unknown, at: string, path: string): KeySetting {
  const { id, env, passphrase_env, file, command, ...others } = asObject(encoded, at, path)
  refuseOthers(others, path)
  const given = [env, passphrase_env, file, command].filter((one) => one !== undefined)
  if (given.length !== 1)
    return bad(`${at} must have exactly one of "env", "passphrase_env", "file" and "command".`, path)
  if (id !== undefined && (typeof id !== 'string' || !/^[\w.-]{1,64}$/.test(id)))
    return bad(`${at}.id must be made of letters, digits, dots and dashes.`, path)
  const head = { where: `${at} of ${path}`, id }
  const [only] = given
  if (
    command !== undefined &&
    Array.isArray(only) &&
    only.length > 0 &&
    only.every((word) => typeof word === 'string')
  )
    return { ...head, kind: 'command', command: only }
  if (typeof only !== 'string' || only === '') return bad(`${at} must name a source, and does not.`, path)
  if (command !== undefined) return { ...head, kind: 'command', command: only }
  if (file !== undefined) return { ...head, kind: 'file', path: only }
  return { ...head, kind: env === undefined ? 'passphrase' : 'env', name: only }
}

type Fields = { readonly [name: string]: unknown }

function asObject(value: unknown, at: string, path: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return bad(`${at} must be an object.`, path)
  return value as Fields
}

/** Its texts are not repeated: somebody may have put the key itself there. */
function refuseOthers(others: Fields, path: string): void {
  if (Object.keys(others).length > 0)
    bad(
      'There is a field that has no meaning there: only "version", "enforced" and "keys" have one, and for a key "id", "env", "passphrase_env", "file" and "command".',
      path,
    )
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return bad('It is not JSON.', path)
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    return bad(`It cannot be read: ${code}.`, path)
  }
}

function bad(why: string, path: string): never {
  return fail('Unusable encryption file', `${path} cannot be used. ${why} Nothing was changed.`, {
    file: path,
  })
}
