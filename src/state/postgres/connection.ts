// A connection string as Terraform takes it, for our PostgreSQL client.
import { readFileSync } from 'node:fs'
import type { ClientConfig } from 'pg'
import { fail } from '../../diagnostics.ts'
import type { Environment } from '../store.ts'

/** What both kinds of connection strings say, by libpq's names: `host`, `dbname`, `sslmode`… */
type Words = { readonly [name: string]: string }

/**
 * Reads `postgres://…` or `host=… dbname=…`; what neither says comes from the PG… variables.
 *
 * Encrypted unless `sslmode` says otherwise, as with Terraform: `require` does not check the server's certificate
 * unless there is a root certificate to check it against. Throws a diagnostic that does not repeat the string, which may
 * hold a password.
 */
export function connectionOptions(text: string | undefined, env: Environment): ClientConfig {
  const said = text === undefined || text === '' ? {} : isUrl(text) ? fromUrl(text) : fromWords(text)
  const word = (name: string, variable: string) => said[name] ?? (env[variable] || undefined)
  const port = word('port', 'PGPORT')
  const timeout = Number(word('connect_timeout', 'PGCONNECT_TIMEOUT') ?? '10')
  return {
    host: word('host', 'PGHOST') ?? 'localhost',
    port: port === undefined ? 5432 : Number(port),
    user: word('user', 'PGUSER') ?? env['USER'] ?? 'postgres',
    database: word('dbname', 'PGDATABASE') ?? word('user', 'PGUSER') ?? 'postgres',
    password: word('password', 'PGPASSWORD'),
    ssl: encryption(word('sslmode', 'PGSSLMODE') ?? 'require', word),
    options: word('options', 'PGOPTIONS'),
    application_name: word('application_name', 'PGAPPNAME') ?? 'hubform',
    connectionTimeoutMillis: timeout * 1_000,
    keepAlive: true,
  }
}

/** The place in words, without a password. */
export function describeConnection({ host, port, database }: ClientConfig): string {
  return `postgres://${host}:${port}/${database}`
}

function encryption(
  mode: string,
  word: (name: string, variable: string) => string | undefined,
): ClientConfig['ssl'] {
  if (mode === 'disable') return false
  const root = word('sslrootcert', 'PGSSLROOTCERT')
  const certificate = word('sslcert', 'PGSSLCERT')
  const key = word('sslkey', 'PGSSLKEY')
  const full = mode === 'verify-full'
  const checks = full || mode === 'verify-ca' || (mode === 'require' && root !== undefined)
  if (!checks && mode !== 'require' && mode !== 'prefer' && mode !== 'allow')
    fail(
      'Wrong backend setting',
      `sslmode ${JSON.stringify(mode)} of the PostgreSQL connection is none of disable, require, verify-ca, verify-full.`,
    )
  return {
    rejectUnauthorized: checks,
    ...(root === undefined ? {} : { ca: readText(root) }),
    ...(certificate === undefined ? {} : { cert: readText(certificate) }),
    ...(key === undefined ? {} : { key: readText(key) }),
    ...(checks && !full ? { checkServerIdentity: () => undefined } : {}),
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    return fail(
      'Unreadable certificate',
      `${path}, which the PostgreSQL connection names, cannot be read: ${(error as Error).message}.`,
      { file: path },
      error,
    )
  }
}

function isUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text)
}

function fromUrl(text: string): Words {
  try {
    const { hostname, port, username, password, pathname, searchParams } = new URL(text)
    const parts = {
      host: hostname.replace(/^\[|\]$/g, ''),
      port,
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      dbname: decodeURIComponent(pathname.replace(/^\//, '')),
    }
    const known = Object.entries(parts).filter(([, part]) => part !== '')
    return { ...Object.fromEntries(known), ...Object.fromEntries(searchParams) }
  } catch {
    return unreadable('it is not a URL')
  }
}

/** `name=value` or `name = 'a value'`, with backslashes before quotes and backslashes. */
function fromWords(text: string): Words {
  const pattern = /\s*([\w]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))\s*/y
  const words: { [name: string]: string } = {}
  for (let at = 0; at < text.length; at = pattern.lastIndex) {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found === null || found[0] === '') return unreadable('it is no list of name=value')
    const [, name = '', quoted, bare = ''] = found
    words[name] = (quoted ?? bare).replace(/\\(.)/g, '$1')
  }
  return words
}

function unreadable(reason: string): never {
  return fail(
    'Wrong backend setting',
    `The connection string of the backend "pg" cannot be read: ${reason}. Write postgres://user@host:5432/database, or host=… dbname=…; it is not shown here, as it may hold a password.`,
  )
}
