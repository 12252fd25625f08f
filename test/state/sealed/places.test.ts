// Sealing what is there, in every kind of place: nothing stays as it was, backups included, wherever it is killed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sameContent } from '../../../src/state/content.ts'
import { readState } from '../../../src/state/look.ts'
import { encryptedBackend } from '../../../src/state/sealed/backend.ts'
import { reseal } from '../../../src/state/sealed/reseal.ts'
import type { Key } from '../../../src/state/sealed/seal.ts'
import { recordKey, type State } from '../../../src/state/state.ts'
import { lockInfo } from '../../contract/lock-info.ts'
import { type EveryPlace, type EveryServer, kinds, startEveryServer } from '../../support/every-place.ts'
import { killedAt } from '../../support/killed-at.ts'
import { recordOf, stateOf } from '../samples.ts'
import { intentOf, open } from '../sessions.ts'
import { encryptionOf, newKey, oldKey } from './keys.ts'

let servers: EveryServer
beforeAll(async () => {
  servers = await startEveryServer()
}, 60_000)
afterAll(() => servers.stop(), 60_000)

const secret = 'recognisable-1b7e'
const runs = 3

const clientOf = async (place: EveryPlace) => (await place.store()).open('default')

/** So many runs that each record one object more, with a journal and a backup each. */
async function fill(place: EveryPlace, key: Key | undefined, others: readonly Key[] = []): Promise<State> {
  let state = stateOf()
  for (let run = 0; run < runs; run++) {
    const keys = key === undefined ? others : [key, ...others]
    const session = await open(encryptedBackend(await clientOf(place), encryptionOf(keys)))
    const record = recordOf(`${key?.id ?? 'clear'}${run}`, { password: `${secret}-${run}` })
    const intent = intentOf(record)
    await session.intend(intent)
    await session.outcome(intent.step, { [recordKey(record)]: record })
    state = await session.save(session.state)
    await session.close()
  }
  return state
}

async function inClear(place: EveryPlace): Promise<readonly string[]> {
  return [...(await place.kept())].filter(([, text]) => text.includes(secret)).map(([name]) => name)
}

async function withKeyNamed(place: EveryPlace, key: Key): Promise<readonly string[]> {
  const mark = new RegExp(`\\\\*"key\\\\*":\\s*\\\\*"${key.id}\\\\*"`)
  return [...(await place.kept())].filter(([, text]) => mark.test(text)).map(([name]) => name)
}

describe('in S3', () => {
  it('what a process left of a journal, that died while removing it, goes as well, and the present one stays', async () => {
    const place = await servers.make('s3')
    await fill(place, undefined)
    const run = await open(await clientOf(place))
    await run.intend(intentOf(recordOf('eve')))
    await run.outcome(intentOf(recordOf('eve')).step, {})
    await run.close()
    const [head = ''] = [...(await place.kept()).keys()].filter((name) => name.endsWith('.journal/000000'))
    for (const name of ['another-000001', 'another-000007']) {
      const orphan = { id: 'another', segment: 1, sha256: 'x' }
      servers.put(`${head.slice(0, -6)}${name}`, `${JSON.stringify(orphan)}\n${secret}\n`)
    }
    const backend = await clientOf(place)
    const lock = await backend.lock(lockInfo('one'))
    await backend.append(['a'.repeat(65_000), 'b'.repeat(65_000)])
    const before = await backend.readJournal()
    await backend.rewriteBackups(() => undefined)
    expect(await backend.readJournal()).toBe(before)
    await lock.release()
    expect([...(await place.kept()).keys()].filter((name) => name.includes('another'))).toEqual([])
  })
})

describe.each(kinds)('in a place of the kind "%s"', (kind) => {
  it('encrypting leaves nothing in clear, rotating nothing under the old key, and decrypting nothing sealed', async () => {
    const place = await servers.make(kind)
    const state = await fill(place, undefined)
    expect((await inClear(place)).length).toBeGreaterThan(1)

    const encrypted = await reseal(await clientOf(place), { keys: [oldKey], to: oldKey, open })
    expect(encrypted.copies.left).toEqual([])
    expect(encrypted.copies.written).toBeGreaterThan(0)
    expect(await inClear(place)).toEqual([])

    const rotated = await reseal(await clientOf(place), { keys: [newKey, oldKey], to: newKey, open })
    expect(rotated.copies).toEqual({ written: kind === 'http' ? 1 : expect.any(Number), left: [] })
    expect(await withKeyNamed(place, oldKey)).toEqual([])
    expect((await withKeyNamed(place, newKey)).length).toBeGreaterThan(1)
    const kept = await readState(encryptedBackend(await clientOf(place), encryptionOf([newKey])))
    expect(sameContent(kept, state)).toBe(true)

    const decrypted = await reseal(await clientOf(place), { keys: [newKey], to: undefined, open })
    expect(decrypted.copies.left).toEqual([])
    expect(await withKeyNamed(place, newKey)).toEqual([])
    expect(sameContent(await readState(await clientOf(place)), state)).toBe(true)
  })

  it('a copy that no key opens is left and named, and everything else is done', async () => {
    const place = await servers.make(kind)
    await fill(place, oldKey)
    // Its last backup is under the new key, and those before under the old one.
    await fill(place, newKey, [oldKey])
    const done = await reseal(await clientOf(place), { keys: [newKey], to: newKey, open })
    const old = await withKeyNamed(place, oldKey)
    expect(done.copies.left).toHaveLength(old.length)
    // There is only one backup, so that is under the new key.
    expect(old.length).toBeGreaterThan(kind === 'http' ? -1 : 0)
    const both = await reseal(await clientOf(place), { keys: [newKey, oldKey], to: newKey, open })
    expect(both.copies).toEqual({ written: old.length, left: [] })
    expect(await withKeyNamed(place, oldKey)).toEqual([])
  })

  it.each(['encrypting', 'rotating', 'decrypting'])(
    'killed anywhere while %s, everything opens with the keys of then, and a second run finishes',
    async (how) => {
      const [from, to] = {
        encrypting: [undefined, newKey],
        rotating: [oldKey, newKey],
        decrypting: [oldKey, undefined],
      }[how] as [Key | undefined, Key | undefined]
      const keys = [to, from].filter((key) => key !== undefined)
      for (let at = 0; ; at++) {
        const place = await servers.make(kind)
        const state = await fill(place, from)
        const inner = await clientOf(place)
        const killed = killedAt(inner, at)
        const end = await reseal(killed.backend, { keys, to, open }).catch((error: unknown) => error)
        await killed.end()
        const kept = await readState(encryptedBackend(await clientOf(place), encryptionOf(keys)))
        expect(sameContent(kept, state), `killed at ${at}`).toBe(true)
        const again = await reseal(await clientOf(place), { keys, to, open })
        expect(again.copies.left).toEqual([])
        if (to !== undefined) expect(await inClear(place), `killed at ${at}`).toEqual([])
        if (from !== undefined) expect(await withKeyNamed(place, from), `killed at ${at}`).toEqual([])
        if (!(end instanceof Error)) break
      }
    },
    60_000,
  )
})
