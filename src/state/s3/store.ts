// States in S3, or on a server that speaks like it, where Terraform keeps them: the backend "s3".
import type { S3ClientConfig } from '@aws-sdk/client-s3'
import { fail, type Place } from '../../diagnostics.ts'
import { didYouMean } from '../../schema/suggest.ts'
import { field, isObject, type ObjectValue } from '../../schema/value.ts'
import { countOfBackups } from '../backups.ts'
import { remoteBackend } from '../remote/backend.ts'
import type { LeaseClock } from '../remote/lease.ts'
import { lockExpiry, systemClock } from '../remote/lease-clock.ts'
import { ChangedError } from '../remote/versioned.ts'
import { readSettings, type Setting, type Settings } from '../settings.ts'
import { DEFAULT_WORKSPACE, type Environment, type Store, type StorePlace } from '../store.ts'
import { workspaceExists } from '../workspace-name.ts'
import { type S3Options, s3Objects } from './objects.ts'
import { removeS3State, s3Place } from './place.ts'

const dynamo = 'Set use_lockfile = true instead: both programs then lock with an object beside the state.'
const roles = 'Take the role in a profile of the AWS configuration, and name it in "profile" or AWS_PROFILE.'
const files = 'Set AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE instead.'
const network = 'Set it up for the whole machine, or use a server that needs none.'
const refused = (reason: string) => ({ type: 'text', refused: reason }) as const satisfies Setting

const known = {
  bucket: { type: 'text' },
  key: { type: 'text' },
  region: { type: 'text', env: ['AWS_REGION', 'AWS_DEFAULT_REGION'] },
  endpoint: { type: 'text', env: ['AWS_ENDPOINT_URL_S3', 'AWS_S3_ENDPOINT', 'AWS_ENDPOINT_URL'] },
  access_key: { type: 'text', env: ['AWS_ACCESS_KEY_ID'] },
  secret_key: { type: 'text', env: ['AWS_SECRET_ACCESS_KEY'], secret: true },
  token: { type: 'text', env: ['AWS_SESSION_TOKEN'], secret: true },
  profile: { type: 'text', env: ['AWS_PROFILE'] },
  use_path_style: { type: 'flag' },
  force_path_style: { type: 'flag' },
  use_dualstack_endpoint: { type: 'flag', env: ['AWS_USE_DUALSTACK_ENDPOINT'] },
  use_fips_endpoint: { type: 'flag', env: ['AWS_USE_FIPS_ENDPOINT'] },
  max_retries: { type: 'number' },
  encrypt: { type: 'flag' },
  kms_key_id: { type: 'text' },
  sse_customer_key: { type: 'text', env: ['AWS_SSE_CUSTOMER_KEY'], secret: true },
  acl: { type: 'text' },
  workspace_key_prefix: { type: 'text' },
  // The lock is taken in any case.
  use_lockfile: { type: 'flag' },
  // What Terraform looks into beforehand, and Hubform never does.
  skip_credentials_validation: { type: 'flag' },
  skip_metadata_api_check: { type: 'flag' },
  skip_region_validation: { type: 'flag' },
  skip_requesting_account_id: { type: 'flag' },
  skip_s3_checksum: { type: 'flag' },
  dynamodb_table: refused(dynamo),
  dynamodb_endpoint: refused(dynamo),
  assume_role: refused(roles),
  assume_role_with_web_identity: refused('Set AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE instead.'),
  shared_config_files: refused(files),
  shared_credentials_file: refused(files),
  shared_credentials_files: refused(files),
  allowed_account_ids: refused('Leave it out; credentials of another account find no such bucket.'),
  forbidden_account_ids: refused('Leave it out; credentials of another account find no such bucket.'),
  retry_mode: refused('Set AWS_RETRY_MODE instead.'),
  iam_endpoint: refused('Leave it out; Hubform never asks there.'),
  sts_endpoint: refused('Set AWS_ENDPOINT_URL_STS instead.'),
  sts_region: refused('Set AWS_ENDPOINT_URL_STS instead.'),
  ec2_metadata_service_endpoint: refused('Set AWS_EC2_METADATA_SERVICE_ENDPOINT instead.'),
  ec2_metadata_service_endpoint_mode: refused('Set AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE instead.'),
  custom_ca_bundle: refused('Set NODE_EXTRA_CA_CERTS instead.'),
  insecure: refused('Set NODE_EXTRA_CA_CERTS to the certificate of the server.'),
  http_proxy: refused(network),
  https_proxy: refused(network),
  no_proxy: refused(network),
} as const

/** One object for each workspace. Throws diagnostics about settings; asks the server nothing yet. */
export function s3Store(
  { settings, where }: StorePlace,
  env: Environment,
  clock: LeaseClock = systemClock,
): Store {
  const { endpoint, rest } = takeEndpoints(settings, where)
  const given = readSettings({ kind: 's3', known, given: rest, env, where })
  const bucket = needed('bucket', given.bucket, where)
  const key = needed('key', given.key, where)
  if (key.startsWith('/') || key.endsWith('/'))
    fail('Wrong backend setting', '"key" of the backend "s3" must not begin or end with "/".', where)
  const prefix = given.workspace_key_prefix ?? 'env:'
  const expiryMs = lockExpiry(env)
  const keep = countOfBackups(env)
  const objects = s3Objects({
    bucket,
    client: clientConfig(given, rest, endpoint ?? given.endpoint, env),
    ...objectOptions(given, where),
    sleep: clock.sleep,
  })
  const start = prefix === '' ? '' : `${prefix}/`
  const keyOf = (workspace: string) =>
    workspace === DEFAULT_WORKSPACE ? key : [prefix, workspace, key].filter((part) => part !== '').join('/')
  return {
    open: (workspace) =>
      remoteBackend(s3Place({ objects, bucket, key: keyOf(workspace), keep, now: clock.now }), {
        expiryMs,
        clock,
      }),
    workspaces: {
      async list() {
        const names = (await objects.list(start)).flatMap((one) => {
          const [name = '', ...more] = one.slice(start.length).split('/')
          return name !== '' && more.join('/') === key ? [name] : []
        })
        return [DEFAULT_WORKSPACE, ...names.sort()]
      },
      async create(name, empty) {
        try {
          await objects.put(keyOf(name), empty, undefined)
        } catch (error) {
          if (!(error instanceof ChangedError)) throw error
          workspaceExists(name, `s3://${bucket}/${start}`)
        }
      },
      remove: (name) => removeS3State(objects, keyOf(name)),
    },
  }
}

/** `endpoints` holds addresses of several services; only that of S3 is ours. */
function takeEndpoints(
  settings: ObjectValue,
  where: Place | undefined,
): { readonly endpoint: string | undefined; readonly rest: ObjectValue } {
  const { endpoints, ...rest } = settings
  if (endpoints === undefined || endpoints === null) return { endpoint: undefined, rest }
  const [only] = Array.isArray(endpoints) ? endpoints : [endpoints]
  if (!isObject(only))
    return fail(
      'Wrong backend setting',
      '"endpoints" of the backend "s3" must be an object, as { s3 = "…" }.',
      where,
    )
  const names = ['s3', 'dynamodb', 'iam', 'sso', 'sts']
  for (const name of Object.keys(only)) {
    if ((field(only, name) ?? null) === null) continue
    if (!names.includes(name))
      fail('Unknown backend setting', `"endpoints" has no "${name}".${didYouMean(name, names)}`, where)
    if (name === 'sso' || name === 'sts')
      fail(
        'Not handled yet',
        `"endpoints.${name}" of the backend "s3" is not handled by Hubform. Set AWS_ENDPOINT_URL_${name.toUpperCase()} instead.`,
        where,
      )
  }
  const s3 = field(only, 's3') ?? undefined
  if (s3 !== undefined && typeof s3 !== 'string')
    return fail('Wrong backend setting', '"endpoints.s3" of the backend "s3" must be a string.', where)
  return { endpoint: s3, rest }
}

function needed(name: string, text: string | undefined, where: Place | undefined): string {
  if (text !== undefined && text !== '') return text
  return fail('Wrong backend setting', `The backend "s3" needs a "${name}".`, where)
}

function clientConfig(
  given: Settings<typeof known>,
  settings: ObjectValue,
  endpoint: string | undefined,
  env: Environment,
): S3ClientConfig {
  const { access_key: accessKeyId, secret_key: secretAccessKey, token: sessionToken } = given
  // A profile that is written down goes before keys from the environment.
  const chosen = field(settings, 'access_key') !== undefined || field(settings, 'profile') === undefined
  const own = chosen && accessKeyId !== undefined && secretAccessKey !== undefined
  return {
    ...(given.region === undefined ? {} : { region: given.region }),
    ...(endpoint === undefined
      ? {}
      : { endpoint: endpoint.includes('://') ? endpoint : `https://${endpoint}` }),
    ...(given.profile === undefined ? {} : { profile: given.profile }),
    ...(own
      ? {
          credentials: {
            accessKeyId,
            secretAccessKey,
            ...(sessionToken === undefined ? {} : { sessionToken }),
          },
        }
      : {}),
    ...(given.max_retries === undefined ? {} : { maxAttempts: given.max_retries + 1 }),
    forcePathStyle: given.use_path_style ?? given.force_path_style ?? false,
    useDualstackEndpoint: given.use_dualstack_endpoint ?? false,
    useFipsEndpoint: given.use_fips_endpoint ?? false,
    // Without these a server that says nothing would be waited for without end.
    requestHandler: { connectionTimeout: 10_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
    // Other servers than Amazon's may not know the newer checksums.
    ...(env['AWS_REQUEST_CHECKSUM_CALCULATION']
      ? {}
      : { requestChecksumCalculation: 'WHEN_REQUIRED' as const }),
    ...(env['AWS_RESPONSE_CHECKSUM_VALIDATION']
      ? {}
      : { responseChecksumValidation: 'WHEN_REQUIRED' as const }),
  }
}

/** Encryption and access, as Terraform sets them. */
function objectOptions(
  given: Settings<typeof known>,
  where: Place | undefined,
): Pick<S3Options, 'writeWith' | 'readWith'> {
  const { encrypt, kms_key_id: kms, sse_customer_key: own, acl } = given
  if (kms !== undefined && own !== undefined)
    fail('Wrong backend setting', 'Only one of "kms_key_id" and "sse_customer_key" can be set.', where)
  const customer = own === undefined ? {} : { SSECustomerAlgorithm: 'AES256', SSECustomerKey: own }
  const encryption = !encrypt
    ? {}
    : kms !== undefined
      ? { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: kms }
      : own !== undefined
        ? customer
        : { ServerSideEncryption: 'AES256' as const }
  return {
    writeWith: {
      ...encryption,
      // A name from Amazon's list, which the server checks.
      ...(acl === undefined ? {} : { ACL: acl as NonNullable<S3Options['writeWith']['ACL']> }),
    },
    readWith: customer,
  }
}
