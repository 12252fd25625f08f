// What the contract does not ask of every backend: Terraform's settings, and servers of all kinds.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ObjectValue } from '../../../src/schema/value.ts'
import { LockHeldError } from '../../../src/state/backend.ts'
import { httpStore } from '../../../src/state/http/store.ts'
import { lockInfo } from '../../contract/lock-info.ts'
import { certificates } from '../../support/certificates.ts'
import { type HandClock, handClock } from '../../support/hand-clock.ts'
import {
  type Fault,
  type StateServer,
  type StateServerOptions,
  startStateServer,
} from '../../support/state-server.ts'

let server: StateServer
let clock: HandClock
let directory: string

beforeEach(() => {
  clock = handClock()
  directory = mkdtempSync(join(tmpdir(), 'hubform-http-'))
})
afterEach(async () => {
  rmSync(directory, { recursive: true })
  await server?.stop()
})

const begin = async (options: StateServerOptions = {}) => {
  server = await startStateServer(options)
}
const path = '/state/prod'
const open = (settings: ObjectValue = {}, env: { readonly [name: string]: string } = {}) => {
  const address = `${server.origin}${path}`
  const given = { address, lock_address: address, unlock_address: address, ...settings }
  return httpStore({ kind: 'http', settings: given, directory }, env, clock).open('default')
}
/** With an id as runs have it, which says that they give signs of life. */
const infoOf = (digit: number) => lockInfo(`${String(digit).repeat(8)}-0000-4000-8000-000000000000`)
const state = (serial: number) => `{"version": 4, "serial": ${serial}}`
const journals = () => readdirSync(directory)

/** Everything that a run does, on one server. */
async function run(backend: ReturnType<typeof open>, serial: number): Promise<void> {
  const lock = await backend.lock(lockInfo(`run-${serial}`))
  await backend.append(['intent'])
  await backend.append(['outcome'])
  await backend.write(state(serial))
  await backend.clearJournal()
  await lock.release()
}

describe('a state on an HTTP server', () => {
  it('goes with a server that looks into what it keeps, and tells little of a holder', async () => {
    await begin({ gitlab: true })
    const lock = `${server.origin}${path}/lock`
    const settings = {
      lock_address: lock,
      unlock_address: lock,
      lock_method: 'POST',
      unlock_method: 'DELETE',
    }
    for (const serial of [1, 2, 3]) await run(open(settings), serial)
    const holder = await open(settings).lock(lockInfo('one'))
    const refused = await open(settings)
      .lock(lockInfo('two'))
      .catch((error: unknown) => error)
    expect((refused as LockHeldError).holder).toEqual(lockInfo('one'))
    await holder.release()
    expect(await open(settings).read()).toBe(state(3))
    expect(server.locks.size).toBe(0)
  })

  it('keeps one earlier content, or none if a variable says so', async () => {
    await begin()
    const kept = () => server.documents.get(`${path}-journal-backup`)
    const none = open({}, { HUBFORM_STATE_BACKUPS: '0' })
    for (const serial of [1, 2]) await run(none, serial)
    expect(none.backupDescription).toBeUndefined()
    expect(kept()).toBeUndefined()
    const some = open({}, { HUBFORM_STATE_BACKUPS: '5' })
    await run(some, 3)
    expect(some.backupDescription).toContain('-journal-backup')
    expect(JSON.parse(kept() ?? '{}')).toMatchObject({ hubform_document: state(2) })
  })

  it.each<{ readonly what: string; readonly faultOf: (after: number) => Fault | undefined }>([
    { what: 'a request that came to nothing', faultOf: (after) => (after < 0 ? undefined : 'cut before') },
    {
      what: 'a request that was carried out',
      faultOf: (after) => (after < 0 ? undefined : after === 0 ? 'cut after' : 'cut before'),
    },
    // This one does not die, but asks again.
    {
      what: 'no request, having missed one answer',
      faultOf: (after) => (after === 0 ? 'cut after' : undefined),
    },
  ])(
    'leaves nothing of a long journal, wherever a run that takes it over and clears it dies: at $what',
    {
      timeout: 60_000,
    },
    async ({ faultOf }) => {
      await begin()
      const kept = () =>
        [...server.documents].filter(
          ([name, text]) => /-journal-(e\d+-)?\d+$/.test(name) && text.includes('in clear'),
        )
      const line = `in clear ${'x'.repeat(60_000)}`
      let isReached = true
      let requests = 0
      for (; isReached; requests++) {
        // Nobody beats in a time that stands still: a dead run's beats would be waited for by who sleeps on its clock.
        clock = { ...handClock(), sleep: async () => undefined }
        server.documents.clear()
        server.locks.clear()
        const [former, dying, next] = [open(), open(), open()]
        await former.lock(infoOf(1))
        for (let i = 0; i < 4; i++) await former.append([line])
        await next.forceUnlock([...server.locks.values()].map((text) => JSON.parse(text).ID)[0])
        expect(kept()).toHaveLength(4)

        let seen = 0
        let isCleared = false
        server.fault = () => faultOf(seen++ - requests)
        await (async () => {
          await dying.lock(infoOf(2))
          await dying.clearJournal()
          isCleared = true
        })().catch(() => undefined)
        server.fault = undefined
        isReached = seen > requests

        server.locks.clear()
        await next.lock(infoOf(3))
        const left = await next.readJournal()
        expect(isCleared ? [undefined] : [undefined, `${line}\n`.repeat(4)], `request ${requests}`).toContain(
          left,
        )
        await next.clearJournal()
        await next.rewriteBackups(() => undefined)
        expect(
          kept().map(([name]) => name),
          `request ${requests}`,
        ).toEqual([])
      }
      expect(requests).toBeGreaterThan(30)
    },
  )

  it('is held in turn by two who know each other’s documents only from before', async () => {
    await begin({ gitlab: true })
    const [first, second] = [open(), open()]
    for (let turn = 0; turn < 3; turn++) {
      for (const [backend, other] of [
        [first, second],
        [second, first],
      ] as const) {
        const lock = await backend.lock(lockInfo('one'))
        await expect(other.lock(lockInfo('two'))).rejects.toBeInstanceOf(LockHeldError)
        await clock.pass(25_000)
        await backend.append(['a'])
        await backend.clearJournal()
        await lock.release()
      }
    }
  })

  it('is not taken over from Terraform where a server repeats what the one who asks has sent', async () => {
    await begin({ gitlab: true })
    await run(open(), 1)
    server.locks.set(path, JSON.stringify(lockInfo('terraform')))
    const waiting = open()
    for (let i = 0; i < 5; i++) {
      const refused = await waiting.lock(lockInfo('two')).catch((error: unknown) => error)
      expect((refused as LockHeldError).holder?.ID).toBe('terraform')
      await clock.pass(3_600_000)
    }
  })

  it('is named without the credentials that its address may hold, which are sent', async () => {
    await begin({ credentials: { username: 'ada', password: 's3/cret' } })
    const address = `${server.origin.replace('//', '//ada:s3%2Fcret@')}${path}`
    const backend = open({ address, lock_address: address, unlock_address: address })
    await run(backend, 1)
    for (const text of [backend.description, backend.journalDescription, backend.backupDescription])
      expect(text).toContain(server.origin)
  })

  it('says what is wrong with credentials, without showing them', async () => {
    await begin({ credentials: { username: 'ada', password: 's3cret' } })
    const backend = open({}, { TF_HTTP_USERNAME: 'ada', TF_HTTP_PASSWORD: 'wr0ng' })
    const error = await backend.lock(lockInfo('one')).catch(String)
    expect(error).toMatch(/No permission for state: Hubform could not lock the state at .* answered 401/)
    expect(error).not.toContain('wr0ng')
    await run(open({}, { TF_HTTP_USERNAME: 'ada', TF_HTTP_PASSWORD: 's3cret' }), 1)
  })

  it('takes every setting from its variable', async () => {
    await begin()
    const address = `${server.origin}${path}`
    const env = {
      TF_HTTP_ADDRESS: address,
      TF_HTTP_UPDATE_METHOD: 'PUT',
      TF_HTTP_LOCK_ADDRESS: `${address}/lock`,
      TF_HTTP_LOCK_METHOD: 'POST',
      TF_HTTP_UNLOCK_ADDRESS: `${address}/lock`,
      TF_HTTP_UNLOCK_METHOD: 'DELETE',
    }
    await run(httpStore({ kind: 'http', settings: {}, directory }, env, clock).open('default'), 1)
    expect(server.requests).toContain(`PUT ${path}`)
    expect(server.requests).toContain(`POST ${path}/lock`)
    expect(server.requests).toContain(`DELETE ${path}/lock`)
  })

  it('is reached with certificates of both sides', async () => {
    const { ca, serverKey, serverCertificate, clientKey, clientCertificate } = certificates()
    await begin({ tls: { key: serverKey, cert: serverCertificate, ca } })
    const own = { client_certificate_pem: clientCertificate, client_private_key_pem: clientKey }
    await run(open({ client_ca_certificate_pem: ca, ...own }), 1)
    expect(await open({ skip_cert_verification: true, ...own }).read()).toBe(state(1))
    await expect(open(own).read()).rejects.toThrow('State server not reachable')
    await expect(open({ client_ca_certificate_pem: ca }).read()).rejects.toThrow('State server not reachable')
  })

  it.each([
    { settings: {}, waits: [1_000, 2_000] },
    { settings: { retry_max: 0 }, waits: [] },
    {
      settings: { retry_max: 4, retry_wait_min: 5, retry_wait_max: 12 },
      waits: [5_000, 10_000, 12_000, 12_000],
    },
  ])('is asked again after $waits ms with $settings', async ({ settings, waits }) => {
    await begin()
    server.fault = () => 503
    const slept: number[] = []
    const { sleep } = clock
    clock = {
      ...clock,
      sleep: async (ms, signal) => {
        slept.push(ms)
        await sleep(ms, signal)
      },
    }
    await expect(open(settings).read()).rejects.toThrow('State server refused')
    expect(slept).toEqual(waits)
  })

  it('is not asked again where that cannot help', async () => {
    await begin()
    server.fault = () => 400
    await expect(open().read()).rejects.toThrow('the server answered 400')
    expect(server.requests).toHaveLength(1)
  })

  it('is not believed when it does not match its checksum', async () => {
    await begin()
    server.wrongMd5 = true
    server.documents.set(path, state(1))
    await expect(open().read()).rejects.toThrow('Answer is damaged')
  })

  it('is not written over what another program wrote in the meantime', async () => {
    await begin()
    const backend = open()
    await backend.lock(lockInfo('one'))
    server.documents.set(path, state(7))
    await expect(backend.write(state(1))).rejects.toThrow('Lock on state lost')
    expect(server.documents.get(path)).toBe(state(7))
  })

  it('says that nobody is there', async () => {
    await begin()
    const address = 'http://127.0.0.1:1/state'
    await expect(open({ address }).read()).rejects.toThrow(
      'State server not reachable: Hubform could not read the state: 127.0.0.1:1 did not answer',
    )
  })

  it('is not locked where there is no address for locks, and says so', async () => {
    await begin()
    const backend = httpStore(
      { kind: 'http', settings: { address: `${server.origin}${path}` }, directory },
      {},
      clock,
    ).open('default')
    expect(backend.description).toContain('(without locks)')
    await run(backend, 1)
    expect(server.requests.filter((one) => one.includes('LOCK'))).toEqual([])
    await expect(backend.forceUnlock('x')).rejects.toThrow('State is not locked')
  })

  it('has its journal where a variable says', async () => {
    await begin()
    const backend = open({}, { HUBFORM_HTTP_JOURNAL_ADDRESS: `${server.origin}/elsewhere/j` })
    await backend.lock(lockInfo('one'))
    await backend.append(['a'])
    expect([...server.documents.keys()].sort()).toEqual(['/elsewhere/j-0', '/elsewhere/j-beat'])
    expect(backend.journalDescription).toBe(`${server.origin}/elsewhere/j-0`)
  })
})

describe('a run that died between the lock and its first sign of life', () => {
  const gitlab = {
    lock_method: 'POST',
    unlock_method: 'DELETE',
  }
  const ids = ['0f9d2b41-52f4-4b6e-9a43-1b1a7f3f0c11', '5a1c7f60-7d0a-4f0b-8a3e-6f1d2c3b4a59'] as const
  const first = () => ({ ...lockInfo(ids[0]), Created: new Date(clock.now()).toISOString() })
  const second = () => ({ ...lockInfo(ids[1]), Created: new Date(clock.now()).toISOString() })

  /** Nothing comes after the lock, neither from this run nor from another program. */
  const die = async (backend = open()) => {
    server.fault = ({ method }) => (method === 'LOCK' || server.locks.size === 0 ? undefined : 'cut before')
    await backend.lock(first()).catch(() => undefined)
    server.fault = undefined
    expect(server.locks.size).toBe(1)
  }

  it.each([
    { kind: 'a plain server', options: {}, settings: {} },
    { kind: 'a server like GitLab', options: { gitlab: true }, settings: gitlab },
  ])('leaves a lock that the next one takes over by itself, on $kind', async ({ options, settings }) => {
    await begin(options)
    server.now = clock.now
    const lockAt = {
      lock_address: `${server.origin}${path}/lock`,
      unlock_address: `${server.origin}${path}/lock`,
    }
    const given = 'lock_method' in settings ? { ...lockAt, ...settings } : {}
    // What it does when it learns that something is wrong, a killed one cannot do.
    let isLocked = false
    const kill: StateServer['fault'] = () => {
      if (isLocked) return 'cut before'
      isLocked = true
      return undefined
    }
    server.fault = kill
    await open(given)
      .lock(first())
      .catch(() => undefined)
    server.fault = undefined
    expect(server.locks.size).toBe(1)

    const waiting = open(given)
    // It may just be slow.
    await expect(waiting.lock(second())).rejects.toBeInstanceOf(LockHeldError)
    await clock.pass(3_600_000)
    const looks: unknown[] = []
    const before = clock.monotonic()
    const lock = await open(given).lock(second(), undefined, (look) => looks.push(look))
    expect(lock.tookOverFrom?.ID.slice(0, 24)).toBe(ids[0].slice(0, 24))
    expect(clock.monotonic() - before).toBe(60_000)
    expect(looks).toMatchObject([{ silentMs: undefined, lookMs: 60_000 }])
    await lock.release()
    expect(server.locks.size).toBe(0)
  })

  it('leaves a lock that is taken over where servers keep nothing beside a state, too', async () => {
    await begin({ only: { path, status: 404 } })
    await die()
    await clock.pass(3_600_000)
    expect((await open().lock(second())).tookOverFrom).toBeDefined()
  })

  it('is not thought of when the holder cannot give signs of life', async () => {
    await begin({ only: { path, status: 404 } })
    await open().lock(first())
    expect(JSON.parse(server.locks.get(path) ?? '')).toMatchObject({ ID: ids[0] })
    const waiting = open()
    for (let hour = 0; hour < 5; hour++) {
      await clock.pass(3_600_000)
      await expect(waiting.lock(second())).rejects.toBeInstanceOf(LockHeldError)
    }
    expect(JSON.parse(server.locks.get(path) ?? '')).toMatchObject({ ID: ids[0] })
  })

  it.each([
    { whose: 'Terraform', hold: () => server.locks.set(path, JSON.stringify(first())) },
    {
      whose: 'who keeps its documents elsewhere',
      hold: () => open({}, { HUBFORM_HTTP_JOURNAL_ADDRESS: `${server.origin}/elsewhere` }).lock(first()),
    },
  ])('is not thought of when the holder is another: $whose', async ({ hold }) => {
    await begin()
    await run(open(), 1)
    await hold()
    const waiting = open()
    for (let hour = 0; hour < 5; hour++) {
      await expect(waiting.lock(second())).rejects.toBeInstanceOf(LockHeldError)
      clock.set(3_600_000)
    }
  })

  it('has a lock that a person can still break by its id', async () => {
    await begin()
    await die()
    const refused = await open()
      .lock(second())
      .catch((error: unknown) => error)
    const id = (refused as LockHeldError).holder?.ID ?? ''
    expect(id).toMatch(/^0f9d2b41-52f4-4b6e-9a43-/)
    expect((await open().forceUnlock(id))?.ID).toBe(id)
    await run(open(), 1)
  })
})

describe('a server that keeps nothing beside a state', () => {
  const kinds: readonly { readonly name: string; readonly options: StateServerOptions }[] = [
    { name: 'knows no such address', options: { only: { path, status: 404 } } },
    { name: 'forbids it', options: { only: { path, status: 403 } } },
    { name: 'takes none', options: { only: { path, status: 405 } } },
    { name: 'does not look at the path', options: { ignoresPath: true } },
  ]

  it.each(kinds)('has its journal on this machine, which is said: $name', async ({ options }) => {
    await begin(options)
    const backend = open()
    const lock = await backend.lock(lockInfo('one'))
    await backend.append(['a'])
    expect(backend.journalDescription).toMatch(
      /^\/.*hubform-[0-9a-f]{12}\.journal \(on this machine only: the server keeps no documents beside a state, as /,
    )
    expect(journals()).toHaveLength(1)
    expect(readFileSync(join(directory, journals()[0] ?? ''), 'utf8')).toBe('a\n')
    // Another command on this machine finds it.
    expect(await open().readJournal()).toBe('a\n')
    await backend.write(state(1))
    expect(await open().read()).toBe(state(1))
    await backend.clearJournal()
    expect(journals()).toEqual([])
    await lock.release()
    await run(open(), 2)
    expect(await open().read()).toBe(state(2))
    expect(server.locks.size).toBe(0)
  })

  it('has no signs of life, so that nobody takes its lock over', async () => {
    await begin({ only: { path, status: 404 } })
    await open().lock(lockInfo('one'))
    clock.set(3_600_000)
    const waiting = open()
    for (let i = 0; i < 5; i++) {
      await clock.pass(3_600_000)
      // The holder is one of ours, which the lock itself tells, but whether it lives nobody can tell.
      await expect(waiting.lock(lockInfo('two'))).rejects.toBeInstanceOf(LockHeldError)
    }
  })

  it('leaves alone what others keep where ours would be', async () => {
    await begin()
    const theirs = JSON.stringify({ version: 4, serial: 1, resources: [] })
    server.documents.set(`${path}-journal-0`, theirs)
    server.documents.set(`${path}-journal-beat`, theirs)
    server.documents.set(`${path}-journal-backup`, theirs)
    server.documents.set(path, state(1))
    await run(open(), 2)
    expect([...server.documents.values()]).toEqual([theirs, theirs, theirs, state(2)])
  })
})

describe('settings of the backend "http"', () => {
  const refusal = (settings: ObjectValue, env: { readonly [name: string]: string } = {}) => {
    try {
      httpStore({ kind: 'http', settings, directory: '/' }, env)
    } catch (error) {
      return String(error)
    }
    return undefined
  }
  it.each([
    { settings: {}, says: 'needs an "address". Write it into the configuration, or set TF_HTTP_ADDRESS.' },
    {
      settings: { address: 'ftp://x' },
      says: '"address" of the backend "http" must be an http or https address',
    },
    {
      settings: { address: 'http://x', lock_address: 'here' },
      says: '"lock_address" of the backend "http" must be',
    },
    {
      settings: { address: 'http://x', client_certificate_pem: 'x' },
      says: '"client_private_key_pem" is not',
    },
    { settings: { adress: 'http://x' }, says: 'has no setting "adress". Did you mean "address"?' },
  ])('are refused: $settings', ({ settings, says }) => {
    expect(refusal(settings)).toContain(says)
  })

  it('allow no expiry that is no number', () => {
    expect(refusal({ address: 'http://x' }, { HUBFORM_LOCK_EXPIRY: 'soon' })).toContain(
      'HUBFORM_LOCK_EXPIRY must be',
    )
  })

  it('allow just one workspace', () => {
    const store = httpStore({ kind: 'http', settings: { address: 'http://x' }, directory: '/' }, {})
    expect(store.workspaces).toBeUndefined()
    expect(() => store.open('blue')).toThrow('Workspaces not supported')
  })
})
