import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Diagnostic, DiagnosticError } from '../../../src/diagnostics.ts'
import type { Backend } from '../../../src/state/backend.ts'
import { encodeState } from '../../../src/state/file.ts'
import { localBackend } from '../../../src/state/local/backend.ts'
import { readState } from '../../../src/state/look.ts'
import { memoryBackend, memoryStore } from '../../../src/state/memory.ts'
import { encryptedBackend, encryptedStore } from '../../../src/state/sealed/backend.ts'
import { sealState } from '../../../src/state/sealed/envelope.ts'
import type { Key } from '../../../src/state/sealed/seal.ts'
import { recordKey } from '../../../src/state/state.ts'
import { backendContract } from '../../contract/backend.ts'
import { lockInfo } from '../../contract/lock-info.ts'
import { recordOf, stateOf } from '../samples.ts'
import { intentOf, open } from '../sessions.ts'
import { encryptionOf, falseKey, newKey, oldKey } from './keys.ts'

backendContract('encrypted, in memory', () => {
  const store = memoryStore()
  const client = () => encryptedBackend(memoryBackend(store), encryptionOf([oldKey]))
  return {
    client,
    // Kept as it was, so it opens like the state itself.
    backup: () =>
      encryptedBackend(memoryBackend({ ...store, text: store.backup }), encryptionOf([oldKey])).read(),
    tear: (text) => {
      store.journal = text
    },
    clear: () => {},
  }
})

backendContract(
  'encrypted, in a file',
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'hubform-sealed-'))
    const path = join(directory, 'terraform.tfstate')
    const client = (file = path) => encryptedBackend(localBackend({ path: file }), encryptionOf([oldKey]))
    return {
      client: () => client(),
      backup: () => client(`${path}.backup`).read(),
      clear: () => rmSync(directory, { recursive: true }),
    }
  },
  { forceUnlockOfTheLiving: 'a lock of a living process ends with that process' },
)

const [ada, bob] = [recordOf('ada', { password: 's3cret' }), recordOf('bob')]
const text = encodeState(stateOf(ada))

function place(keys: readonly Key[], more: Parameters<typeof encryptionOf>[1] = {}, store = memoryStore()) {
  const raw = memoryBackend(store)
  return { store, raw, backend: encryptedBackend(raw, encryptionOf(keys, more)) }
}

async function failure(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(DiagnosticError)
  return (error as DiagnosticError).message
}

/** A run that is killed after it has recorded bob, and still owes the outcome of ada. */
async function interrupted(backend: Backend): Promise<void> {
  const session = await open(backend)
  await session.outcome(undefined, { [recordKey(bob)]: bob })
  await session.intend(intentOf(ada, 'delete'))
  await session.close()
}

describe('an encrypted state', () => {
  it('is read with the key, and nothing of state or journal is in clear', async () => {
    const { store, backend } = place([oldKey])
    let session = await open(backend)
    await session.save(stateOf(ada))
    await session.close()
    await interrupted(backend)
    for (const kept of [store.text, store.journal]) expect(kept).not.toMatch(/tavio_user|s3cret/)
    session = await open(place([newKey, oldKey], {}, store).backend)
    expect([...session.state.records.keys()]).toEqual(['tavio_user.ada', 'tavio_user.bob'])
    expect(session.recovered?.openIntents.map(({ step }) => step)).toEqual(['delete tavio_user.ada'])
    // The next writer has another key, in the same journal.
    await session.outcome('delete tavio_user.ada', { [recordKey(ada)]: null })
    await session.close()
    const state = await readState(place([oldKey, newKey], {}, store).backend)
    expect([...state.records.keys()]).toEqual(['tavio_user.bob'])
  })

  it.each([
    { name: 'without a key', keys: [], says: 'State is encrypted' },
    { name: 'without the right key', keys: [newKey], says: 'State key missing' },
    { name: 'with a wrong key', keys: [falseKey], says: 'State not opened' },
  ])('$name it is refused, and never written over', async ({ keys, says }) => {
    const { store, backend } = place([oldKey])
    const session = await open(backend)
    await session.save(stateOf(ada))
    await session.close()
    const before = { ...store }
    const other = place(keys, {}, store)
    expect(await failure(open(other.backend))).toContain(says)
    expect(await failure(readState(other.backend))).toContain(says)
    const lock = await other.backend.lock(lockInfo('x'))
    expect(await failure(other.backend.write(text))).toContain(says)
    await lock.release()
    expect(store).toEqual(before)
  })

  it.each([
    { name: 'without a key', keys: [] },
    { name: 'with a wrong key', keys: [falseKey] },
  ])('a sealed journal over a state in clear is refused $name', async ({ keys }) => {
    const { store, backend } = place([oldKey], { warnings: [] })
    store.text = text
    await interrupted(backend)
    const before = { ...store }
    expect(await failure(open(place(keys, {}, store).backend))).toMatch(/Journal (is encrypted|not opened)/)
    expect(store).toEqual(before)
  })

  it('a key that cannot be had is known before anything is locked', async () => {
    const raw = memoryBackend()
    const refused = {
      ...encryptionOf([]),
      keys: () => {
        throw new Error('no key')
      },
    }
    await expect(encryptedBackend(raw, refused).lock(lockInfo('x'))).rejects.toThrow('no key')
    await (await raw.lock(lockInfo('y'))).release()
  })
})

describe('a state in clear with a key set', () => {
  it('is read with a warning, and encrypted when it is written next', async () => {
    const warnings: Diagnostic[] = []
    const { store, backend } = place([oldKey], { warnings })
    store.text = text
    const session = await open(backend)
    await session.save({ ...session.state, records: new Map([[recordKey(bob), bob]]) })
    await session.close()
    expect(warnings.map(({ summary }) => summary)).toEqual(['State is not encrypted'])
    expect(warnings[0]?.detail).toContain('encrypted with the key "old" when it is written next')
    expect(store.text).toContain('"hubform_state":1,"serial":4')
    expect(store.backup, 'its backup as well').toContain('"hubform_state":1,"serial":3')
    await readState(backend)
    expect(warnings).toHaveLength(1)
  })

  it('is encrypted all the same when its backups cannot be, which is said', async () => {
    const warnings: Diagnostic[] = []
    const { store, raw } = place([])
    store.text = text
    const rewriteBackups = async () => {
      throw new Error('the disk is full.')
    }
    const backend = encryptedBackend({ ...raw, rewriteBackups }, encryptionOf([oldKey], { warnings }))
    const session = await open(backend)
    await session.save({ ...session.state, records: new Map([[recordKey(bob), bob]]) })
    await session.close()
    expect(store.text).toContain('"hubform_state":1,"serial":4')
    expect(warnings.map(({ summary }) => summary)).toEqual([
      'State is not encrypted',
      'Backups not encrypted',
    ])
    expect(warnings[1]?.detail).toContain(
      'all that there are (the disk is full). Run "hubform state encrypt"',
    )
  })

  it('is refused where encryption is enforced, and left alone', async () => {
    const { store, backend } = place([oldKey], { enforced: true })
    store.text = text
    expect(await failure(open(backend))).toContain('State is not encrypted')
    const lock = await backend.lock(lockInfo('x'))
    expect(await failure(backend.write('other'))).toContain('State is not encrypted')
    await lock.release()
    expect(store.text).toBe(text)
  })

  it('where there is no state yet, one is made encrypted', async () => {
    const { store, backend } = place([oldKey], { enforced: true })
    const session = await open(backend)
    await session.save(stateOf(ada))
    await session.close()
    expect(store.text).toContain('"hubform_state"')
  })

  it('an interrupted run that had no key is finished by one that has', async () => {
    const warnings: Diagnostic[] = []
    const { store, raw, backend } = place([oldKey], { warnings })
    store.text = text
    await interrupted(raw)
    const session = await open(backend)
    expect(session.state.records.has('tavio_user.bob')).toBe(true)
    await session.save(session.state)
    await session.close()
    const next = await open(place([oldKey], { enforced: true }, store).backend)
    expect(next.recovered?.openIntents).toHaveLength(1)
    await next.close()
    expect(warnings.map(({ summary }) => summary)).toEqual(['State is not encrypted'])
  })

  it('lines in clear beside an encrypted state are taken with a warning, or refused where that is enforced', async () => {
    const { store, raw } = place([oldKey])
    store.text = text
    await interrupted(raw)
    store.text = sealState(text, oldKey)
    const warnings: Diagnostic[] = []
    await (await open(place([oldKey], { warnings }, store).backend)).close()
    expect(warnings.map(({ summary }) => summary)).toEqual(['Journal is not encrypted'])
    expect(await failure(open(place([oldKey], { enforced: true }, store).backend))).toContain(
      'Journal is not encrypted',
    )
  })
})

describe('writing the journal', () => {
  it('goes on after a write that failed half way, whatever of it is there', async () => {
    const store = memoryStore()
    const raw = memoryBackend(store)
    for (const kept of [0, 1, 2, 3]) {
      let failing = false
      const backend = encryptedBackend(
        {
          ...raw,
          async append(lines) {
            await raw.append(failing ? lines.slice(0, kept) : lines)
            if (failing) throw new Error('disk full')
          },
        },
        encryptionOf([oldKey]),
      )
      const lock = await backend.lock(lockInfo('x'))
      await backend.append(['a'])
      failing = true
      // Two calls at a time: of the second, the first one's failure must not lose anything either.
      const [first, second] = await Promise.allSettled([backend.append(['b', 'c']), backend.append(['d'])])
      expect([first.status, second.status]).toEqual(['rejected', 'rejected'])
      failing = false
      await backend.append(['e'])
      const lines = ((await backend.readJournal()) ?? '').trimEnd().split('\n')
      expect([lines[0], lines.at(-1)], `${kept} lines kept`).toEqual(['a', 'e'])
      await backend.clearJournal()
      await lock.release()
    }
  })

  it('without keys adds nothing of its own', async () => {
    const { store, backend } = place([])
    const lock = await backend.lock(lockInfo('x'))
    await backend.append(['a'])
    await backend.write(text)
    await lock.release()
    expect(store).toMatchObject({ journal: 'a\n', text })
  })
})

describe('a store', () => {
  it('seals the empty state of a new workspace', async () => {
    const made: string[] = []
    const store = encryptedStore(
      {
        open: () => memoryBackend(),
        workspaces: {
          list: async () => ['default'],
          create: async (_, empty) => void made.push(empty),
          remove: async () => {},
        },
      },
      encryptionOf([oldKey]),
    )
    await store.workspaces?.create('west', text)
    expect(made[0]).toContain('"hubform_state"')
    expect(await store.open('west').read()).toBeUndefined()
  })

  it('without workspaces has none', () => {
    expect(
      encryptedStore({ open: () => memoryBackend(), workspaces: undefined }, encryptionOf([])).workspaces,
    ).toBe(undefined)
  })
})

it('the file of a local state holds nothing in clear', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hubform-sealed-'))
  const path = join(directory, 'hub.tfstate')
  const backend = encryptedBackend(localBackend({ path }), encryptionOf([oldKey]))
  const session = await open(backend)
  await session.save(stateOf(ada))
  await session.close()
  expect(readFileSync(path, 'utf8')).not.toMatch(/tavio_user|s3cret/)
  rmSync(directory, { recursive: true })
})
