import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UNKNOWN } from '../../src/schema/value.ts'
import { Announcement } from '../../src/state/announcement.ts'
import { withRecords } from '../../src/state/content.ts'
import { encodeState } from '../../src/state/file.ts'
import { brokenAnnouncement, brokenCall, brokenInvariants } from '../../src/state/invariants.ts'
import { memoryBackend, memoryStore } from '../../src/state/memory.ts'
import { recordKey, type State } from '../../src/state/state.ts'
import { anyRecord, recordOf, stateOf } from './samples.ts'
import { announcedOf, intentOf, open } from './sessions.ts'

const [ada, eve] = [recordOf('ada'), recordOf('eve')]
const base = stateOf(ada)
const next = { ...base, serial: base.serial + 1 }
const with_ = (key: string, record: typeof eve): State => withRecords(next, { [key]: record })

describe('what always holds of a state', () => {
  const cases: readonly [string, State, string][] = [
    ['another lineage', { ...next, lineage: 'other' }, 'the lineage would change from'],
    ['an older serial', { ...next, serial: base.serial - 1 }, 'the serial would fall from 3 to 2'],
    [
      'a record under another key',
      with_('tavio_user.bob', eve),
      'tavio_user.eve is kept under tavio_user.bob',
    ],
    [
      'a deposed key of another form',
      with_('tavio_user.eve (deposed x)', { ...eve, deposed: 'x' }),
      'tavio_user.eve (deposed x) has a deposed key of another form',
    ],
    [
      'an unknown value, however deep',
      with_('tavio_user.eve', { ...eve, attributes: { n: [{ deep: UNKNOWN }] } }),
      'tavio_user.eve has attributes that are not known',
    ],
    [
      'a dependency on nothing',
      with_('tavio_user.eve', { ...eve, dependencies: ['tavio_user.ada', 'tavio_user.ada[0]'] }),
      'tavio_user.eve depends on "tavio_user.ada[0]", which is no block',
    ],
    ['no provider', with_('tavio_user.eve', { ...eve, provider: '' }), 'tavio_user.eve names no provider'],
    [
      'an unknown output',
      { ...next, outputs: { o: { value: UNKNOWN, type: 'string', sensitive: false } } },
      'the output o is not known',
    ],
  ]
  it.each(cases)('finds %s', (_, state, words) => {
    expect(brokenInvariants(base, state, []).join()).toContain(words)
  })

  it('finds nothing in what it may be, with dependencies as Terraform writes them', () => {
    const dependencies = [
      'data.tavio_user.x',
      'module.a.module.b-c.data.t.n',
      'ephemeral.t.n',
      'tavio_user.ädä',
    ]
    const good = { ...eve, dependencies, deposed: '01abcdef' }
    expect(brokenInvariants(base, with_(recordKey(good), good), [intentOf(eve)])).toEqual([])
    fc.assert(
      fc.property(anyRecord, (record) => {
        expect(brokenInvariants(base, with_(recordKey(record), { ...record, dependencies: [] }), [])).toEqual(
          [],
        )
      }),
    )
  })

  it('names a few of many', () => {
    const records = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`wrong ${i}`, eve]))
    expect(brokenInvariants(base, withRecords(next, records), [])).toHaveLength(5)
  })

  it('holds of calls: they name their own object, and one that is recorded', () => {
    expect(brokenCall(base.records, intentOf(eve))).toEqual([])
    expect(brokenCall(base.records, intentOf(ada, 'update'))).toEqual([])
    expect(brokenCall(base.records, intentOf(eve, 'delete')).join()).toContain(
      'it would delete tavio_user.eve, which',
    )
    expect(brokenCall(base.records, { ...intentOf(eve), key: 'tavio_user.bob' }).join()).toContain(
      'an intent for tavio_user.bob carries the record of tavio_user.eve',
    )
  })
})

describe('what always holds of a run that announced its changes', () => {
  const create = announcedOf(eve, 'create', { identity: { email: 'eve' } })
  const announcement = () => new Announcement([create, announcedOf(ada, 'update')], [])
  const begun = announcement()
  begun.begin(create.step)
  const ended = announcement()
  ended.end(create.step)
  const intent = intentOf(eve)
  const cases: readonly [string, Announcement, typeof intent, string | undefined][] = [
    ['a call that was announced', announcement(), intent, undefined],
    ['one of which less was known', announcement(), intentOf(ada, 'update'), undefined],
    ['one that nobody announced', announcement(), intentOf(ada, 'delete'), 'was not announced'],
    ['one that was begun', begun, intent, 'or was begun before'],
    ['one that has ended', ended, intent, 'or was begun before'],
    ['another action', announcement(), { ...intent, action: 'update' }, 'was not announced'],
    [
      'another object under the name',
      announcement(),
      { ...intentOf(ada), step: create.step },
      'not announced',
    ],
    [
      'another key than was said',
      announcement(),
      { ...intent, identity: { email: 'mallory' } },
      'it would create tavio_user.eve with another email than was announced',
    ],
  ]
  it.each(cases)('finds %s', (_, said, call, words) => {
    const records = new Map([...base.records, [recordKey(eve), eve]])
    const broken = brokenCall(records, call, said).join()
    if (words === undefined) expect(broken).toBe('')
    else expect(broken).toContain(words)
  })

  it('it names no step twice', async () => {
    expect(brokenAnnouncement([create, announcedOf(ada, 'update')])).toEqual([])
    expect(brokenAnnouncement([create, create])).toEqual(['it names "create tavio_user.eve" twice'])
    const store = memoryStore()
    const session = await open(memoryBackend(store))
    await expect(session.beginRun(undefined, [create, create])).rejects.toThrow(
      'Announcement not well-formed',
    )
    expect(store.journal).toBeUndefined()
  })

  it('a call that was not announced is not made, and leaves no trace', async () => {
    const store = { ...memoryStore(), text: encodeState(base) }
    const session = await open(memoryBackend(store))
    await session.beginRun(undefined, [create])
    const { journal } = store
    await expect(session.intend(intentOf(ada, 'delete'))).rejects.toThrow(
      'Call not well-formed: This is a fault in Hubform: it would delete tavio_user.ada, which was not announced',
    )
    expect(store.journal).toBe(journal)
    await session.intend(intent)
  })
})

describe('a session that is to save what cannot be right', () => {
  it('writes nothing, keeps the journal, and says where everything is', async () => {
    const store = { ...memoryStore(), text: encodeState(base) }
    const kept: string[] = []
    const rescue = async (text: string) => {
      kept.push(text)
      return 'errored.tfstate'
    }
    const session = await open(memoryBackend(store), { rescue })
    await session.outcome(undefined, { [recordKey(eve)]: eve })
    const { journal } = store
    const wrong = withRecords(session.state, { 'tavio_user.bob': eve })
    await expect(session.save(wrong)).rejects.toThrow(
      /^State not well-formed: This is a fault in Hubform: .*tavio_user\.eve is kept under tavio_user\.bob\. It was not saved\. Nothing is lost: .*errored\.tfstate/,
    )
    expect(store.text).toBe(encodeState(base))
    expect(store.journal).toBe(journal)
    expect(kept).toHaveLength(1)
    // A right one may still be saved.
    expect((await session.save(session.state)).records.size).toBe(2)
  })

  it('takes no whole state in its place that breaks them, and says that it is not as it should be', async () => {
    const store = { ...memoryStore(), text: encodeState(base) }
    const session = await open(memoryBackend(store))
    const wrong = [
      { ...base, serial: 9.5 },
      with_('tavio_user.eve', { ...eve, dependencies: ['tavio_user.ada[0]'] }),
      with_('tavio_user.eve (deposed x)', { ...eve, deposed: 'x' }),
      with_('tavio_user.bob', eve),
    ]
    for (const state of wrong)
      await expect(session.replace(state)).rejects.toThrow(
        /^State not usable: What was to become the state at memory breaks the rules of states: .*\. Nothing was written/,
      )
    expect(store.text).toBe(encodeState(base))
    // Whoever asks for it may go back, and over to another lineage.
    const other = { ...with_('tavio_user.eve', eve), lineage: 'another', serial: 1 }
    expect((await session.replace(other)).serial).toBe(1)
  })

  it('lets no call be made over an object that nobody knows', async () => {
    const store = { ...memoryStore(), text: encodeState(base) }
    const session = await open(memoryBackend(store))
    await expect(session.intend(intentOf(eve, 'update'))).rejects.toThrow('Call not well-formed')
    expect(store.journal).toBeUndefined()
  })
})
