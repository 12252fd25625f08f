import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DiagnosticError } from '../../../src/diagnostics.ts'
import { sameContent } from '../../../src/state/content.ts'
import { encodeState } from '../../../src/state/file.ts'
import { localBackend } from '../../../src/state/local/backend.ts'
import { type Disk, nodeDisk } from '../../../src/state/local/disk.ts'
import { lockFileLocker } from '../../../src/state/local/lock-file.ts'
import { readState } from '../../../src/state/look.ts'
import { memoryBackend, memoryStore } from '../../../src/state/memory.ts'
import { encryptedBackend } from '../../../src/state/sealed/backend.ts'
import { openState, sealState } from '../../../src/state/sealed/envelope.ts'
import { reseal } from '../../../src/state/sealed/reseal.ts'
import type { Key } from '../../../src/state/sealed/seal.ts'
import { recordKey } from '../../../src/state/state.ts'
import { CrashError, crashingDisk } from '../local/failing-disk.ts'
import { recordOf, stateOf } from '../samples.ts'
import { open } from '../sessions.ts'
import { encryptionOf, newKey, oldKey } from './keys.ts'

const state = stateOf(recordOf('ada', { password: 's3cret' }))
const clear = encodeState(state)
const changes = [
  { name: 'encrypting', before: clear, keys: [newKey], to: newKey, from: undefined },
  { name: 'decrypting', before: sealState(clear, oldKey), keys: [oldKey], to: undefined, from: oldKey },
  { name: 'rotating', before: sealState(clear, oldKey), keys: [newKey, oldKey], to: newKey, from: oldKey },
]
const opening = (to: Key | undefined) => (to === undefined ? [] : [to])

describe.each(changes)('$name', ({ before, keys, to, from }) => {
  it('keeps content and lineage, has one serial more, and opens with what was asked for', async () => {
    const store = { ...memoryStore(), text: before }
    const done = await reseal(memoryBackend(store), { keys, to, open })
    expect(done).toMatchObject({ from, written: { serial: state.serial + 1, lineage: state.lineage } })
    const kept = await readState(encryptedBackend(memoryBackend(store), encryptionOf(opening(to))))
    expect(kept).toMatchObject({ serial: state.serial + 1, lineage: state.lineage })
    expect(sameContent(kept, state)).toBe(true)
    expect(store).toMatchObject({ journal: undefined, holder: undefined })
    expect(done.copies).toEqual({ written: 1, left: [] })
    expect(openState(store.backup ?? '', opening(to), { file: 'backup' })).toEqual({ text: clear, key: to })
    // A second time there is nothing to do.
    const after = { ...store }
    expect(await reseal(memoryBackend(store), { keys, to, open })).toMatchObject({
      from: to,
      written: undefined,
      copies: { written: 0, left: [] },
    })
    expect(store).toEqual(after)
  })

  it('is refused over an interrupted run, and changes nothing', async () => {
    const store = { ...memoryStore(), text: before }
    const session = await open(encryptedBackend(memoryBackend(store), encryptionOf(keys)))
    const bob = recordOf('bob')
    await session.outcome(undefined, { [recordKey(bob)]: bob })
    await session.close()
    const after = { ...store }
    const error = await reseal(memoryBackend(store), { keys, to, open }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(DiagnosticError)
    expect(String(error)).toContain('Earlier run did not finish')
    expect(store).toEqual(after)
  })

  it('where there is no state does nothing', async () => {
    const store = memoryStore()
    expect(await reseal(memoryBackend(store), { keys, to, open })).toMatchObject({ found: false })
    expect(store).toEqual(memoryStore())
  })

  it('killed anywhere, leaves a state that opens with the same keys', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'hubform-reseal-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const path = join(directory, 'hub.tfstate')
    // As if it died: whoever looks next takes its lock over.
    const self = { host: 'here', pid: 1, started: undefined }
    const backend = (disk: Disk) =>
      localBackend({ path, disk, backups: 2, locker: lockFileLocker(disk, { self, mayLive: () => false }) })
    // What a run that ended well could not clear away: it is in the state, and sealed with the key of then.
    const settled = memoryStore()
    const { append, lock } = encryptedBackend(memoryBackend(settled), encryptionOf(opening(from)))
    await lock({ ID: 'x', Operation: '', Info: '', Who: '', Version: '', Created: '', Path: '' })
    await append(['{"kind":"saved"}'])
    for (let after = 0; ; after++) {
      writeFileSync(path, before)
      writeFileSync(`${path}.journal`, settled.journal ?? '')
      const end = await reseal(backend(crashingDisk(after)), { keys, to, open }).catch(
        (error: unknown) => error,
      )
      const kept = await readState(encryptedBackend(backend(nodeDisk), encryptionOf(keys)))
      expect(sameContent(kept, state), `killed after ${after} changes`).toBe(true)
      const session = await open(encryptedBackend(backend(nodeDisk), encryptionOf(keys)))
      expect(session.recovered).toBeUndefined()
      await session.close()
      if (!(end instanceof Error)) break
      expect(end instanceof DiagnosticError ? end.cause : end).toBeInstanceOf(CrashError)
    }
    expect(readFileSync(path, 'utf8')).not.toBe(before)
    expect(existsSync(`${path}.journal`)).toBe(false)
  })
})
