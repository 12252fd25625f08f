import { describe, expect, it } from 'vitest'
import { decodePlan, encodePlan } from '../../src/engine/plan-file.ts'
import { parseNumber } from '../../src/schema/number.ts'
import { Sensitive, setOf, UNKNOWN } from '../../src/schema/value.ts'
import { change, plan } from '../review/sample.ts'

const made = plan({
  changes: [
    change({
      action: 'update',
      before: { n: parseNumber('9007199254740993') ?? 0, half: 0.1, set: setOf(['b', 'a']) },
      after: { n: UNKNOWN, $: 'dollar', list: [UNKNOWN, null], set: setOf([]) },
      patch: [{ op: 'replace', path: '/n', value: { $: 'unknown' } }],
      afterSensitive: [['list', 0]],
    }),
  ],
  scope: { ...plan({}).scope, variables: { hidden: new Sensitive('x') } },
})

/** Through the text of a file. */
function carried(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

describe('a plan as JSON', () => {
  it('comes back equal, with unknowns, marks, sets and exact numbers', () => {
    const back = decodePlan(carried(encodePlan(made)))
    expect(back.changes[0]?.before).toEqual(made.changes[0]?.before)
    expect(back.changes[0]?.after).toEqual(made.changes[0]?.after)
    expect(back.changes[0]?.patch).toEqual(made.changes[0]?.patch)
    expect(back.scope.variables['hidden']).toEqual(new Sensitive('x'))
  })

  it.each([
    ['nothing', null],
    ['another format', { ...(encodePlan(made) as object), format: 2 }],
    ['a part missing', { ...(encodePlan(made) as object), steps: undefined }],
    ['an unknown tag', { $: ['strange', 1] }],
  ])('%s is refused', (_name, json) => {
    expect(() => decodePlan(carried(json))).toThrow(/^Unreadable plan: /)
  })
})
