// What the contract does not ask of every backend: Terraform's settings, workspaces, and servers of other makers.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ObjectValue } from '../../../src/schema/value.ts'
import { remoteBackend } from '../../../src/state/remote/backend.ts'
import { s3Store } from '../../../src/state/s3/store.ts'
import { lockInfo } from '../../contract/lock-info.ts'
import { handClock } from '../../support/hand-clock.ts'
import { type Delay, memoryS3 } from '../../support/memory-places.ts'
import { type S3Server, startS3Server } from '../../support/s3-server.ts'

let server: S3Server

beforeEach(async () => {
  server = await startS3Server()
})
afterEach(() => server.stop())

const storeWith = (
  settings: ObjectValue = {},
  env: { readonly [name: string]: string } = {},
  clock = handClock(),
) => {
  const given = {
    bucket: server.bucket,
    key: 'team/prod',
    region: 'eu-central-1',
    endpoints: { s3: server.origin },
    access_key: 'ada',
    secret_key: 's3cret',
    use_path_style: true,
    max_retries: 0,
    ...settings,
  }
  return s3Store({ kind: 's3', settings: given, directory: '/' }, env, clock)
}

async function run(backend: ReturnType<ReturnType<typeof storeWith>['open']>, text: string): Promise<void> {
  const lock = await backend.lock(lockInfo('one'))
  await backend.append(['intent'])
  await backend.write(text)
  await backend.clearJournal()
  await lock.release()
}

describe('a state in S3', () => {
  it('has beside it what its names say, and only an empty journal after a run', async () => {
    const backend = storeWith().open('default')
    await run(backend, 'one')
    await run(backend, 'two')
    const backup = 'team/prod.backups/0-20260102T030405000Z.tfstate'
    expect(Object.fromEntries(server.objects)).toEqual({
      'team/prod': 'two',
      [backup]: 'one',
      'team/prod.journal/000000': expect.stringMatching(/^\{"id":"[^\n]*\}\n$/),
    })
    const lock = await backend.lock(lockInfo('one'))
    await backend.append(['a'])
    expect([...server.objects.keys()].sort()).toEqual([
      'team/prod',
      backup,
      'team/prod.journal/000000',
      'team/prod.tflock',
    ])
    expect(JSON.parse(server.objects.get('team/prod.tflock') ?? '')).toMatchObject(lockInfo('one'))
    await lock.release()
  })

  it('keeps ten earlier contents, or as many as a variable says', async () => {
    const clock = handClock()
    const backend = storeWith({}, {}, clock).open('default')
    const none = storeWith({}, { HUBFORM_STATE_BACKUPS: '0' }, clock).open('default')
    for (let serial = 1; serial <= 13; serial++) {
      await clock.pass(60_000)
      await run(backend, `{"serial": ${serial}}`)
    }
    await run(none, '{"serial": 14}')
    const kept = [...server.objects].filter(([key]) => key.startsWith('team/prod.backups/'))
    expect(kept.map(([, text]) => text)).toEqual(Array.from({ length: 10 }, (_, i) => `{"serial": ${i + 3}}`))
  })

  it('is only written under a condition', async () => {
    await run(storeWith().open('default'), 'one')
    const writes = server.requests.filter(({ method }) => method === 'PUT')
    expect(writes.length).toBeGreaterThan(2)
    for (const { headers } of writes) expect(headers['if-match'] ?? headers['if-none-match']).toBeDefined()
  })

  it('is not written over what another program wrote in the meantime', async () => {
    const backend = storeWith().open('default')
    await backend.lock(lockInfo('one'))
    server.objects.set('team/prod', 'theirs')
    await expect(backend.write('ours')).rejects.toThrow('Lock on state lost')
    expect(server.objects.get('team/prod')).toBe('theirs')
  })

  it('is written once another write of it has come to an end', async () => {
    const backend = storeWith().open('default')
    await backend.lock(lockInfo('one'))
    let busy = 3
    server.fault = ({ method, key }) =>
      method === 'PUT' && key === 'team/prod' && busy-- > 0 ? 409 : undefined
    await backend.write('one')
    expect(await backend.read()).toBe('one')
  })

  it('that is empty counts as none, and is written all the same', async () => {
    server.objects.set('team/prod', '')
    const backend = storeWith().open('default')
    expect(await backend.read()).toBeUndefined()
    await run(backend, 'one')
    expect(await backend.read()).toBe('one')
  })

  it('that is empty is written without a word of the SDK on the terminal', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const backend = storeWith().open('default')
    const lock = await backend.lock(lockInfo('one'))
    await backend.write('')
    await lock.release()
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  })

  it('is not written for the first time by a run that has lost its lock, wherever that one was paused', async () => {
    const place = memoryS3({ conditionalDelete: true })
    const open = (hours: number, delay: Delay) => {
      const clock = handClock()
      clock.set(hours * 3_600_000)
      return remoteBackend(place.open(delay), { expiryMs: 60_000, clock })
    }
    const next = open(2, async () => undefined)
    let isAtState = false
    const former = open(1, async (what) => {
      if (!isAtState || !what.endsWith('T state')) return
      isAtState = false
      await next.lock(lockInfo('next'))
    })
    await former.lock(lockInfo('former'))
    isAtState = true
    await expect(former.write('late')).rejects.toThrow('Lock on state lost')
    expect(await next.read()).toBeUndefined()
    await next.write('next')
    expect(await former.read()).toBe('next')
  })

  it('is unlocked on a server that knows no conditions there', async () => {
    await server.stop()
    server = await startS3Server({ conditionalDelete: false })
    await run(storeWith().open('default'), 'one')
    expect([...server.objects.keys()].sort()).toEqual(['team/prod', 'team/prod.journal/000000'])
  })

  it('is one of several workspaces, kept where Terraform keeps them', async () => {
    const store = storeWith()
    expect(await store.workspaces?.list()).toEqual(['default'])
    await store.workspaces?.create('blue', 'empty')
    await expect(store.workspaces?.create('blue', 'empty')).rejects.toThrow('Workspace exists already')
    await run(store.open('blue'), 'blue')
    await store.open('blue').lock(lockInfo('one'))
    await run(store.open('default'), 'usual')
    expect(server.objects.get('env:/blue/team/prod')).toBe('blue')
    server.objects.set('env:/green/other/prod', 'of another configuration')
    expect(await store.workspaces?.list()).toEqual(['default', 'blue'])
    const [left] = [...server.objects.keys()].filter((key) => key.endsWith('.tflock'))
    expect(left).toBe('env:/blue/team/prod.tflock')
    await store.workspaces?.remove('blue')
    expect(await store.workspaces?.list()).toEqual(['default'])
    expect([...server.objects.keys()].filter((key) => key.includes('blue'))).toEqual([left])
  })

  it('has a thousand workspaces and more', async () => {
    for (let i = 0; i < 1_100; i++) server.objects.set(`w/n${i}/team/prod`, 'x')
    const names = await storeWith({ workspace_key_prefix: 'w' }).workspaces?.list()
    expect(names).toHaveLength(1_101)
  })

  it.each([
    { settings: { encrypt: true }, headers: { 'x-amz-server-side-encryption': 'AES256' } },
    {
      settings: { encrypt: true, kms_key_id: 'arn:key' },
      headers: {
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': 'arn:key',
      },
    },
    {
      settings: { encrypt: true, sse_customer_key: Buffer.alloc(32, 1).toString('base64') },
      headers: {
        'x-amz-server-side-encryption-customer-algorithm': 'AES256',
        'x-amz-server-side-encryption-customer-key': Buffer.alloc(32, 1).toString('base64'),
      },
    },
    { settings: { acl: 'bucket-owner-full-control' }, headers: { 'x-amz-acl': 'bucket-owner-full-control' } },
    { settings: { token: 'session' }, headers: { 'x-amz-security-token': 'session' } },
  ])('writes every object with $settings', async ({ settings, headers }) => {
    await run(storeWith(settings).open('default'), 'one')
    for (const request of server.requests.filter(({ method }) => method === 'PUT'))
      expect(request.headers).toMatchObject(headers)
  })

  it('sends no checksums that servers of other makers do not know', async () => {
    await run(storeWith().open('default'), 'one')
    for (const { headers } of server.requests)
      expect(Object.keys(headers).filter((name) => /checksum|trailer/.test(name))).toEqual([])
  })

  it('takes region, address and credentials from variables', async () => {
    const settings = { region: null, endpoints: null, access_key: null, secret_key: null }
    const env = {
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL_S3: server.origin,
      AWS_ACCESS_KEY_ID: 'grace',
      AWS_SECRET_ACCESS_KEY: 'x',
    }
    await storeWith(settings, env).open('default').read()
    expect(server.requests[0]?.headers.authorization).toMatch(/Credential=grace\/\d+\/eu-west-1\/s3/)
  })

  it.each([
    { name: 'that the bucket is missing', settings: { bucket: 'none' }, says: 'Bucket is missing' },
    {
      name: 'that nobody is there',
      settings: { endpoints: { s3: 'http://127.0.0.1:1' } },
      says: 'State server not reachable',
    },
  ])('says $name', async ({ settings, says }) => {
    const backend = storeWith(settings).open('default')
    await expect(backend.lock(lockInfo('one'))).rejects.toThrow(says)
    await expect(backend.read()).rejects.toThrow(says)
  })

  it('says which rights are missing', async () => {
    server.fault = ({ key }) => (key.endsWith('.tflock') ? 403 : undefined)
    await expect(storeWith().open('default').lock(lockInfo('one'))).rejects.toThrow(
      /No permission for state: Hubform could not write s3:\/\/states\/team\/prod.tflock: .*objects whose keys begin with its key/,
    )
  })
})

describe('settings of the backend "s3"', () => {
  it.each([
    { settings: { bucket: null }, says: 'The backend "s3" needs a "bucket".' },
    { settings: { key: '/prod' }, says: '"key" of the backend "s3" must not begin or end with "/".' },
    { settings: { dynamodb_table: 'locks' }, says: 'Set use_lockfile = true instead' },
    { settings: { assume_role: { role_arn: 'x' } }, says: 'name it in "profile"' },
    { settings: { shared_config_files: ['x'] }, says: 'Set AWS_CONFIG_FILE' },
    { settings: { endpoints: { sts: 'http://x' } }, says: 'Set AWS_ENDPOINT_URL_STS instead.' },
    { settings: { endpoints: { s4: 'http://x' } }, says: '"endpoints" has no "s4". Did you mean "s3"?' },
    { settings: { kms_key_id: 'x', sse_customer_key: 'y' }, says: 'Only one of' },
    { settings: { buckets: 'x' }, says: 'has no setting "buckets". Did you mean "bucket"?' },
  ])('are refused: $settings', ({ settings, says }) => {
    expect(() => storeWith(settings as ObjectValue)).toThrow(says)
  })
})
