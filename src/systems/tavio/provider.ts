// The Tavio provider: its settings and what it offers. Loading it must stay cheap: no wire shapes, no HTTP library.
import { DiagnosticError, fail, problem } from '../../diagnostics.ts'
import { type PollClock, realClock } from '../../provider/poll.ts'
import type { Connection, Provider } from '../../provider/provider.ts'
import { list, schema, string } from '../../schema/attribute.ts'
import { field, isList, type ObjectValue } from '../../schema/value.ts'
import { configuration } from './configuration.ts'
import { type Account, connect } from './connect.ts'
import { environmentData, environmentsData } from './data-environments.ts'
import { solution } from './data-solution.ts'
import { solutions } from './data-solutions.ts'
import { currentUserData, userData, usersData } from './data-users.ts'
import { deployment } from './deployment.ts'
import { environment } from './environment.ts'
import { environmentAccess } from './environment-access.ts'
import { notes } from './notes.ts'
import { organizationAccess } from './organization-access.ts'
import { defaultStatusWords, type StatusWords } from './status.ts'
import { segment } from './text.ts'
import { environmentToken, organizationToken } from './tokens.ts'
import { user } from './user.ts'

const url = (value: unknown) =>
  typeof value === 'string' && /^https?:\/\/[^\s/?#]+[^\s?#]*$/i.test(value)
    ? undefined
    : 'It must be an address such as "https://api.example.com", without a query.'

const settings = {
  base_url: string.optional('Address of the API.', {
    default: 'https://api.integrationmarketplace.io',
    env: 'TAVIO_BASE_URL',
    validators: [url],
    evidence: 'documented',
  }),
  organization: string.optional('Short identifier of the organization, part of every path.', {
    env: 'TAVIO_ORGANIZATION',
    validators: [segment],
    evidence: 'documented',
  }),
  client_id: string.optional('OAuth client, made under My Organization, OAuth Clients.', {
    env: 'TAVIO_CLIENT_ID',
    evidence: 'documented',
  }),
  client_secret: string.optional('Secret of the OAuth client.', {
    env: 'TAVIO_CLIENT_SECRET',
    sensitive: true,
    evidence: 'documented',
  }),
  username: string.optional('User to sign in as, instead of a client, or inside environments beside one.', {
    env: 'TAVIO_USERNAME',
    evidence: 'documented',
  }),
  password: string.optional('Password of the user.', {
    env: 'TAVIO_PASSWORD',
    sensitive: true,
    evidence: 'documented',
  }),
  token_url: string.optional(
    'Where tokens for client credentials are issued, if not below the organization.',
    {
      env: 'TAVIO_TOKEN_URL',
      evidence: 'inferred',
    },
  ),
  scope: string.optional('Scope to ask for with client credentials.', {
    env: 'TAVIO_SCOPE',
    evidence: 'inferred',
  }),
  fingerprint_key: string.optional(
    'Key with which changes of secrets are noticed. Use the same one everywhere; a new one shows every secret as changed.',
    { env: 'TAVIO_FINGERPRINT_KEY', sensitive: true, evidence: 'inferred' },
  ),
  deployed_statuses: words('of a deployment that is enabled', defaultStatusWords.deployed),
  undeployed_statuses: words('of a deployment that is disabled', defaultStatusWords.undeployed),
  failed_statuses: words('of a deployment that failed', defaultStatusWords.failed),
  transitional_statuses: words('of a deployment on its way', defaultStatusWords.transitional),
}

/** The Tavio Hub. */
export const tavio: Provider = makeTavio(realClock)

/** The same with a clock of one's own. */
export function makeTavio(clock: PollClock): Provider {
  return {
    name: 'tavio',
    source: 'hubform/tavio',
    version: '0.1.0',
    schema: schema(settings, { description: 'The Tavio Hub, through its public API.' }),
    notes,
    configure: ({ settings: given, access, signal }): Connection =>
      connect({
        account: accountOf(given),
        words: wordsOf(given),
        fingerprintKey: textSetting(given, 'fingerprint_key'),
        access,
        signal,
        clock,
      }),
    resources: byType([environment, user, organizationAccess, environmentAccess, configuration, deployment]),
    ephemeralResources: byType([organizationToken, environmentToken]),
    dataSources: byType([
      solution,
      solutions,
      environmentData,
      environmentsData,
      userData,
      usersData,
      currentUserData,
    ]),
  }
}

function accountOf(given: ObjectValue): Account {
  const text = (name: string) => textSetting(given, name)
  const pair = (a: string, b: string) => {
    const [first, second] = [text(a), text(b)]
    if (first !== undefined && second !== undefined) return [first, second] as const
    if (first === undefined && second === undefined) return undefined
    const missing = first === undefined ? a : b
    return fail(
      'Incomplete credentials',
      `"${missing}" is not set, but "${missing === a ? b : a}" is. Set ${spelled(missing)}, or neither.`,
      { path: [missing] },
    )
  }
  const organization = text('organization')
  if (organization === undefined)
    fail(
      'Missing provider setting',
      `Set ${spelled('organization')}: the short identifier that is part of every address of the API.`,
      { path: ['organization'] },
    )
  const client = pair('client_id', 'client_secret')
  const person = pair('username', 'password')
  if (client === undefined && person === undefined) {
    throw new DiagnosticError(
      problem(
        'Missing credentials',
        `Set ${spelled('client_id')} and ${spelled('client_secret')}, or ${spelled('username')} and ${spelled('password')}.`,
        { path: ['client_id'] },
      ),
    )
  }
  return {
    baseUrl: (text('base_url') ?? String(settings.base_url.default)).replace(/\/+$/, ''),
    organization,
    client: client && { id: client[0], secret: client[1] },
    user: person && { username: person[0], password: person[1] },
    tokenUrl: text('token_url'),
    scope: text('scope'),
  }
}

function wordsOf(given: ObjectValue): StatusWords {
  const of = (name: string, usual: readonly string[]) => {
    const value = field(given, name) ?? null
    return isList(value) ? value.map(String) : usual
  }
  return {
    deployed: of('deployed_statuses', defaultStatusWords.deployed),
    undeployed: of('undeployed_statuses', defaultStatusWords.undeployed),
    failed: of('failed_statuses', defaultStatusWords.failed),
    transitional: of('transitional_statuses', defaultStatusWords.transitional),
  }
}

function textSetting(given: ObjectValue, name: string): string | undefined {
  const value = field(given, name)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function spelled(name: string): string {
  return `"${name}" (TAVIO_${name.toUpperCase()})`
}

function words(whose: string, usual: readonly string[]) {
  return list(string).optional(`Status words ${whose}, in any case.`, {
    default: usual,
    evidence: 'inferred',
  })
}

function byType<T extends { readonly type: string }>(kinds: readonly T[]): { readonly [type: string]: T } {
  return Object.fromEntries(kinds.map((kind) => [kind.type, kind]))
}
