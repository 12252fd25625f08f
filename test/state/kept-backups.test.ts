// How many earlier contents each kind of place keeps, and what a workspace leaves behind that is removed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Backend } from '../../src/state/backend.ts'
import { withRecords } from '../../src/state/content.ts'
import { encodeState } from '../../src/state/file.ts'
import { emptyState, recordKey } from '../../src/state/state.ts'
import { type EveryPlace, type EveryServer, kinds, startEveryServer } from '../support/every-place.ts'
import { recordOf } from './samples.ts'
import { open } from './sessions.ts'

let servers: EveryServer
beforeAll(async () => {
  servers = await startEveryServer()
}, 60_000)
afterAll(() => servers.stop(), 60_000)

const mark = 'recognisable-3c8d'

async function change(backend: Backend, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const session = await open(backend)
    const record = recordOf(`user${i}`, { mark })
    await session.save(withRecords(session.state, { [recordKey(record)]: record }))
    await session.close()
  }
}

const holding = async (place: EveryPlace) =>
  [...(await place.kept())].filter(([, text]) => text.includes(mark)).map(([name]) => name)

const several = kinds.filter((kind) => kind !== 'http')

describe.each(several)('a place of the kind "%s"', (kind) => {
  it.each([
    { number: '', kept: 6 },
    { number: '2', kept: 2 },
    { number: '0', kept: 0 },
  ])('keeps as many earlier contents as HUBFORM_STATE_BACKUPS="$number" says', async ({ number, kept }) => {
    const place = await servers.make(kind)
    const store = await place.store({ HUBFORM_STATE_BACKUPS: number })
    await change(store.open('default'), 7)
    const found = (await holding(place)).filter((name) => /backups/.test(name))
    expect(found).toHaveLength(kept)
  })

  it('has nothing left of a workspace that was removed', async () => {
    const place = await servers.make(kind)
    const store = await place.store()
    await store.workspaces?.create('blue', encodeState({ ...emptyState, lineage: 'blue' }))
    await change(store.open('blue'), 3)
    expect((await holding(place)).length).toBeGreaterThan(1)
    await store.workspaces?.remove('blue')
    expect(await holding(place)).toEqual([])
  })
})
