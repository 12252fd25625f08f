// States on an HTTP server, by Terraform's protocol: the backend "http".
import { createHash } from 'node:crypto'
import { join as joinPath } from 'node:path'
import { fail, type Place } from '../../diagnostics.ts'
import { countOfBackups } from '../backups.ts'
import { remoteBackend } from '../remote/backend.ts'
import type { LeaseClock } from '../remote/lease.ts'
import { lockExpiry, systemClock } from '../remote/lease-clock.ts'
import { readSettings } from '../settings.ts'
import { DEFAULT_WORKSPACE, type Environment, type Store, type StorePlace } from '../store.ts'
import { httpClient, withoutCredentials } from './client.ts'
import { httpPlace } from './place.ts'
import { httpSiblings, join } from './siblings.ts'

const known = {
  address: { type: 'text', env: ['TF_HTTP_ADDRESS'] },
  update_method: { type: 'text', env: ['TF_HTTP_UPDATE_METHOD'] },
  lock_address: { type: 'text', env: ['TF_HTTP_LOCK_ADDRESS'] },
  lock_method: { type: 'text', env: ['TF_HTTP_LOCK_METHOD'] },
  unlock_address: { type: 'text', env: ['TF_HTTP_UNLOCK_ADDRESS'] },
  unlock_method: { type: 'text', env: ['TF_HTTP_UNLOCK_METHOD'] },
  username: { type: 'text', env: ['TF_HTTP_USERNAME'] },
  password: { type: 'text', env: ['TF_HTTP_PASSWORD'], secret: true },
  skip_cert_verification: { type: 'flag' },
  retry_max: { type: 'number', env: ['TF_HTTP_RETRY_MAX'] },
  retry_wait_min: { type: 'number', env: ['TF_HTTP_RETRY_WAIT_MIN'] },
  retry_wait_max: { type: 'number', env: ['TF_HTTP_RETRY_WAIT_MAX'] },
  client_ca_certificate_pem: { type: 'text', env: ['TF_HTTP_CLIENT_CA_CERTIFICATE_PEM'] },
  client_certificate_pem: { type: 'text', env: ['TF_HTTP_CLIENT_CERTIFICATE_PEM'] },
  client_private_key_pem: { type: 'text', env: ['TF_HTTP_CLIENT_PRIVATE_KEY_PEM'], secret: true },
} as const

/** One state. Throws diagnostics about settings; asks the server nothing yet. */
export function httpStore(
  { settings, directory, where }: StorePlace,
  env: Environment,
  clock: LeaseClock = systemClock,
): Store {
  const given = readSettings({ kind: 'http', known, given: settings, env, where })
  const address = checkAddress('address', given.address, where)
  const lockAddress = given.lock_address && checkAddress('lock_address', given.lock_address, where)
  const unlockAddress = given.unlock_address && checkAddress('unlock_address', given.unlock_address, where)
  const { client_certificate_pem: cert, client_private_key_pem: key } = given
  if ((cert === undefined) !== (key === undefined)) {
    const [there, missing] =
      cert === undefined
        ? ['client_private_key_pem', 'client_certificate_pem']
        : ['client_certificate_pem', 'client_private_key_pem']
    fail(
      'Wrong backend setting',
      `"${there}" is set, but "${missing}" is not. A client certificate needs both.`,
      where,
    )
  }
  const expiryMs = lockExpiry(env)
  const keep = countOfBackups(env)
  const said = env['HUBFORM_HTTP_JOURNAL_ADDRESS']
  const journal = said ? checkAddress('HUBFORM_HTTP_JOURNAL_ADDRESS', said, where) : join(address, 'journal')
  const send = httpClient({
    username: given.username,
    password: given.password,
    tls: {
      ca: given.client_ca_certificate_pem,
      cert,
      key,
      rejectUnauthorized: given.skip_cert_verification !== true,
    },
    retries: {
      max: given.retry_max ?? 2,
      minMs: (given.retry_wait_min ?? 1) * 1_000,
      maxMs: (given.retry_wait_max ?? 30) * 1_000,
    },
    clock,
    env,
  })
  const updateMethod = given.update_method ?? 'POST'
  const description = withoutCredentials(address)
  return {
    open(workspace) {
      if (workspace !== DEFAULT_WORKSPACE) oneState(workspace, description)
      const place = httpPlace({
        send,
        address,
        updateMethod,
        lock: lockAddress
          ? {
              url: lockAddress,
              method: given.lock_method ?? 'LOCK',
              unlockUrl: unlockAddress || undefined,
              unlockMethod: given.unlock_method ?? 'UNLOCK',
            }
          : undefined,
        siblings: httpSiblings({ send, updateMethod, address: journal, stateAddress: address }),
        keep,
        journalFile: joinPath(directory, `hubform-${shortHash(description)}.journal`),
        description: lockAddress ? description : `${description} (without locks)`,
      })
      return remoteBackend(place, { expiryMs, clock })
    },
    workspaces: undefined,
  }
}

function checkAddress(name: string, text: string | undefined, where: Place | undefined): string {
  if (text === undefined || text === '')
    return fail(
      'Wrong backend setting',
      'The backend "http" needs an "address". Write it into the configuration, or set TF_HTTP_ADDRESS.',
      where,
    )
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text
  return fail(
    'Wrong backend setting',
    `"${name}" of the backend "http" must be an http or https address.`,
    where,
  )
}

function oneState(workspace: string, description: string): never {
  return fail(
    'Workspaces not supported',
    `The backend "http" keeps just one state, at ${description}, and the workspace "${workspace}" is chosen. Choose "default", or use another address for each.`,
  )
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
