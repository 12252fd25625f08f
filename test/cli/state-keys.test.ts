import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encryptionFor } from '../../src/cli/state-keys.ts'
import { DiagnosticError } from '../../src/diagnostics.ts'
import { makeSecrets } from '../../src/review/redact.ts'
import { makePlace } from './hubform.ts'

const a = Buffer.alloc(32, 0xfb)
const b = Buffer.alloc(32, 2)
const hex = a.toString('hex')
const base64 = b.toString('base64')

function keysOf(env: { readonly [name: string]: string }, files: { readonly [name: string]: unknown } = {}) {
  const place = makePlace({ here: '', ...files })
  const secrets = makeSecrets()
  const shell = {
    env: { PATH: place.env['PATH'], ...env },
    cwd: place.directory,
    secrets,
    report: async () => {},
  }
  return { encryption: encryptionFor(shell), secrets, place }
}

function failure(
  env: { readonly [name: string]: string },
  files: { readonly [name: string]: unknown } = {},
): string {
  try {
    keysOf(env, files).encryption.keys()
  } catch (error) {
    expect(error).toBeInstanceOf(DiagnosticError)
    return (error as DiagnosticError).message
  }
  throw new Error('it was taken')
}

function attempt(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

const file = (content: object) => ({ '.hubform/encryption.json': { version: 1, ...content } })

describe('keys for states', () => {
  it.each([
    { name: 'none', env: {}, ids: [] },
    { name: 'hex digits', env: { HUBFORM_STATE_KEY: hex }, ids: ['fe6f902d'] },
    {
      name: 'several, with and without a name',
      env: { HUBFORM_STATE_KEY: `now:${base64}, ${hex}` },
      ids: ['now', 'fe6f902d'],
    },
    {
      name: 'lines of a file',
      env: { HUBFORM_STATE_KEY_FILE: 'keys' },
      files: { keys: `b:${base64}\na:${hex}\n` },
      ids: ['b', 'a'],
    },
    { name: 'of a command', env: { HUBFORM_STATE_KEY_COMMAND: `echo k:${base64}` }, ids: ['k'] },
    {
      name: 'of a command for a shell',
      env: { HUBFORM_STATE_KEY_COMMAND: `printf '%s' "k:$OTHER" | cat`, OTHER: base64 },
      ids: ['k'],
    },
    {
      name: 'passphrases',
      env: { HUBFORM_STATE_PASSPHRASE: 'correct horse, battery:staple\nthe one before' },
      ids: ['passphrase', 'passphrase'],
    },
    {
      name: 'variables before the file, in their order',
      env: {
        HUBFORM_STATE_KEY: `one:${hex}`,
        HUBFORM_STATE_KEY_COMMAND: `echo two:${hex}`,
        OTHER: `${base64}`,
      },
      files: file({ keys: [{ id: 'three', env: 'OTHER' }] }),
      ids: ['one', 'two', 'three'],
    },
    {
      name: 'every kind, from the file',
      env: { K: hex, P: 'a long passphrase' },
      files: {
        keys: base64,
        ...file({
          keys: [
            { id: 'c', command: ['echo', base64] },
            { id: 'f', file: 'keys' },
            { id: 'e', env: 'K' },
            { id: 'p', passphrase_env: 'P' },
          ],
        }),
      },
      ids: ['c', 'f', 'e', 'p'],
    },
  ])('$name', ({ env, files, ids }) => {
    const { encryption } = keysOf(env, files)
    expect(encryption.keys().map(({ id }) => id)).toEqual(ids)
    expect(encryption.keys()).toBe(encryption.keys())
    expect(encryption.enforced).toBe(false)
  })

  it('the same key is the same however it is written', () => {
    const bytes = (key: string) => keysOf({ HUBFORM_STATE_KEY: key }).encryption.keys()[0]?.current().bytes
    expect(bytes(hex)).toEqual(a)
    expect(bytes(`x:${a.toString('base64')}`)).toEqual(a)
    expect(bytes(hex.toUpperCase())).toEqual(a)
  })

  const secret = 'not-a-key-but-secret'
  it.each([
    {
      name: 'no key',
      env: { HUBFORM_STATE_KEY: secret },
      says: 'Not a state key: Entry 1 of HUBFORM_STATE_KEY',
    },
    {
      name: 'a key and none',
      env: { HUBFORM_STATE_KEY: `${hex},b:${secret}` },
      says: 'Entry 2 of HUBFORM_STATE_KEY',
    },
    { name: 'a short passphrase', env: { HUBFORM_STATE_PASSPHRASE: 'secret' }, says: 'Passphrase too short' },
    {
      name: 'a file that is not there',
      env: { HUBFORM_STATE_KEY_FILE: 'nowhere' },
      says: 'State key not found',
    },
    {
      name: 'an empty file',
      env: { HUBFORM_STATE_KEY_FILE: 'here' },
      says: 'HUBFORM_STATE_KEY_FILE gives an empty text',
    },
    {
      name: 'a program that is not there',
      env: { HUBFORM_STATE_KEY_COMMAND: 'no-such-program --x' },
      says: 'Key command failed: The command in HUBFORM_STATE_KEY_COMMAND gave no key: there is no program "no-such-program".',
    },
    {
      name: 'a command that fails',
      env: { HUBFORM_STATE_KEY_COMMAND: `echo ${secret}; exit 3` },
      says: 'gave no key: it ended with exit code 3',
    },
    {
      name: 'a command that is killed',
      env: { HUBFORM_STATE_KEY_COMMAND: `echo ${secret}; kill -9 $$` },
      says: 'gave no key: it',
    },
    {
      name: 'a command that prints something else',
      env: { HUBFORM_STATE_KEY_COMMAND: `echo ${secret}` },
      says: 'Entry 1 of HUBFORM_STATE_KEY_COMMAND is not a key',
    },
    { name: 'an unknown word', env: { HUBFORM_STATE_ENCRYPTION: 'on' }, says: 'Unknown encryption setting' },
    { name: 'enforced without a key', env: { HUBFORM_STATE_ENCRYPTION: 'enforced' }, says: 'No state key' },
    {
      name: 'enforced by the file, without a key',
      env: {},
      files: file({ enforced: true }),
      says: 'No state key',
    },
    {
      name: 'a variable of the file that is not set',
      env: {},
      files: file({ keys: [{ env: 'NOPE' }] }),
      says: 'names the variable NOPE, which is not set',
    },
    {
      name: 'a newer file',
      env: {},
      files: { '.hubform/encryption.json': { version: 2 } },
      says: 'Unusable encryption file',
    },
    {
      name: 'a file that is not JSON',
      env: {},
      files: { '.hubform/encryption.json': secret },
      says: 'It is not JSON',
    },
    {
      name: 'a key in the file',
      env: {},
      files: file({ keys: [{ key: secret }] }),
      says: 'There is a field that has no meaning there',
    },
    {
      name: 'two sources',
      env: {},
      files: file({ keys: [{ env: 'A', file: 'b' }] }),
      says: 'exactly one of',
    },
    {
      name: 'an id with a colon',
      env: {},
      files: file({ keys: [{ id: 'a:b', env: 'A' }] }),
      says: 'keys[0].id must be made of',
    },
  ])('$name: a clear error that shows no secret', ({ env, files, says }) => {
    const message = failure(env, files)
    expect(message).toContain(says)
    expect(message).not.toContain(secret)
  })

  it('a key that was read is hidden from all output', () => {
    const { encryption, secrets } = keysOf({
      HUBFORM_STATE_KEY: `k:${hex}`,
      HUBFORM_STATE_PASSPHRASE: 'correct horse',
    })
    encryption.keys()
    expect(secrets.redact(`${hex} and correct horse`)).not.toMatch(/fbfb|horse/)
  })

  it.each([
    { HUBFORM_STATE_PASSPHRASE: 'short' },
    { HUBFORM_STATE_PASSPHRASE: 'Passphrase' },
    { HUBFORM_STATE_KEY: 'Entry' },
    { HUBFORM_STATE_KEY: 'name:openssl rand' },
  ])('what is refused as a key hides no words of the refusal: %o', (env) => {
    const place = makePlace({})
    const secrets = makeSecrets()
    const { keys } = encryptionFor({ env, cwd: place.directory, secrets, report: async () => {} })
    const message = String(attempt(keys))
    expect(message).toMatch(/Passphrase too short|Not a state key/)
    expect(secrets.redact(message)).toBe(message)
  })

  it('a passphrase that is a single word hides no word of a message, which would tell which one it is', () => {
    const { encryption, secrets } = keysOf({ HUBFORM_STATE_PASSPHRASE: 'configuration' })
    encryption.keys()
    expect(secrets.redact('in the configuration')).toBe('in the configuration')
  })

  it('a command runs once, where the project is', () => {
    const place = makePlace({ 'key.sh': `#!/bin/sh\necho ran >> runs\necho ${hex}\n` })
    chmodSync(join(place.directory, 'key.sh'), 0o700)
    const shell = {
      env: { PATH: place.env['PATH'], HUBFORM_STATE_KEY_COMMAND: './key.sh' },
      cwd: place.directory,
      secrets: makeSecrets(),
      report: async () => {},
    }
    for (let i = 0; i < 3; i++) expect(encryptionFor(shell).keys()).toHaveLength(1)
    expect(
      encryptionFor({
        ...shell,
        secrets: makeSecrets(),
        env: { ...shell.env, HUBFORM_STATE_KEY_COMMAND: 'cat runs' },
      }).keys,
    ).toThrow('is not a key')
  })
})
