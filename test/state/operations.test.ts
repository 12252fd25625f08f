import { describe, expect, it } from 'vitest'
import { checkPush, getRecord, listRecords, moveRecords, removeRecords } from '../../src/state/operations.ts'
import { emptyState, type ResourceRecord } from '../../src/state/state.ts'
import { recordOf, stateOf } from './samples.ts'

function keyed(name: string, key: string | number): ResourceRecord {
  const record = recordOf(name)
  return { ...record, address: { ...record.address, key } }
}

const ada = recordOf('ada')
const state = stateOf(
  keyed('team', 'b'),
  keyed('team', 'a'),
  ada,
  { ...recordOf('ada'), deposed: '0a1b2c3d' },
  recordOf('eve', {}, { dependencies: ['tavio_user.ada', 'tavio_user.team'] }),
)

describe('state list and show', () => {
  it('lists in the order of the file, all or what is asked for', () => {
    expect(listRecords(state)).toEqual([
      'tavio_user.ada',
      'tavio_user.ada (deposed 0a1b2c3d)',
      'tavio_user.eve',
      'tavio_user.team["a"]',
      'tavio_user.team["b"]',
    ])
    expect(listRecords(state, ['tavio_user.team["b"]', 'tavio_user.team'])).toEqual([
      'tavio_user.team["b"]',
      'tavio_user.team["a"]',
    ])
  })

  it('shows the current object, never the deposed one', () => {
    expect(getRecord(state, 'tavio_user.ada')).toBe(ada)
  })

  it.each([
    [
      'tavio_user.adda',
      'Not in the state: There is no tavio_user.adda in the state. Did you mean "tavio_user.ada"?',
    ],
    [
      'tavio_user.team["c"]',
      'There is no tavio_user.team["c"] in the state. Did you mean "tavio_user.team["a"]"?',
    ],
    [
      'other_thing.x',
      'There is no other_thing.x in the state. List what is recorded with "hubform state list".',
    ],
    [
      'tavio_user.team',
      'Address names several objects: tavio_user.team stands for 2 objects: tavio_user.team["a"], tavio_user.team["b"]. Name one of them.',
    ],
    ['ada', 'Invalid resource address: "ada" is not the address of an object.'],
    ['module.x.tavio_user.ada', 'Modules are not handled yet.'],
  ])('cannot show %s, and says why', (address, message) => {
    expect(() => getRecord(state, address)).toThrow(message)
  })
})

describe('state rm', () => {
  it('forgets a block with everything in it', () => {
    const result = removeRecords(state, ['tavio_user.team', 'tavio_user.ada'])
    expect(result.removed).toHaveLength(4)
    expect(listRecords(result.state)).toEqual(['tavio_user.eve'])
    expect(listRecords(state)).toHaveLength(5)
  })

  it('does nothing if one of the addresses is unknown', () => {
    expect(() => removeRecords(state, ['tavio_user.ada', 'tavio_user.nobody'])).toThrow('Not in the state')
  })
})

describe('state mv', () => {
  it('moves a block with all instances, and the dependencies on it', () => {
    const { state: next, moved } = moveRecords(state, 'tavio_user.team', 'tavio_user.crew')
    expect(moved).toContainEqual({ from: 'tavio_user.team["a"]', to: 'tavio_user.crew["a"]' })
    expect(listRecords(next)).toContain('tavio_user.crew["b"]')
    expect(getRecord(next, 'tavio_user.eve').dependencies).toEqual(['tavio_user.ada', 'tavio_user.crew'])
  })

  it('takes a deposed object along', () => {
    const { state: next } = moveRecords(state, 'tavio_user.ada', 'tavio_user.ada["x"]')
    expect(listRecords(next)).toContain('tavio_user.ada["x"] (deposed 0a1b2c3d)')
  })

  it('moves one instance out, and leaves dependencies on the rest', () => {
    const { state: next } = moveRecords(state, 'tavio_user.team["a"]', 'tavio_user.lead')
    expect(listRecords(next)).toContain('tavio_user.lead')
    expect(getRecord(next, 'tavio_user.eve').dependencies).toContain('tavio_user.team')
  })

  it.each([
    [
      'tavio_user.ada',
      'tavio_user.eve',
      'Target address is taken: There already is tavio_user.eve in the state.',
    ],
    [
      'tavio_user.ada',
      'tavio_environment.ada',
      'Resource types differ: tavio_user.ada is a tavio_user and cannot become a tavio_environment.',
    ],
    [
      'tavio_user.team',
      'tavio_user.crew["x"]',
      'Address names several objects: tavio_user.team stands for 2 objects, and tavio_user.crew["x"] for one.',
    ],
    ['tavio_user.nobody', 'tavio_user.x', 'Not in the state'],
  ])('refuses %s to %s', (from, to, message) => {
    expect(() => moveRecords(state, from, to)).toThrow(message)
  })
})

describe('state push', () => {
  const other = stateOf(recordOf('other'))
  const cases = [
    { name: 'over nothing', current: emptyState, incoming: state, message: undefined },
    { name: 'the same again', current: state, incoming: { ...state }, message: undefined },
    { name: 'a higher serial', current: state, incoming: { ...other, serial: 4 }, message: undefined },
    {
      name: 'without a lineage',
      current: state,
      incoming: { ...other, serial: 4, lineage: '' },
      message: undefined,
    },
    {
      name: 'another lineage',
      current: state,
      incoming: { ...other, lineage: 'else', serial: 9 },
      message:
        'Different state lineage: The state to push belongs to another configuration: its lineage is else',
    },
    {
      name: 'an older serial',
      current: state,
      incoming: { ...state, serial: 2 },
      message: 'State to push is older: The state to push has serial 2, and the recorded one has 3',
    },
    {
      name: 'the same serial, other content',
      current: state,
      incoming: other,
      message:
        'Same serial, different content: The state to push and the recorded one both have serial 3 and differ. If you edited a pulled state, raise its serial to 4',
    },
  ]
  it.each(cases)('$name', ({ current, incoming, message }) => {
    const push = () => checkPush(current, incoming, false)
    if (message === undefined) expect(push).not.toThrow()
    else expect(push).toThrow(message)
    expect(() => checkPush(current, incoming, true)).not.toThrow()
  })

  it('of what a run could not save does not advise to edit it', () => {
    const words = 'the state has been written since, as a rule by the next run'
    expect(() => checkPush(state, other, false, 'errored.tfstate')).toThrow(words)
    expect(() => checkPush(state, { ...state, serial: 2 }, false, 'errored.tfstate')).toThrow(words)
    expect(() => checkPush(state, other, false, 'errored.tfstate')).not.toThrow(/raise its serial/)
  })
})
