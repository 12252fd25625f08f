import { describe, expect, it } from 'vitest'
import { merge } from '../../src/state/merge.ts'
import { type ResourceRecord, recordKey } from '../../src/state/state.ts'
import { recordOf } from './samples.ts'

const one = (name: string, id: string, more: Partial<ResourceRecord> = {}) => recordOf(name, { id }, more)
const byKey = (...records: readonly ResourceRecord[]) =>
  new Map(records.map((record) => [recordKey(record), record]))
const ada = 'tavio_user.ada'

describe('what a dead run recorded, over what another program wrote since', () => {
  it.each<{
    name: string
    because: string
    theirs?: readonly ResourceRecord[]
    ours: readonly (readonly [string, ResourceRecord | null])[]
    created?: readonly string[]
    changed?: readonly string[]
    open?: readonly string[]
    taken?: readonly string[]
    stale?: readonly string[]
  }>([
    {
      name: 'made',
      because: 'nobody else can know of it',
      ours: [[ada, one('ada', '1')]],
      created: [ada],
      taken: [ada],
    },
    {
      name: 'made, and imported by the other program',
      because: 'it is recorded; the next plan reads it',
      theirs: [one('ada', '1', { tainted: true })],
      ours: [[ada, one('ada', '1')]],
      created: [ada],
    },
    {
      name: 'made, and recorded at another address by the other program',
      because: 'no object may be recorded twice',
      theirs: [one('eve', '1')],
      ours: [[ada, one('ada', '1')]],
      created: [ada],
    },
    {
      name: 'made, and made once more by the other program',
      because: 'there are two objects for one address',
      theirs: [one('ada', '2')],
      ours: [[ada, one('ada', '1')]],
      created: [ada],
      stale: [ada],
    },
    {
      name: 'replaced, with the old object taken out by the other program',
      because: 'the new one is ours',
      ours: [[ada, one('ada', '2')]],
      created: [ada],
      changed: [ada],
      taken: [ada],
    },
    {
      name: 'changed',
      because: 'the other program recorded it as well, and the next plan reads it',
      theirs: [one('ada', '1')],
      ours: [[ada, one('ada', '1', { tainted: true })]],
      changed: [ada],
    },
    {
      name: 'changed, and taken out of the state by the other program',
      because: 'it was recorded before, so the other program knew what it did',
      ours: [[ada, one('ada', '1')]],
      changed: [ada],
    },
    {
      name: 'destroyed, and still recorded by the other program',
      because: 'the next plan sees that it is gone',
      theirs: [one('ada', '1')],
      ours: [[ada, null]],
      changed: [ada],
    },
    {
      name: 'put aside to be destroyed',
      because: 'the object is recorded as the current one',
      theirs: [one('ada', '1')],
      ours: [
        [ada, null],
        [`${ada} (deposed 12345678)`, one('ada', '1', { deposed: '12345678' })],
      ],
      changed: [ada],
    },
    {
      name: 'destroyed to be made anew, which nobody knows of, and still recorded by the other program',
      because: 'the new object would never be looked for',
      theirs: [one('ada', '1')],
      ours: [[ada, null]],
      created: [ada],
      changed: [ada],
      open: [ada],
      stale: [ada],
    },
    {
      name: 'destroyed to be made anew, which nobody knows of, and taken out by the other program',
      because: 'the next plan looks for the new object',
      ours: [[ada, null]],
      created: [ada],
      changed: [ada],
      open: [ada],
    },
    {
      name: 'recorded without a call, and not recorded by the other program',
      because: 'it may have been imported, or read and then taken out',
      ours: [[ada, one('ada', '1')]],
      stale: [ada],
    },
  ])(
    '$name',
    ({ because, theirs = [], ours, created = [], changed = [], open = [], taken = [], stale = [] }) => {
      const found = merge(byKey(...theirs), new Map(ours), {
        created: new Set(created),
        changed: new Set(changed),
        open: new Set(open),
      })
      expect([[...found.taken.keys()], found.stale], because).toEqual([taken, stale])
    },
  )

  it('tells objects without an id by all that is recorded of them', () => {
    const attributes = { environment: 'acme', role: 'developer' }
    const without = { ...one('ada', '1'), attributes }
    // Other programs write attributes in the order of their names.
    const elsewhere = { ...one('eve', '1'), attributes: { role: 'developer', environment: 'acme' } }
    const intended = { created: new Set([ada]), changed: new Set<string>(), open: new Set<string>() }
    expect(merge(byKey(elsewhere), new Map([[ada, without]]), intended).taken.size).toBe(0)
    expect(merge(byKey(), new Map([[ada, without]]), intended).taken.size).toBe(1)
  })
})
