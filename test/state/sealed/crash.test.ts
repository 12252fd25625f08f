// Runs over an encrypted state that are killed, on a disk that fails at every change in turn.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DiagnosticError } from '../../../src/diagnostics.ts'
import { encodeState } from '../../../src/state/file.ts'
import { localBackend } from '../../../src/state/local/backend.ts'
import { type Disk, nodeDisk } from '../../../src/state/local/disk.ts'
import { keepErrored } from '../../../src/state/local/errored.ts'
import { lockFileLocker } from '../../../src/state/local/lock-file.ts'
import { encryptedBackend } from '../../../src/state/sealed/backend.ts'
import { sealState } from '../../../src/state/sealed/envelope.ts'
import { recordKey } from '../../../src/state/state.ts'
import { CrashError, crashingDisk, faultyDisk } from '../local/failing-disk.ts'
import { recordOf, stateOf } from '../samples.ts'
import { intentOf, open } from '../sessions.ts'
import { encryptionOf, newKey, oldKey } from './keys.ts'

const [ada, bob, eve] = [recordOf('ada'), recordOf('bob'), recordOf('eve')]
const clear = encodeState(stateOf(ada))
let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hubform-sealed-'))
  path = join(directory, 'hub.tfstate')
})

afterEach(() => rmSync(directory, { recursive: true }))

/** A client whose process counts as dead as soon as somebody else looks. */
function client(disk: Disk, enforced: boolean) {
  const self = { host: 'here', pid: 1, started: undefined }
  const locker = lockFileLocker(disk, { self, mayLive: () => false })
  return encryptedBackend(
    localBackend({ path, disk, locker, backups: 1 }),
    encryptionOf([newKey, oldKey], { enforced }),
  )
}

async function run(disk: Disk, enforced: boolean, done: string[]): Promise<void> {
  const session = await open(client(disk, enforced))
  await session.intend(intentOf(eve))
  done.push('intent eve')
  await session.outcome('create tavio_user.eve', { [recordKey(eve)]: eve })
  done.push('eve')
  await session.intend(intentOf(bob))
  done.push('intent bob')
  await session.save(session.state)
  await session.outcome('create tavio_user.bob', { [recordKey(bob)]: bob })
  done.push('bob')
  await session.save(session.state)
  await session.close()
  done.push('closed')
}

describe.each([
  { name: 'one under an older key', before: sealState(clear, oldKey), enforced: true },
  { name: 'one in clear', before: clear, enforced: false },
])('a run over an encrypted state, $name at first', ({ before, enforced }) => {
  it('loses nothing that was acknowledged, wherever it is killed', async () => {
    for (let changes = 0; ; changes++) {
      writeFileSync(path, before)
      rmSync(`${path}.journal`, { force: true })
      const done: string[] = []
      const end = await run(crashingDisk(changes), enforced, done).catch((error: unknown) => error)
      const cause = end instanceof DiagnosticError ? end.cause : end
      if (end !== undefined) expect(cause, `after ${changes} changes`).toBeInstanceOf(CrashError)
      const when = `killed after ${changes} changes, ${done.at(-1)}`
      // A kill in the first write of all leaves at most a header of the journal, and what is there is still in clear.
      const session = await open(client(nodeDisk, enforced))
      const owed = session.recovered?.openIntents.map(({ step }) => step) ?? []
      const has = (name: string) => session.state.records.has(`tavio_user.${name}`)
      expect(has('ada'), when).toBe(true)
      for (const name of ['eve', 'bob']) {
        if (done.includes(name)) expect(has(name), when).toBe(true)
        if (done.includes(`intent ${name}`) && !has(name))
          expect(owed, when).toContain(`create tavio_user.${name}`)
      }
      await session.save(session.state)
      await session.close()
      if (done.includes('closed')) break
    }
  })
})

describe('what is on disk', () => {
  it('is readable by the owner only, and sealed', async () => {
    writeFileSync(path, clear, { mode: 0o644 })
    const backend = encryptedBackend(localBackend({ path, backups: 1 }), encryptionOf([oldKey]))
    const session = await open(backend)
    await session.outcome(undefined, { [recordKey(eve)]: eve })
    const modes = () =>
      readdirSync(directory).map((name) => [name, (statSync(join(directory, name)).mode & 0o777).toString(8)])
    expect(modes()).toEqual(
      expect.arrayContaining([
        ['.hub.tfstate.lock.info', '600'],
        ['hub.tfstate.journal', '600'],
      ]),
    )
    await session.save(session.state)
    const errored = await keepErrored(directory, sealState(clear, oldKey))
    expect(modes()).toEqual(
      expect.arrayContaining([
        ['hub.tfstate', '600'],
        ['hub.tfstate.backup', '600'],
        ['errored.tfstate', '600'],
      ]),
    )
    await session.close()
    for (const file of [path, errored]) expect(readFileSync(file, 'utf8')).not.toContain('tavio_user')
    expect(existsSync(`${path}.journal`)).toBe(false)
  })

  it.each([
    { call: 'sync', code: 'EIO' },
    { call: 'rename', code: 'ENOSPC' },
  ] as const)(
    'a state that cannot be written ($call: $code) is as it was, and the journal has the rest',
    async ({ call, code }) => {
      const sealed = sealState(clear, oldKey)
      writeFileSync(path, sealed)
      let broken = false
      const faulty = faultyDisk(call, code)
      const disk: Disk = new Proxy(nodeDisk, {
        get: (real, name: keyof Disk) => (broken ? faulty : real)[name],
      })
      const session = await open(encryptedBackend(localBackend({ path, disk }), encryptionOf([oldKey])))
      await session.outcome(undefined, { [recordKey(eve)]: eve })
      broken = true
      await expect(session.save(session.state)).rejects.toThrow('State not saved')
      await session.close()
      expect(readFileSync(path, 'utf8')).toBe(sealed)
      const next = await open(encryptedBackend(localBackend({ path }), encryptionOf([oldKey])))
      expect(next.state.records.has('tavio_user.eve')).toBe(true)
      await next.close()
    },
  )
})
